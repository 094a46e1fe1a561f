/** A text as a model of others reads it: its tokens, and where each stands in what was given. */
import { proseOf } from '../../protocol/prose.ts';
import type { Span, TargetToken, Token, TokenRange } from '../../protocol/trace.ts';
import type { EncodeOptions, HuggingFaceTokenizer } from '../huggingface/tokenizer.ts';
import type { Helm } from '../steering/helm.ts';
import type { Masking, MaskToken } from '../steering/masked-ids.ts';
import { tokenAt } from '../text/token.ts';
import { originOf, rewrite, sliceTraced, traced, type TracedText } from '../text/traced.ts';

/** What is needed of a tokenizer, whatever files it comes from. */
export interface ForeignTokenizer extends Pick<HuggingFaceTokenizer, 'encode' | 'decode' | 'nameOf' | 'tokenOf' | 'maxTokens' | 'special'> {
  /** Ids of a text that is written, where that is in other words than what is read. */
  readonly encodeWritten?: (text: string) => readonly number[];
}

/** A text that is read, and how it is told to whoever gave it. */
export interface ReadText {
  readonly ids: readonly number[];
  /** Offsets are in the text that was given; a token that was put around it has an empty span. */
  readonly tokens: readonly Token[];
  readonly typeIds: readonly number[];
  /** How many tokens are no part of the text, but stand before it. */
  readonly before: number;
  /** How many tokens were cut off. */
  readonly cut: number;
}

/**
 * What a model is given of a user's text. Where it comes out of a document of some language, comment markers and the line ends
 * of wrapped paragraphs are looked through; else it is read as it is.
 * @param languageId VS Code's id of the document's language
 */
export function proseFor(text: string, languageId: string | undefined): TracedText {
  const whole = traced(text);
  if (languageId === undefined) return whole;
  const prose = proseOf(text, languageId);
  if (prose === text) return whole;
  // What is looked through is blank, or nothing; several blanks are as good as one.
  const visible = rewrite({ ...whole, text: prose }, /\u2060+/gu, () => '');
  const read = rewrite(visible, /[ \t]{2,}/gu, () => ' ');
  const start = read.text.length - read.text.trimStart().length;
  return sliceTraced(read, start, Math.max(start, read.text.trimEnd().length));
}

/** The part of a traced text that stems from a stretch of its original. */
export function sliceOrigin(text: TracedText, start: number, end: number): TracedText {
  const from = text.starts.findIndex(unit => unit >= start);
  const to = text.starts.findIndex(unit => unit >= end);
  return from < 0 ? sliceTraced(text, text.text.length) : sliceTraced(text, from, to < 0 ? undefined : to);
}

/** Reads a text; offsets of its tokens are in the text that the prose was taken from. */
export function readTokens(prose: TracedText, tokenizer: ForeignTokenizer, options: EncodeOptions = {}): ReadText {
  const { ids, tokens, typeIds, texts, cut } = tokenizer.encode(prose.text, options);
  const first = texts.findIndex(text => text !== undefined);
  return {
    ids,
    tokens: tokens.map(token => ({ ...token, ...originOf(prose, token) })),
    typeIds,
    before: first < 0 ? ids.length : first,
    cut,
  };
}

/**
 * Reads two texts as a pair, as the tokenizer puts them together.
 * @param at where in what was given the second begins
 * @returns `texts`: tokens of either; what stands between them is of the first
 */
export function readPair(
  { first, second, at }: { readonly first: TracedText; readonly second: TracedText; readonly at: number }, tokenizer: ForeignTokenizer, options: EncodeOptions,
): ReadText & { readonly texts: readonly [TokenRange, TokenRange] } {
  const { ids, tokens, typeIds, texts, cut } = tokenizer.encode(first.text, { ...options, pair: second.text });
  const border = texts.includes(1) ? texts.indexOf(1) : ids.length;
  const moved = ({ start, end }: Span): Span => ({ start: at + start, end: at + end });
  return {
    ids,
    tokens: tokens.map((token, index) => ({ ...token, ...(index < border ? originOf(first, token) : moved(originOf(second, token))) })),
    typeIds,
    before: Math.max(0, texts.findIndex(text => text !== undefined)),
    cut,
    texts: [{ first: 0, end: border }, { first: border, end: ids.length }],
  };
}

/**
 * What tokens spell that a model wrote, one after the other.
 * @param after the token that they come after, where what they spell goes on with a text: many a tokenizer drops the space that a
 *   text begins with
 */
export function spell(ids: readonly number[], logProbs: readonly number[], tokenizer: ForeignTokenizer, after?: number): { readonly text: string; readonly tokens: TargetToken[] } {
  const before = after === undefined ? [] : [after];
  const shift = after === undefined ? 0 : tokenizer.decode(before).text.length;
  const decoded = tokenizer.decode([...before, ...ids]);
  const text = decoded.text.slice(shift);
  const tokens = ids.map((id, index): TargetToken => {
    const span = decoded.spans[index + before.length] ?? { start: decoded.text.length, end: decoded.text.length };
    const [start, end] = [Math.max(0, span.start - shift), Math.max(0, span.end - shift)];
    return { ...tokenAt(tokenizer.nameOf(id) ?? text.slice(start, end), { start, end }, tokenizer.tokenOf(id)), logProb: logProbs[index] ?? -Infinity };
  });
  return { text, tokens };
}

/** What one token spells in mid-text, where many a tokenizer has a space before it that it drops at the start; or what it is called. */
export function spellOne(token: number, tokenizer: ForeignTokenizer): string {
  const first = tokenizer.decode([token]).text;
  return tokenizer.nameOf(token) ?? (tokenizer.decode([token, token]).text.slice(first.length) || ' ');
}

/** Ids that spell a text which is written, nothing around them. */
export function idsToWrite(text: string, tokenizer: ForeignTokenizer): readonly number[] {
  return tokenizer.encodeWritten?.(text) ?? tokenizer.encode(text, { addSpecial: false }).ids;
}

/** What is read, with tokens hidden that are to be. */
export function masked(read: ReadText, tokenizer: ForeignTokenizer, helm: Helm, of: Pick<Masking, 'keysOf' | 'first' | 'model'>): ReadText {
  return { ...read, ids: helm.mask({ ids: read.ids, tokens: read.tokens, mask: maskOf(tokenizer), ...of }) };
}

/** What stands for a hidden word. */
export const maskOf = (tokenizer: ForeignTokenizer): MaskToken | undefined => tokenizer.special('mask') ?? tokenizer.special('unk');
