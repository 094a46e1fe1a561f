/**
 * The stages that a text goes through on its way to token ids, as Hugging Face's `tokenizers` name them: normalizer,
 * pre-tokenizer, model, post-processor; and back, the decoder. Every stage keeps where each character came from.
 */
import { Failure } from '../../../protocol/failure.ts';
import type { Span } from '../../../protocol/trace.ts';
import type { TracedText } from '../../text/traced.ts';

/** Rewrites a text: lower case, accents, compositions. */
export type Normalizer = (text: TracedText) => TracedText;

/** A text that is cut into words; what is in no word is dropped. */
export interface Words {
  readonly text: TracedText;
  /** In order, not overlapping; none is empty. */
  readonly words: readonly Span[];
}

/** Cuts words into smaller ones, and may rewrite them. @param first whether the text is the beginning of what was given */
export type PreTokenizer = (words: Words, first: boolean) => Words;

/** A token of a word: units `[start, end)` of it. Bytes of one character share its units. */
export interface Piece extends Span {
  readonly id: number;
}

/** Cuts a word into tokens of the vocabulary, in order; what it has no token for may be left out. */
export type SubwordModel = (word: string) => readonly Piece[];

/**
 * Tokens on their way back to a text: each piece's characters stem from tokens `[starts[i], ends[i])` of the sequence.
 * A decoder joins and rewrites pieces.
 */
export type Decoder = (pieces: readonly TracedText[]) => readonly TracedText[];

/** What a text may grow to: normalizers of an untrusted file could double it again and again. */
export const mostUnits = 1 << 22;

/** Gathers a traced text piece by piece. */
export class TracedBuilder {
  readonly #parts: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** In units. */
  get length(): number {
    return this.#starts.length;
  }

  /** @throws Failure `broken-model` where it grows beyond all measure */
  push(part: string, start: number, end: number): void {
    if (this.#starts.length + part.length > mostUnits) throw tooLong();
    this.#parts.push(part);
    for (let unit = 0; unit < part.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Units `[from, to)` of another, as they are. */
  copy({ text, starts, ends }: TracedText, from: number, to: number): void {
    if (this.#starts.length + to - from > mostUnits) throw tooLong();
    this.#parts.push(text.slice(from, to));
    for (let unit = from; unit < to; unit++) {
      this.#starts.push(starts[unit] ?? 0);
      this.#ends.push(ends[unit] ?? 0);
    }
  }

  build(): TracedText {
    return { text: this.#parts.join(''), starts: this.#starts, ends: this.#ends };
  }
}

function tooLong(): Failure {
  return new Failure('broken-model', `The model's tokenizer makes more than ${mostUnits} characters of the text.`, 'Give a shorter text; if it is short, the tokenizer is at fault: use another model.');
}

/** Maps a traced text character by character (code points; a lone surrogate is one). `undefined` keeps a character. */
export function mapCharacters(source: TracedText, map: (character: string) => string | undefined): TracedText {
  const built = new TracedBuilder();
  let kept = 0;
  let index = 0;
  for (const character of source.text) {
    const end = index + character.length;
    const mapped = map(character);
    if (mapped !== undefined && mapped !== character) {
      if (index > kept) built.copy(source, kept, index);
      built.push(mapped, source.starts[index] ?? 0, source.ends[end - 1] ?? 0);
      kept = end;
    }
    index = end;
  }
  if (kept === 0) return source;
  built.copy(source, kept, index);
  return built.build();
}

/** A text put before another, of no origin: its span is empty, at the start of what follows. */
export function prepend(prefix: string, source: TracedText, at = 0): TracedText {
  const start = source.starts[0] ?? at;
  const built = new TracedBuilder();
  built.push(prefix, start, start);
  built.copy(source, 0, source.text.length);
  return built.build();
}

export const nothing: TracedText = { text: '', starts: [], ends: [] };
