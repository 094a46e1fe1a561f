/** The pre-tokenizers of tokenizer.json. */
import * as z from 'zod';
import { sliceTraced, type TracedText } from '../../text/traced.ts';
import { brokenFile, check, isRecord, maybe, or, shown } from '../json.ts';
import { spellBytes } from './normalizers.ts';
import { compilePattern, type Finder, matches, patternSchema } from './pattern.ts';
import { each, split, splitBehaviors } from './split.ts';
import { prepend, type PreTokenizer, TracedBuilder, type Words } from './stages.ts';
import { punctuation, whitespace } from './unicode.ts';

const deepest = 16;
const most = 200;

/** GPT-2's words (Radford et al. 2019, encoder.py), with Unicode's white space. */
const gpt2Words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
/** Rust's `\w+|[^\w\s]+`. */
const wordsAndSigns = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

const isSpace: Finder = each(character => whitespace.test(character));
const isPunctuation: Finder = each(character => punctuation.test(character));
const isNumber: Finder = each(character => /^\p{N}$/u.test(character));

/** @throws Failure `broken-model`, naming what is not known */
export function parsePreTokenizer(json: unknown, file: string, depth = 0): PreTokenizer {
  if (json === null || json === undefined) return words => words;
  if (!isRecord(json) || typeof json['type'] !== 'string') throw brokenFile(file, `has a pre_tokenizer without a type (found ${shown(json)})`);
  if (depth > deepest) throw brokenFile(file, `has pre-tokenizers in pre-tokenizers, more than ${deepest} deep`);
  const type = json['type'];
  switch (type) {
    case 'Sequence': {
      const all = check(z.looseObject({ pretokenizers: z.array(z.unknown()).max(most) }), json, file).pretokenizers.map(inner => parsePreTokenizer(inner, file, depth + 1));
      return (words, first) => all.reduce((before, preTokenize) => preTokenize(before, first), words);
    }
    case 'BertPreTokenizer':
      return words => split(split(words, isSpace, 'Removed'), isPunctuation, 'Isolated');
    case 'WhitespaceSplit':
      return words => split(words, isSpace, 'Removed');
    case 'Whitespace':
      return words => split(words, matches(wordsAndSigns), 'Removed', true);
    case 'Punctuation': {
      const { behavior } = check(z.looseObject({ behavior: or(z.enum(splitBehaviors), 'Isolated') }), json, file);
      return words => split(words, isPunctuation, behavior);
    }
    case 'Digits': {
      const { individual_digits: single } = check(z.looseObject({ individual_digits: or(z.boolean(), false) }), json, file);
      return words => split(words, isNumber, single ? 'Isolated' : 'Contiguous');
    }
    case 'CharDelimiterSplit': {
      const { delimiter } = check(z.looseObject({ delimiter: z.string().min(1).max(10) }), json, file);
      return words => split(words, each(character => character === delimiter), 'Removed');
    }
    case 'FixedLength': {
      const { length } = check(z.looseObject({ length: or(z.int().min(1).max(1_000_000), 5) }), json, file);
      return words => split(words, chunks(length), 'Isolated');
    }
    case 'Split': {
      const { pattern, behavior, invert } = check(z.looseObject({ pattern: patternSchema, behavior: z.enum(splitBehaviors), invert: or(z.boolean(), false) }), json, file);
      const find = compilePattern(pattern, file);
      return words => split(words, find, behavior, invert);
    }
    case 'ByteLevel': {
      const options = check(z.looseObject({ add_prefix_space: or(z.boolean(), true), use_regex: or(z.boolean(), true) }), json, file);
      return words => byteLevel(words, options.add_prefix_space, options.use_regex);
    }
    case 'Metaspace':
      return metaspace(check(metaspaceSchema, json, file));
    default:
      throw brokenFile(file, `has a pre-tokenizer of the type ${shown(type)}, which is not known here`);
  }
}

/** Of so many characters each. */
function chunks(length: number): Finder {
  return function* (text) {
    let start = 0;
    let index = 0;
    let count = 0;
    for (const character of text) {
      index += character.length;
      if (++count < length) continue;
      yield [start, index];
      [start, count] = [index, 0];
    }
  };
}

function byteLevel(words: Words, prefixSpace: boolean, cut: boolean): Words {
  const spaced = prefixSpace ? rewriteWords(words, word => (word.text.startsWith(' ') ? word : prepend(' ', word))) : words;
  const parts = cut ? split(spaced, matches(gpt2Words), 'Isolated') : spaced;
  return rewriteWords(parts, spellBytes);
}

const metaspaceSchema = z.looseObject({
  replacement: or(z.string().min(1).max(10), '▁'),
  prepend_scheme: maybe(z.enum(['always', 'never', 'first'])),
  /** What files had before there were schemes. */
  add_prefix_space: maybe(z.boolean()),
  split: or(z.boolean(), true),
});

/** Spaces become a visible sign, which each word begins with. */
function metaspace(options: z.output<typeof metaspaceSchema>): PreTokenizer {
  const { replacement } = options;
  const scheme = options.prepend_scheme ?? (options.add_prefix_space === false ? 'never' : 'always');
  return (words, first) => {
    const signed = rewriteWords(words, (word, start) => {
      const text = replaceSpaces(word, replacement);
      const wanted = scheme === 'always' || (scheme === 'first' && first && start === 0);
      return wanted && !text.text.startsWith(replacement) ? prepend(replacement, text) : text;
    });
    return options.split ? split(signed, each(character => character === replacement), 'MergedWithNext') : signed;
  };
}

function replaceSpaces(word: TracedText, replacement: string): TracedText {
  return replacement.length === 1 ? { ...word, text: word.text.replaceAll(' ', replacement) } : rewriteEach(word, ' ', replacement);
}

function rewriteEach(word: TracedText, wanted: string, replacement: string): TracedText {
  const built = new TracedBuilder();
  for (let index = 0; index < word.text.length; index++) {
    if (word.text[index] === wanted) built.push(replacement, word.starts[index] ?? 0, word.ends[index] ?? 0);
    else built.copy(word, index, index + 1);
  }
  return built.build();
}

/** Rewrites each word by itself. */
function rewriteWords({ text, words }: Words, rewrite: (word: TracedText, start: number) => TracedText): Words {
  const built = new TracedBuilder();
  const spans = words.flatMap(({ start, end }) => {
    const from = built.length;
    const word = rewrite(sliceTraced(text, start, end), start);
    built.copy(word, 0, word.text.length);
    return word.text === '' ? [] : [{ start: from, end: built.length }];
  });
  return { text: built.build(), words: spans };
}
