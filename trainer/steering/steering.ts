/** A list of interventions, sorted by what they change: heads and rows by layer, the text that is read, what is written. */
import { Failure } from '../../protocol/failure.ts';
import { type Intervention, mostInterventions } from '../../protocol/intervention.ts';
import type { MapKind, Span } from '../../protocol/trace.ts';
import { LayerSteering } from './layer-steering.ts';
import { rewritten } from './rewritten.ts';

/** Which maps of a model: those of attention, or of a classifier's pooling. */
export interface SteeredLayer {
  readonly kind: MapKind;
  readonly layer: number;
}

/** `encoder.0`: as `foreign/layer-maps.ts` names layers. */
export const nameOf = ({ kind, layer }: SteeredLayer): string => `${kind}.${layer}`;

export interface Steering {
  /** By name. */
  readonly layers: ReadonlyMap<string, LayerSteering>;
  /** The text that is to be read, and stretches of it whose tokens are read as the model's mask or unknown token. */
  readonly text: string;
  /** Where in it a second text begins. */
  readonly second: number | undefined;
  readonly masked: readonly Span[];
  /** What the first text that is written begins with. */
  readonly prefix: string;
  /** Tokens of the vocabulary to be written at these steps, counted over all that is written, in order. */
  readonly chosen: readonly Choice[];
}

export interface Choice {
  readonly step: number;
  readonly token: number;
}

/**
 * @param text as it was given, which `replace` and `mask` count in
 * @param second where in it a second text begins
 * @throws Failure `bad-argument` where the list asks for what cannot be
 */
export function steer(interventions: readonly Intervention[], text: string, second?: number): Steering {
  if (interventions.length > mostInterventions) {
    throw new Failure('bad-argument', `There are ${interventions.length} interventions; one run takes at most ${mostInterventions}.`, 'Leave some out.');
  }
  const layers = new Map<string, LayerSteering>();
  const at = (of: SteeredLayer): LayerSteering => {
    const known = layers.get(nameOf(of)) ?? new LayerSteering(of);
    layers.set(nameOf(of), known);
    return known;
  };
  const chosen = new Map<number, number>();
  let prefix = '';
  for (const one of interventions) {
    switch (one.do) {
      case 'knock-out':
        at(one).silence(one.heads);
        break;
      case 'keep-only':
        at(one).keepOnly(one.head);
        break;
      case 'pin':
        at(one).pin(one.heads, one.query, one.key, one.weight);
        break;
      case 'row':
        at(one).pinRow(one.heads, one.query, one.weights);
        break;
      case 'prefix':
        prefix = one.text;
        break;
      case 'choose':
        chosen.set(one.step, one.token);
        break;
    }
  }
  for (const layer of layers.values()) layer.check();
  return {
    layers,
    ...rewritten({ text, second }, interventions.filter(one => one.do === 'replace' || one.do === 'mask')),
    prefix,
    chosen: [...chosen].map(([step, token]) => ({ step, token })).sort((one, other) => one.step - other.step),
  };
}
