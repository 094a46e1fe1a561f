/** A tokenizer of someone else's model: from a text to token ids with exact offsets, and back. */
import type { Span, Token } from '../../protocol/trace.ts';
import { tokenAt } from '../text/token.ts';
import { sliceTraced, traced, type TracedText } from '../text/traced.ts';
import { brokenFile } from './json.ts';
import { type AddedToken, TokenFinder } from './pipeline/added-tokens.ts';
import { cleanUp, fuse } from './pipeline/decoders.ts';
import type { Frame } from './pipeline/post-processors.ts';
import { fitted, spansOf } from './pipeline/spans.ts';
import type { Decoder, Normalizer, Piece, PreTokenizer, SubwordModel } from './pipeline/stages.ts';
import { withinTime } from './within-time.ts';

export const specialRoles = ['pad', 'bos', 'eos', 'cls', 'sep', 'mask', 'unk'] as const;
export type SpecialRole = (typeof specialRoles)[number];

export interface SpecialToken {
  readonly id: number;
  readonly name: string;
}

/** What a tokenizer is made of, whatever files that was read from. */
export interface TokenizerParts {
  /** Names the vocabulary in messages. */
  readonly file: string;
  /** Names of all tokens, by id. */
  readonly names: ReadonlyMap<number, string>;
  readonly added: readonly AddedToken[];
  readonly roles: Readonly<Partial<Record<SpecialRole, string>>>;
  readonly normalize: Normalizer;
  readonly preTokenize: PreTokenizer;
  readonly model: SubwordModel;
  readonly frame: Frame;
  readonly decode: Decoder;
  /** Whether spaces before punctuation are taken out of what was decoded. */
  readonly cleanUp: boolean;
  /** Of the longest text the model takes, in tokens; `undefined` where the files don't say. */
  readonly maxTokens: number | undefined;
}

export interface EncodeOptions {
  /** A second text: of a question, what answers it. */
  readonly pair?: string;
  /** Whether the special tokens that the model expects around a text are put there. Default true. */
  readonly addSpecial?: boolean;
  /** Whether a special token's name in the text stands for the token. Default false: what a user writes is text. */
  readonly parseSpecial?: boolean;
  /** With `parseSpecial`: stretches of the text, in order, in which none is parsed. */
  readonly verbatim?: readonly Span[];
  /** The most tokens, special ones counted; what is over is cut off, at the end of the longer text first. */
  readonly maxTokens?: number;
}

export interface EncodedText {
  readonly ids: readonly number[];
  /**
   * One an id. Offsets are UTF-16, into the text that the token is of. Spaces (U+0020) at a token's ends are no part of it,
   * and a token of spaces only has an empty span; bytes of one character each have all of it; marks that the vocabulary
   * drops belong to the character they stand on. Special tokens that were put around the text have an empty span.
   */
  readonly tokens: readonly Token[];
  /** `token_type_ids`. */
  readonly typeIds: readonly number[];
  /** Which text a token is of: 0, 1 of the pair's second, `undefined` of what was put around them. */
  readonly texts: readonly (0 | 1 | undefined)[];
  /** How many tokens were cut off. */
  readonly cut: number;
}

export interface DecodedText {
  readonly text: string;
  /** One an id, into `text`, as in `EncodedText`; special tokens spell nothing. */
  readonly spans: readonly Span[];
}

/** For how long a text may be encoded, in milliseconds: a hundred times what it takes on a free processor. */
function patience(text: string): number {
  return 5000 + text.length / 4;
}

/** Words whose tokens are kept; no text can fill the memory with its own. */
const remembered = { words: 100_000, length: 40 } as const;

export class HuggingFaceTokenizer {
  readonly #parts: TokenizerParts;
  readonly #ids = new Map<string, number>();
  readonly #special = new Map<number, string>();
  /** Found before normalising, and after. */
  readonly #raw: TokenFinder;
  readonly #normalized: TokenFinder;
  readonly #words = new Map<string, readonly Piece[]>();

  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    for (const [id, name] of parts.names) if (!this.#ids.has(name)) this.#ids.set(name, id);
    for (const { id, content, special } of parts.added) {
      this.#ids.set(content, id);
      if (special) this.#special.set(id, content);
    }
    const normal = (content: string): string => withinTime(patience(content), `The normalizer of ${parts.file}`, () => parts.normalize(traced(content))).text;
    this.#raw = new TokenFinder(parts.added.filter(token => !token.normalized).map(token => [token.content, token]));
    this.#normalized = new TokenFinder(parts.added.filter(token => token.normalized).map(token => [normal(token.content), token]));
  }

  /** One more than the largest id. */
  get size(): number {
    let most = -1;
    for (const id of this.#parts.names.keys()) most = Math.max(most, id);
    return most + 1;
  }

  get maxTokens(): number | undefined {
    return this.#parts.maxTokens;
  }

  /** The token of a role, where the model has one. */
  special(role: SpecialRole): SpecialToken | undefined {
    const name = this.#parts.roles[role];
    const id = name === undefined ? undefined : this.#ids.get(name);
    return name === undefined || id === undefined ? undefined : { id, name };
  }

  /** @throws Failure `broken-model` when the vocabulary lacks the token */
  idOf(token: string): number {
    const id = this.#ids.get(token);
    if (id === undefined) throw brokenFile(this.#parts.file, `has no token ${JSON.stringify(token.slice(0, 100))}, which the model needs`);
    return id;
  }

  /** The name of a special token; `undefined` for every other id. */
  nameOf(id: number): string | undefined {
    return this.#special.get(id);
  }

  /** A token as the vocabulary spells it: `Ġthe`, `▁the`, `##ing`. */
  tokenOf(id: number): string | undefined {
    return this.#parts.names.get(id);
  }

  /**
   * Takes any text; lone surrogates are read as U+FFFD.
   * @throws Failure `broken-model` where the files' own rules take too long or make too much of it
   */
  encode(text: string, options: EncodeOptions = {}): EncodedText {
    const { pair, addSpecial = true, maxTokens } = options;
    return withinTime(patience(text + (pair ?? '')), `Cutting the text into tokens by ${this.#parts.file}`, () => {
      const sides = [text, ...(pair === undefined ? [] : [pair])].map((side, index) => this.#encodeSide(side, index === 0 ? options : { ...options, verbatim: [] }));
      const parts = pair === undefined ? this.#parts.frame.single : this.#parts.frame.pair;
      const around = addSpecial ? parts.filter(({ kind }) => kind === 'special').length : 0;
      const lengths = lengthsWithin(sides.map(({ length }) => length), maxTokens === undefined ? Infinity : Math.max(0, maxTokens - around));
      const encoded = { ids: [] as number[], tokens: [] as Token[], typeIds: [] as number[], texts: [] as (0 | 1 | undefined)[] };
      const add = (id: number, token: Token, type: number, of: 0 | 1 | undefined): void => {
        encoded.ids.push(id);
        encoded.tokens.push(token);
        encoded.typeIds.push(type);
        encoded.texts.push(of);
      };
      let at = 0;
      for (const part of parts) {
        if (part.kind === 'special') {
          if (addSpecial) add(part.id, { text: this.tokenOf(part.id) ?? '', start: at, end: at }, part.type, undefined);
          continue;
        }
        const written = part.text === 0 ? text : (pair ?? '');
        for (const piece of (sides[part.text] ?? []).slice(0, lengths[part.text])) {
          add(piece.id, this.#tokenAt(written, piece), part.type, part.text);
          at = piece.end;
        }
      }
      const all = sides.reduce((sum, { length }) => sum + length, 0);
      return { ...encoded, cut: all - lengths.reduce((sum, length) => sum + length, 0) };
    });
  }

  /** The text that ids spell. Total: broken bytes become U+FFFD, special tokens and unknown ids nothing. */
  decode(ids: readonly number[]): DecodedText {
    const pieces = ids.flatMap((id, place): TracedText[] => {
      const name = this.#special.has(id) ? undefined : this.#parts.names.get(id);
      if (name === undefined) return [];
      return [{ text: name, starts: Array.from({ length: name.length }, () => place), ends: Array.from({ length: name.length }, () => place + 1) }];
    });
    const fused = fuse(this.#parts.decode(pieces));
    const spelled = this.#parts.cleanUp ? cleanUp(fused) : fused;
    return { text: spelled.text, spans: spansOf(spelled, ids.length) };
  }

  #tokenAt(text: string, { id, start, end }: Piece): Token {
    return tokenAt(this.#special.get(id) ?? text.slice(start, end), { start, end }, this.tokenOf(id));
  }

  /** Pieces of a whole text, with spans into it. */
  #encodeSide(text: string, { parseSpecial = false, verbatim = [] }: EncodeOptions): Piece[] {
    const pieces: Piece[] = [];
    // As long as it was: offsets stay.
    const whole = text.replace(/\p{Cs}/gu, '\uFFFD');
    const found = this.#raw.find(whole, ({ special }, span) => !special || (parseSpecial && !touches(verbatim, span)));
    let last = 0;
    for (const { token, start, end } of found) {
      this.#encodeSection(sliceOf(whole, last, start), parseSpecial, verbatim, pieces);
      pieces.push({ id: token.id, start, end });
      last = end;
    }
    this.#encodeSection(sliceOf(whole, last, whole.length), parseSpecial, verbatim, pieces);
    return fitted(text, pieces);
  }

  #encodeSection(section: TracedText, parseSpecial: boolean, verbatim: readonly Span[], pieces: Piece[]): void {
    if (section.text === '') return;
    const text = this.#parts.normalize(section);
    const origin = ({ start, end }: Span): Span => ({ start: text.starts[start] ?? 0, end: text.ends[end - 1] ?? 0 });
    const found = this.#normalized.find(text.text, ({ special }, span) => !special || (parseSpecial && !touches(verbatim, origin(span))));
    const first = section.starts[0] === 0;
    let last = 0;
    for (const { token, ...span } of found) {
      this.#encodePart(sliceTraced(text, last, span.start), first && last === 0, pieces);
      pieces.push({ id: token.id, ...origin(span) });
      last = span.end;
    }
    this.#encodePart(last === 0 ? text : sliceTraced(text, last), first && last === 0, pieces);
  }

  #encodePart(part: TracedText, first: boolean, pieces: Piece[]): void {
    if (part.text === '') return;
    const { text, words } = this.#parts.preTokenize({ text: part, words: [{ start: 0, end: part.text.length }] }, first);
    for (const word of words) {
      for (const { id, start, end } of this.#wordPieces(text.text.slice(word.start, word.end))) {
        const from = text.starts[word.start + start] ?? 0;
        pieces.push({ id, start: from, end: Math.max(from, text.ends[word.start + end - 1] ?? from) });
      }
    }
  }

  /** No tokens reach over words, so a word's do not depend on the text around it. */
  #wordPieces(word: string): readonly Piece[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const pieces = this.#parts.model(word);
    if (word.length <= remembered.length && this.#words.size < remembered.words) this.#words.set(word, pieces);
    return pieces;
  }
}

function sliceOf(text: string, start: number, end: number): TracedText {
  return traced(text.slice(start, end), start);
}

function touches(spans: readonly Span[], { start, end }: Span): boolean {
  return spans.some(span => span.start < end && start < span.end);
}

/** How many tokens of each text are kept, so that they are at most `most` together. */
function lengthsWithin(lengths: readonly number[], most: number): number[] {
  const [first = 0, second = 0] = lengths;
  if (first + second <= most) return [first, second];
  const half = Math.floor(most / 2);
  if (first <= half) return [first, most - first];
  if (second <= half) return [most - second, second];
  return [most - half, half];
}
