/** Which layer's heads are looked at, and how gestures change that. */
import type { InspectedLayer } from '../../../protocol/inspection.ts';

export interface HeadsChoice extends Pick<InspectedLayer, 'kind' | 'layer'> {
  /** In order; at least one. */
  readonly heads: readonly number[];
}

export function allHeads(count: number): readonly number[] {
  return Array.from({ length: count }, (_, head) => head);
}

/** Shows or hides one; the last that is shown stays. */
export function toggleHead(heads: readonly number[], head: number): readonly number[] {
  if (!heads.includes(head)) return [...heads, head].sort((one, other) => one - other);
  return heads.length === 1 ? heads : heads.filter(one => one !== head);
}

/** One alone; all again where it was alone. */
export function soloHead(heads: readonly number[], head: number, count: number): readonly number[] {
  return heads.length === 1 && heads[0] === head ? allHeads(count) : [head];
}

/** All; where all are shown, the first alone. */
export function toggleAll(heads: readonly number[], count: number): readonly number[] {
  return heads.length === count ? [0] : allHeads(count);
}

/** The heads of another layer that are like those chosen: the same ones, where it has them; all, where all were. */
export function inLayer({ kind, layer, heads: count }: InspectedLayer, before: readonly number[], countBefore: number): HeadsChoice {
  const same = before.filter(head => head < count);
  return { kind, layer, heads: before.length === countBefore || same.length === 0 ? allHeads(count) : same };
}

export function isSameLayer(one: Pick<InspectedLayer, 'kind' | 'layer'>, other: Pick<InspectedLayer, 'kind' | 'layer'>): boolean {
  return one.kind === other.kind && one.layer === other.layer;
}
