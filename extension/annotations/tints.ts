import type { Span, Trace } from '../../protocol/trace.ts';
import type { Side } from '../../protocol/panel.ts';
import { readingOf, type DoneAnnotation } from './annotation.ts';

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

/** Below this share a word is left plain: softmax gives every word something. */
const visibleShare = 0.02;

/** The strength for a share between 0 and 1; 0 is none. */
export function tintLevel(share: number): number {
  if (!(share >= visibleShare)) return 0;
  return Math.min(tintLevels, Math.ceil(share * tintLevels));
}

/**
 * The tints of an annotation. Without a lit word: what each source word received, relative to the most attended one.
 * With a lit target word: its weights over the source words, as they are. With a lit source word: that word.
 */
export function tintsOf(annotation: DoneAnnotation, lit: LitWord | undefined): Tint[] {
  const kind = lit === undefined ? 'received' : 'lit';
  const shares = lit === undefined ? receivedShares(annotation.trace) : litShares(annotation.trace, lit);
  return annotation.trace.source.words.flatMap((word, index) => {
    const level = tintLevel(shares[index] ?? 0);
    if (level === 0) return [];
    return [{ kind, level, start: annotation.span.start + word.start, end: annotation.span.start + word.end }];
  });
}

function receivedShares(trace: Trace): number[] {
  const { received } = readingOf(trace);
  const most = received.reduce((best, value) => Math.max(best, value), 0);
  return received.map(value => (most > 0 ? value / most : 0));
}

function litShares(trace: Trace, lit: LitWord): ArrayLike<number> {
  if (lit.side === 'target') return readingOf(trace).map[lit.word] ?? [];
  return trace.source.words.map((_, index) => (index === lit.word ? 1 : 0));
}
