/** Weights that are no numbers: a softmax over a row that is masked whole is 0 ÷ 0 in some graphs. */
import type { MapKind } from '../../protocol/trace.ts';
import { drawnKinds } from '../render/kind-name.ts';
import type { HeldLayer } from './held.ts';
import type { Pass } from './pass.ts';

/** The same, with 0 in their place, which is told; its weights are written over. */
export function withNumbersOnly(pass: Pass): Pass {
  const broken = pass.layers.filter(({ blocks }) => {
    const cleared = blocks.map(({ weights }) => weights instanceof Float32Array && clear(weights));
    return cleared.includes(true);
  });
  return broken.length === 0 ? pass : { ...pass, warnings: [...pass.warnings, `Some weights are no numbers, as of rows that are masked whole, and 0 stands for them: ${namesOf(broken)}.`] };
}

/** @returns whether there were any */
function clear(weights: Float32Array): boolean {
  let found = false;
  for (let place = 0; place < weights.length; place++) {
    if (!Number.isNaN(weights[place])) continue;
    weights[place] = 0;
    found = true;
  }
  return found;
}

/** "Encoder: layers 1, 4; Decoder, over the source: layer 2" */
function namesOf(layers: readonly HeldLayer[]): string {
  const byKind = new Map<MapKind, number[]>();
  for (const { kind, layer } of layers) byKind.set(kind, [...(byKind.get(kind) ?? []), layer + 1]);
  return [...byKind].map(([kind, numbers]) => `${drawnKinds[kind]}: ${numbers.length === 1 ? 'layer' : 'layers'} ${numbers.join(', ')}`).join('; ');
}
