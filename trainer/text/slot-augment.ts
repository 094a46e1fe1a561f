import type { Pair } from './pairs.ts';
import { mostSlots, type Piece } from './slots.ts';

/**
 * How often a name or a single digit becomes a slot. Longer numbers always do, as they always will in use; names stand
 * for the other things that pass through, and must mostly stay words for the model to learn them as such.
 */
const wordShare = 0.25;

/** Numbers, with the marks inside them; words with a capital. Whole words only. */
const candidatePattern =
  /(?<![\p{L}\p{N}])(?:\d+(?:[.,:]\d+)*|\p{Lu}\p{L}+)(?![\p{L}\p{N}]|-\p{L})/gu;

interface Candidate {
  readonly text: string;
  readonly start: number;
  /** A number of two digits or more. */
  readonly isNumber: boolean;
}

/**
 * Teaches slots: replaces what stands verbatim on both sides of a pair, as often on the one as on the other, by slots,
 * numbered in the order of the source. `undefined` when there is nothing to replace.
 * @param pair both sides as `normalizeForModel` leaves them
 * @param random in [0, 1); drawn once for each name or digit that could become a slot
 */
export function slotAugment(pair: Pair, random: () => number): { source: Piece[]; target: Piece[] } | undefined {
  const sources = candidates(pair.source);
  const targets = candidates(pair.target);
  const slots = new Map<string, number[]>();
  let used = 0;
  for (const { text, isNumber } of sources) {
    if (slots.has(text)) continue;
    const times = count(sources, text);
    if (times !== count(targets, text) || used + times > mostSlots) continue;
    if (!isNumber && random() >= wordShare) continue;
    slots.set(text, []);
    used += times;
  }
  if (used === 0) return undefined;
  const chosen = sources.filter(({ text }) => slots.has(text));
  chosen.forEach(({ text }, slot) => slots.get(text)?.push(slot));
  return { source: cut(pair.source, sources, slots), target: cut(pair.target, targets, slots) };
}

function candidates(text: string): Candidate[] {
  return Array.from(text.matchAll(candidatePattern), ({ 0: found, index }) => ({
    text: found,
    start: index,
    isNumber: /^\d./.test(found),
  }));
}

function count(candidates: readonly Candidate[], text: string): number {
  return candidates.filter(candidate => candidate.text === text).length;
}

/** Cuts `text` at the candidates that have slots; the n-th time a string comes it takes the n-th of its slots. */
function cut(
  text: string,
  candidates: readonly Candidate[],
  slots: ReadonlyMap<string, readonly number[]>,
): Piece[] {
  const pieces: Piece[] = [];
  const seen = new Map<string, number>();
  let from = 0;
  for (const candidate of candidates) {
    const time = seen.get(candidate.text) ?? 0;
    const slot = slots.get(candidate.text)?.[time];
    if (slot === undefined) continue;
    seen.set(candidate.text, time + 1);
    if (candidate.start > from) pieces.push({ kind: 'text', text: text.slice(from, candidate.start) });
    pieces.push({ kind: 'slot', text: candidate.text, slot });
    from = candidate.start + candidate.text.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}
