/** Two attentions over one text, and how they differ. Pure: nothing here touches the page. */
import type { TextAttention } from '../../../protocol/checkpoint.ts';
import type { CheckpointPair } from '../../../protocol/run-page.ts';
import { AttentionView } from '../../checkpoint/attention/view.ts';
import type { MapData } from '../../map/data.ts';
import { largestOf } from '../../map/scale.ts';
import type { Unit } from '../../panel/view.ts';

export class PairView {
  readonly #pair: CheckpointPair;
  readonly #views: readonly [AttentionView, AttentionView];

  constructor(pair: CheckpointPair) {
    this.#pair = pair;
    const [one, other] = pair.attentions;
    this.#views = [new AttentionView(one), new AttentionView(other)];
  }

  /** Both maps on one scale, the strongest weight of either at full strength. */
  maps(unit: Unit): readonly [MapData, MapData] {
    const [one, other] = this.#views.map(view => view.map(unit));
    if (one === undefined || other === undefined) throw new RangeError('A pair has two maps.');
    const full = Math.max(one.full ?? 1, other.full ?? 1);
    return [{ ...one, full }, { ...other, full }];
  }

  /** The second map less the first; `undefined` where their rows or columns are not the same words. */
  difference(unit: Unit): MapData | undefined {
    const [one, other] = this.maps(unit);
    if (!areSame(one.rows, other.rows) || !areSame(one.columns, other.columns)) return undefined;
    const weights = other.weights.map((row, query) => row.map((weight, key) => weight - (one.weights[query]?.[key] ?? 0)));
    return { rows: one.rows, columns: one.columns, weights, evidence: { first: 0, full: largestOf(weights), isDifference: true } };
  }

  /** Why there is no difference to draw: what the two checkpoints read or wrote. */
  get why(): string {
    const [one, other] = this.#pair.attentions;
    const written = (attention: TextAttention): string => attention.target?.text ?? attention.source.text;
    return written(one) === written(other)
      ? 'The two checkpoints cut the text into other words, so that there is no difference to draw.'
      : 'The two checkpoints wrote different words, so that their maps have other rows and no difference can be drawn.';
  }
}

function areSame(one: MapData['rows'], other: MapData['rows']): boolean {
  return one.length === other.length && one.every((label, index) => label.text === other[index]?.text);
}

/** Two checkpoints to begin with: the first and the best, or the last. */
export function firstPair(checkpoints: readonly { readonly step: number; readonly best: boolean }[]): readonly [number, number] | undefined {
  const steps = checkpoints.map(({ step }) => step).sort((one, other) => one - other);
  const [earliest] = steps;
  const latest = steps.at(-1);
  if (earliest === undefined || latest === undefined || earliest === latest) return undefined;
  const best = checkpoints.find(one => one.best)?.step ?? latest;
  return best === earliest ? [earliest, latest] : [earliest, best];
}
