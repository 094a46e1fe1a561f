/**
 * Which word has which number. A layers model does not say: the file that does lies beside it. These are read, by these names,
 * each alone or with `source_`/`target_`, `encoder_`/`decoder_` or `input_`/`output_` before it where a model reads one text and
 * writes another:
 *
 *     tokenizer.json   what `Tokenizer.to_json()` of Keras gives
 *     word_index.json  {"the": 1, "of": 2, …}, a Tokenizer's `word_index`
 *     vocab.json       the same, or a list of words in the order of their numbers: `TextVectorization.get_vocabulary()`
 *
 * Where a file has words only, texts are cut as the library does that writes such a file: at punctuation where it is a
 * `word_index`, and without punctuation where it is a list; but never in or at what the words themselves hold. Texts are put
 * into lower case unless some word is not.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSpecialToken } from '../../protocol/special-token.ts';
import type { DecodedText, EncodedText } from '../text/tokenizer.ts';
import { broken, quoted } from '../formats/broken.ts';
import { fieldsOf, readJson, shown } from '../formats/json.ts';
import { isSize } from '../formats/sizes.ts';
import { parseJson } from '../text/parse-json.ts';
import { kerasTokenizerFilters, splitWords, textVectorizationPunctuation, type WordRules } from './word-splitting.ts';

export type Side = 'source' | 'target';

const names = ['tokenizer.json', 'word_index.json', 'vocab.json'] as const;
const prefixes: ReadonlyMap<string, Side | undefined> = new Map<string, Side | undefined>([
  ['', undefined],
  ['source_', 'source'], ['encoder_', 'source'], ['input_', 'source'],
  ['target_', 'target'], ['decoder_', 'target'], ['output_', 'target'],
]);

/** In bytes, and in words. */
const mostJson = 64 << 20;
const mostWords = 2_000_000;

/** Words that are none, as tutorials and libraries write them. */
const special = {
  unknown: ['[UNK]', '<unk>', '<UNK>', '<OOV>', '<oov>', 'UNK', 'unk'],
  start: ['[START]', '[start]', '<start>', '<START>', '<s>', '<sos>', '<SOS>', '<bos>', '<BOS>', 'startseq', '_start_', 'sos', 'start', '\t'],
  end: ['[END]', '[end]', '<end>', '<END>', '</s>', '<eos>', '<EOS>', 'endseq', '_end_', 'eos', 'end', '\n'],
} as const;

export class WordVocabulary {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #words: ReadonlyMap<number, string>;
  readonly #most: number;
  readonly unknown: number | undefined;
  /** What a text that is written begins and ends with. */
  readonly start: number | undefined;
  readonly end: number | undefined;

  constructor(
    /** Path of its file. */
    readonly file: string,
    words: ReadonlyMap<string, number>,
    readonly rules: WordRules,
    options: { readonly unknown?: string | undefined; readonly most?: number | undefined } = {},
  ) {
    this.#ids = words;
    this.#words = new Map([...words].map(([word, id]) => [id, word]));
    this.#most = options.most ?? Infinity;
    const known = (candidates: readonly string[]): number | undefined => candidates.map(word => words.get(word)).find(id => id !== undefined && id < this.#most);
    this.unknown = known(options.unknown === undefined ? special.unknown : [options.unknown, ...special.unknown]);
    this.start = known(special.start);
    this.end = known(special.end);
  }

  /** Words that are not known are the unknown one where there is one, and else left out, as Keras does. */
  encode(text: string): EncodedText {
    const found = splitWords(text, this.rules).flatMap(({ word, span }) => {
      const own = this.#ids.get(word);
      const id = own !== undefined && own < this.#most ? own : this.unknown;
      return id === undefined ? [] : [{ id, span }];
    });
    return { ids: found.map(({ id }) => id), spans: found.map(({ span }) => span) };
  }

  nameOf(id: number): string | undefined {
    return this.#words.get(id);
  }

  /** Words with a space between, characters without, and where each stands. Padding, beginning, end and numbers that no word has say nothing. */
  decode(ids: readonly number[]): DecodedText {
    const between = this.rules.byCharacter ? '' : ' ';
    let text = '';
    const spans = ids.map(id => {
      const word = id === 0 || id === this.start || id === this.end ? undefined : this.nameOf(id);
      if (word === undefined) return { start: text.length, end: text.length };
      if (text !== '') text += between;
      const start = text.length;
      text += word;
      return { start, end: text.length };
    });
    return { text, spans };
  }
}

/** Vocabularies of a folder, by the side that their names tell. */
export interface Vocabularies {
  readonly source: WordVocabulary | undefined;
  readonly target: WordVocabulary | undefined;
}

/**
 * One that names no side is for both.
 * @throws Failure `broken-model` where such a file is not what its name says
 */
export async function readVocabularies(folder: string): Promise<Vocabularies> {
  const files = new Set(await readdir(folder));
  const found = new Map<Side | undefined, WordVocabulary>();
  for (const [prefix, side] of prefixes) {
    const name = names.find(each => files.has(`${prefix}${each}`));
    if (name === undefined || found.has(side)) continue;
    const file = join(folder, `${prefix}${name}`);
    const vocabulary = parseVocabulary(await readJson(file, mostJson), file);
    if (vocabulary !== undefined) found.set(side, vocabulary);
  }
  const shared = found.get(undefined);
  return { source: found.get('source') ?? shared, target: found.get('target') ?? shared };
}

/** `undefined` for a `tokenizer.json` of another library. @throws Failure `broken-model` */
export function parseVocabulary(json: unknown, file: string): WordVocabulary | undefined {
  if (Array.isArray(json)) {
    if (json.length > mostWords) throw broken(file, `it has ${json.length} words`, `at most ${mostWords}`);
    const words = json.map((word: unknown, id): [string, number] => {
      if (typeof word !== 'string') throw broken(file, `word ${id} is ${shown(word)}`, 'a text');
      return [word, id];
    });
    return fromWords(file, words.filter(([word]) => word !== ''), true);
  }
  const fields = fieldsOf(json);
  if (fields === undefined) throw broken(file, `it is ${shown(json)}`, 'a list of words, or an object of words and numbers');
  if (fields.get('class_name') === 'Tokenizer') return kerasTokenizer(fieldsOf(fields.get('config')) ?? new Map(), file);
  return isWordIndex(fields) ? fromWords(file, indexOf(fields, file), false) : undefined;
}

const isWordIndex = (fields: ReadonlyMap<string, unknown>): boolean => !['model', 'version', 'added_tokens', 'config'].some(key => typeof fields.get(key) === 'object' || typeof fields.get(key) === 'string');

function indexOf(fields: ReadonlyMap<string, unknown>, file: string): [string, number][] {
  if (fields.size > mostWords) throw broken(file, `it has ${fields.size} words`, `at most ${mostWords}`);
  return [...fields].map(([word, id]): [string, number] => {
    if (!isSize(id)) throw broken(file, `the number of ${quoted(word)} is ${shown(id)}`, 'a whole number, 0 or more');
    return [word, id];
  });
}

function kerasTokenizer(config: ReadonlyMap<string, unknown>, file: string): WordVocabulary {
  const stored = config.get('word_index');
  const index = fieldsOf(typeof stored === 'string' ? parseJson(stored) : stored);
  if (index === undefined) throw broken(file, `its word_index is ${shown(stored)}`, 'an object of words and numbers, or the JSON of one');
  const text = (key: string, otherwise: string): string => {
    const value = config.get(key);
    return typeof value === 'string' ? value : otherwise;
  };
  const most = config.get('num_words');
  const unknown = config.get('oov_token');
  const separators = text('filters', kerasTokenizerFilters) + text('split', ' ');
  const byCharacter = config.get('char_level') === true;
  return new WordVocabulary(
    file,
    new Map(indexOf(index, file)),
    // Characters are not filtered.
    { lower: config.get('lower') !== false, separators: byCharacter ? '' : separators, dropped: '', byCharacter },
    { unknown: typeof unknown === 'string' ? unknown : undefined, most: typeof most === 'number' ? most : undefined },
  );
}

function fromWords(file: string, words: readonly (readonly [string, number])[], isList: boolean): WordVocabulary {
  const specials = new Set<string>(Object.values(special).flat());
  const plain = words.filter(([word]) => !specials.has(word) && !isSpecialToken(word));
  const used = new Set(plain.flatMap(([word]) => [...word]));
  const without = (characters: string): string => [...characters].filter(character => !used.has(character)).join('');
  return new WordVocabulary(file, new Map(words), {
    lower: plain.every(([word]) => word === word.toLowerCase()),
    separators: isList ? '' : without(kerasTokenizerFilters),
    dropped: isList ? without(textVectorizationPunctuation) : '',
    // Of a model that reads and writes characters.
    byCharacter: plain.length > 0 && plain.every(([word]) => [...word].length === 1),
  });
}
