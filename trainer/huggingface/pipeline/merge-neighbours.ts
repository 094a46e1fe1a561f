/** The loop that all byte-pair encodings share. */
import { LeastFirst } from './least-first.ts';

/** Stretches of a word. */
export interface Symbols {
  readonly starts: number[];
  readonly ends: number[];
}

/** What a merge would cost, the least first, and what it makes: an id. */
export interface Merger {
  readonly cost: number;
  readonly made: number;
}

interface Candidate extends Merger {
  readonly left: number;
  readonly right: number;
  /** How often each of the two had grown when this was found. */
  readonly leftGrown: number;
  readonly rightGrown: number;
}

/**
 * Merges neighbours of `count` symbols: the cheapest pair, the leftmost of equals, until none is left. O(n log n).
 * @param mergerOf of two symbols, by their places
 * @param merge the left symbol becomes what was made, the right one is gone
 * @returns the places of the symbols that are left
 */
export function mergeNeighbours(
  count: number,
  mergerOf: (left: number, right: number) => Merger | undefined,
  merge: (left: number, right: number, made: number) => void,
): number[] {
  const next = Int32Array.from({ length: count }, (_, place) => (place + 1 < count ? place + 1 : -1));
  const before = Int32Array.from({ length: count }, (_, place) => place - 1);
  /** Grows with each merge; −1 when a symbol is gone. */
  const grown = new Int32Array(count);
  const queue = new LeastFirst<Candidate>((a, b) => a.cost - b.cost || a.left - b.left);
  const offer = (left: number, right: number): void => {
    if (left < 0 || right < 0) return;
    const merger = mergerOf(left, right);
    if (merger !== undefined) queue.push({ ...merger, left, right, leftGrown: grown[left] ?? 0, rightGrown: grown[right] ?? 0 });
  };
  for (let place = 0; place + 1 < count; place++) offer(place, place + 1);
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const { left, right, made } = best;
    if (grown[left] !== best.leftGrown || grown[right] !== best.rightGrown) continue;
    merge(left, right, made);
    grown[left] = best.leftGrown + 1;
    grown[right] = -1;
    const after = next[right] ?? -1;
    next[left] = after;
    if (after >= 0) before[after] = left;
    offer(before[left] ?? -1, left);
    offer(left, after);
  }
  const kept: number[] = [];
  for (let place = count > 0 ? 0 : -1; place >= 0; place = next[place] ?? -1) kept.push(place);
  return kept;
}
