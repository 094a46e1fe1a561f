/** What the rows and columns of maps are. */
import type { Axis, AxisToken } from '../../protocol/inspection.ts';
import type { Patch } from '../../protocol/classification.ts';
import { isSpecial } from '../../protocol/special-token.ts';
import type { SourceSide, Span, Token, TokenRange, Trace } from '../../protocol/trace.ts';
import { sentencesIn } from './sentences.ts';

/** @param sentences ranges of the tokens; left out, the text's own */
export function textAxis(side: 'source' | 'target', of: SourceSide, sentences: readonly TokenRange[] = sentencesIn(of)): Axis {
  const { text, tokens, words } = of;
  return { side, text, tokens: tokens.map(axisToken), words, sentences };
}

function axisToken(token: Token): AxisToken {
  const { text, piece = text, start, end } = token;
  return { text: piece, start, end, special: isSpecial(token) };
}

/** What a token of a text stands for, or its name where that is nothing: a space has none but the mark that vocabularies put for it. */
export function spelledIn(text: string, { text: piece, start, end }: AxisToken): string {
  return text.slice(start, end) || piece.replaceAll(/[▁Ġ]/gu, ' ');
}

/**
 * What a model reads while it writes: before each sentence the token that it starts with, and not the last one, after which
 * nothing comes.
 * @param start how the token is called
 */
export function readAxis({ target, sentences }: Trace, start: string): Axis {
  const tokens = sentences.flatMap(({ target: { first, end } }) => {
    const at = target.tokens[first]?.start ?? target.text.length;
    return first < end ? [{ text: start, start: at, end: at }, ...target.tokens.slice(first, end - 1)] : [];
  });
  return textAxis('target', { ...target, tokens }, sentences.map(sentence => sentence.target));
}

/**
 * A text, and what a model that continues it wrote behind it.
 * @param length how many tokens it read, its own among them
 * @param languageId VS Code's id of the document's language
 */
export function continuedAxis({ source, target }: Pick<Trace, 'source' | 'target'>, length: number, languageId?: string): Axis {
  const shift = source.text.length;
  const moved = <S extends Span>(span: S): S => ({ ...span, start: span.start + shift, end: span.end + shift });
  // The last token was not read. The first one may stand among those of the source, where it ends a word that was broken off there.
  const first = length - Math.max(0, target.tokens.length - 1);
  const own = target.tokens.slice(source.tokens.length - first, -1);
  const all: SourceSide = {
    text: source.text + target.text,
    tokens: [...source.tokens, ...own.map(moved)],
    words: [...source.words, ...target.words.map(moved)],
  };
  return { ...textAxis('source', all, sentencesIn(all, languageId)), written: { first, end: length } };
}

/** A class that was found: the one row of what it was read from. */
export function labelAxis(label: string): Axis {
  const all = { start: 0, end: label.length };
  return textAxis('target', { text: label, tokens: [{ text: label, ...all }], words: [all] });
}

/** The patches of an image, each called by its upper left corner; those of the whole image are of no place in it. */
export function imageAxis({ width, height, patches }: { readonly width: number; readonly height: number; readonly patches: readonly Patch[] }): Axis {
  const isWhole = (patch: Patch): boolean => patches.length > 1 && patch.width === width && patch.height === height;
  const tokens = patches.map((patch, index): AxisToken => ({
    text: isWhole(patch) ? (index === 0 ? '[CLS]' : `[${index}]`) : `${Math.round(patch.x)},${Math.round(patch.y)}`,
    start: 0, end: 0, special: isWhole(patch),
  }));
  return { side: 'image', text: '', tokens, words: [], sentences: [{ first: 0, end: tokens.length }] };
}

/** Positions that nothing is known of. */
export function numberedAxis(length: number): Axis {
  const tokens = Array.from({ length }, (_, index): AxisToken => ({ text: String(index), start: 0, end: 0, special: false }));
  return { side: 'source', text: '', tokens, words: [], sentences: [{ first: 0, end: length }] };
}
