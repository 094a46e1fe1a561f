import { classifiedWords } from '../../protocol/classified-words.ts';
import { sourceOf, type Outcome } from '../../protocol/outcome.ts';
import type { Side } from '../../protocol/panel.ts';
import { tintLevel } from '../../protocol/tint.ts';
import type { Span } from '../../protocol/trace.ts';
import { readingOf, type DoneAnnotation } from './annotation.ts';
import type { FollowedMap } from './followed.ts';

/** Tints come in five strengths, 1 to 5: a decoration's colour belongs to its type, and types are made once. */
export const tintLevels = 5;

/** A word of an annotation to be tinted, in offsets of the document. */
export interface Tint extends Span {
  /** `received`: how much attention the word got in all. `lit`: how much a word that the user points at looks at it. */
  readonly kind: 'received' | 'lit';
  /** 1 (weakest) to `tintLevels`. */
  readonly level: number;
}

/** A word that the user points at. */
export interface LitWord {
  readonly side: Side;
  readonly word: number;
}

/**
 * The tints of an annotation. Without a lit word: what each source word received of what wrote, or of the pooling that
 * classified, relative to the most attended one.
 * With a lit target word: its weights over the source words, as they are. With a lit source word: that word.
 */
export function tintsOf(annotation: DoneAnnotation, lit: LitWord | undefined): Tint[] {
  const kind = lit === undefined ? 'received' : 'lit';
  const shares = lit === undefined ? receivedShares(annotation) : litShares(annotation, lit);
  return tintsAt(annotation.span.start, sourceOf(annotation).words, shares, kind);
}

/**
 * The tints of the map that the inspector shows, in the colour and as strong as there, whatever is pointed at.
 * @param lit a word of its text that the user points at elsewhere
 */
export function followedTints({ span, words, received, map, pointed, largest }: FollowedMap, lit: LitWord | undefined): Tint[] {
  const tints = (shares: readonly number[]): Tint[] => tintsAt(span.start, words, shares, 'received');
  if (lit?.side === 'target') return tints(relative(map?.[lit.word] ?? []));
  if (lit !== undefined) return tints(words.map((_, index) => (index === lit.word ? 1 : 0)));
  return tints(pointed === undefined ? relative(received, largest.received) : relative(pointed, largest.pointed));
}

function tintsAt(start: number, words: readonly Span[], shares: ArrayLike<number>, kind: Tint['kind']): Tint[] {
  return words.flatMap((word, index) => {
    const level = tintLevel(shares[index] ?? 0, tintLevels);
    return level === 0 ? [] : [{ kind, level, start: start + word.start, end: start + word.end }];
  });
}

function receivedShares(outcome: Outcome): number[] {
  return relative(outcome.kind === 'classification' ? classifiedWords(outcome.classification).attention : readingOf(outcome.trace).received);
}

/** Each share of the largest. */
function relative(received: readonly number[], most = Math.max(0, ...received)): number[] {
  return received.map(value => (most > 0 ? value / most : 0));
}

function litShares(outcome: Outcome, lit: LitWord): ArrayLike<number> {
  if (lit.side === 'target') return outcome.kind === 'classification' ? [] : (readingOf(outcome.trace).map[lit.word] ?? []);
  return sourceOf(outcome).words.map((_, index) => (index === lit.word ? 1 : 0));
}
