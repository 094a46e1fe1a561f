import { Tokenizer } from '@huggingface/tokenizers';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import type { Span } from '../../protocol/trace.ts';
import { bytesOf, symbolOfByte, wordPattern } from './byte-level.ts';
import { decodeUtf8 } from './utf8.ts';

export interface EncodedText {
  readonly ids: readonly number[];
  /**
   * Where each token stands in the text, in UTF-16 units. Spaces (U+0020) at a token's ends are no part of its span,
   * and a token of spaces only has an empty one. When a character's bytes fall into several tokens, each of them has
   * the whole character. Starts and ends never decrease, and every character but spaces is covered.
   */
  readonly spans: readonly Span[];
}

export interface DecodedText {
  readonly text: string;
  /** As in `EncodedText`, into `text`; a special token's span is empty. */
  readonly spans: readonly Span[];
}

export interface EncodeOptions {
  /**
   * Whether a space is put before a text that starts with none, so that its first word is the same token as inside a
   * sentence. Default true; false for text that follows something without a space.
   */
  readonly prefixSpace?: boolean;
}

const byteLevel = z.looseObject({ type: z.literal('ByteLevel'), use_regex: z.literal(true).default(true) });

/** The part of tokenizer.json that this class relies on. */
const schema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int().nonnegative(), content: z.string().min(1) })),
  normalizer: z.null(),
  pre_tokenizer: byteLevel.extend({ add_prefix_space: z.literal(true) }),
  post_processor: z.null(),
  decoder: byteLevel,
  model: z.looseObject({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), z.int().nonnegative()),
    merges: z.array(z.union([z.tuple([z.string(), z.string()]), z.string()])),
    dropout: z.null().optional(),
    continuing_subword_prefix: z.union([z.null(), z.literal('')]).optional(),
    end_of_word_suffix: z.union([z.null(), z.literal('')]).optional(),
  }),
});

const noBytes = new Uint8Array();

/** Words whose ids are kept: a corpus has few that are not among them, and no text can fill the memory with its own. */
const remembered = { words: 100_000, length: 40 } as const;

/**
 * A byte-level byte-pair vocabulary with exact offsets. Words are cut and merged by `@huggingface/tokenizers`; since
 * byte-level tokens lose nothing, offsets are those of the bytes that the tokens spell.
 */
export class TextTokenizer {
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];
  /** By id: the bytes a token spells. A special token, and an id the vocabulary skips, spells nothing. */
  private readonly bytes: Uint8Array[] = [];
  private readonly special = new Map<number, string>();
  /** Ids by word, as `wordPattern` cuts them. */
  private readonly words = new Map<string, readonly number[]>();

  private constructor(
    private readonly file: string,
    /** Puts no space before a text. */
    private readonly library: Tokenizer,
    tokens: Iterable<readonly [token: string, id: number]>,
    special: ReadonlySet<string>,
  ) {
    for (const [token, id] of tokens) {
      this.ids.set(token, id);
      this.names[id] = token;
      if (special.has(token)) this.special.set(id, token);
      this.bytes[id] = special.has(token) ? noBytes : (bytesOf(token) ?? noBytes);
    }
  }

  /**
   * Reads the content of a tokenizer.json; `file` names it in failures.
   * @throws Failure `broken-model` when it is no byte-level byte-pair vocabulary, or one that lacks a byte
   */
  static parse(json: unknown, file: string): TextTokenizer {
    const parsed = schema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
      throw broken(file, `is no byte-level byte-pair vocabulary${place}: ${issue?.message ?? 'unreadable'}`);
    }
    const { added_tokens: added, model } = parsed.data;
    const missing = symbolOfByte.findIndex(symbol => model.vocab[symbol] === undefined);
    if (missing >= 0) throw broken(file, `has no token for byte ${missing}; all 256 were expected`);
    const stray = Object.values(model.vocab).find(id => id >= 1_000_000);
    if (stray !== undefined) throw broken(file, `holds the id ${stray}; ids below 1,000,000 were expected`);
    // Without its added tokens the library never finds a special token in a text: what a user writes is data.
    const bare = { ...parsed.data, added_tokens: [], pre_tokenizer: { ...parsed.data.pre_tokenizer, add_prefix_space: false } };
    try {
      return new TextTokenizer(
        file,
        new Tokenizer(bare, {}),
        [...Object.entries(model.vocab), ...added.map(({ content, id }) => [content, id] as const)],
        new Set(added.map(({ content }) => content)),
      );
    } catch (error) {
      throw broken(file, `could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** One more than the largest id. */
  get size(): number {
    return this.bytes.length;
  }

  /** @throws Failure `broken-model` when the vocabulary lacks the token */
  idOf(token: string): number {
    const id = this.ids.get(token);
    if (id === undefined) throw broken(this.file, `has no token ${JSON.stringify(token)}, which the model needs`);
    return id;
  }

  /** The name of a special token; `undefined` for every other id. */
  nameOf(id: number): string | undefined {
    return this.special.get(id);
  }

  /** A token as the vocabulary spells it, bytes as letters: `Ġthe`. */
  tokenOf(id: number): string | undefined {
    return this.names[id];
  }

  /** The bytes that a token spells; none of a special token. */
  bytesOf(id: number): Uint8Array {
    return this.bytes[id] ?? noBytes;
  }

  /** Takes any text, as it is: not normalised, nothing in it special, lone surrogates read as U+FFFD. Never throws. */
  encode(text: string, options: EncodeOptions = {}): EncodedText {
    const ids = this.encodeIds(text, options);
    return { ids, spans: this.spell(ids, (options.prefixSpace ?? true) && !text.startsWith(' ')).spans };
  }

  /** The ids alone, for training, which has no use for offsets. */
  encodeIds(text: string, { prefixSpace = true }: EncodeOptions = {}): number[] {
    if (text === '') return [];
    const ids: number[] = [];
    const spaced = prefixSpace && !text.startsWith(' ') ? ` ${text}` : text;
    for (const [word] of spaced.matchAll(wordPattern)) for (const id of this.wordIds(word)) ids.push(id);
    return ids;
  }

  /** Byte pairs are merged within a word only, so a word's ids do not depend on the text around it. */
  private wordIds(word: string): readonly number[] {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    const { ids } = this.library.encode(word, { add_special_tokens: false });
    if (word.length <= remembered.length && this.words.size < remembered.words) this.words.set(word, ids);
    return ids;
  }

  /**
   * The text that ids spell, without the one space that `encode` put before it. Total: broken bytes become U+FFFD,
   * special tokens and unknown ids nothing. `prefixSpace: false` keeps a first space.
   */
  decode(ids: readonly number[], { prefixSpace = true }: EncodeOptions = {}): DecodedText {
    return this.spell(ids, prefixSpace);
  }

  private spell(ids: readonly number[], dropFirstSpace: boolean): DecodedText {
    const parts = ids.map(id => this.bytes[id] ?? noBytes);
    const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let filled = 0;
    for (const part of parts) {
      bytes.set(part, filled);
      filled += part.length;
    }
    const decoded = decodeUtf8(bytes);
    const drop = dropFirstSpace && decoded.text.startsWith(' ') ? 1 : 0;
    const text = decoded.text.slice(drop);
    let first = 0;
    const spans = parts.map(part => {
      const end = first + part.length;
      const from = decoded.spans[first]?.start ?? decoded.text.length;
      const to = part.length === 0 ? from : (decoded.spans[end - 1]?.end ?? from);
      first = end;
      return trim(text, Math.max(0, from - drop), Math.max(0, to - drop));
    });
    return { text, spans };
  }
}

/** A span without the spaces at its ends; of spaces only, the empty span after it. */
function trim(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return { start, end };
}

function broken(file: string, found: string): Failure {
  return new Failure('broken-model', `${file} ${found}.`, 'Take the whole model folder again from where it came from.');
}
