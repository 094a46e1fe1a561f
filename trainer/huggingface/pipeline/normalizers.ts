/** The normalizers of tokenizer.json. */
import * as z from 'zod';
import { symbolOfByte } from '../../text/byte-level.ts';
import { sliceTraced, type TracedText } from '../../text/traced.ts';
import { brokenFile, check, isRecord, maybe, or, shown } from '../json.ts';
import { CharsMap } from './chars-map.ts';
import { compilePattern, patternSchema } from './pattern.ts';
import { mapCharacters, type Normalizer, nothing, prepend, TracedBuilder } from './stages.ts';
import { combiningMark, isIdeograph, nonSpacingMark, otherThanText, whitespace } from './unicode.ts';
import { normalizeTo, unicodeForms } from './unicode-forms.ts';

/** Of a stage and those it is made of. */
const deepest = 16;
const most = 200;

const keep: Normalizer = text => text;

/** @throws Failure `broken-model`, naming what is not known */
export function parseNormalizer(json: unknown, file: string, depth = 0): Normalizer {
  if (json === null || json === undefined) return keep;
  if (!isRecord(json) || typeof json['type'] !== 'string') throw brokenFile(file, `has a normalizer without a type (found ${shown(json)})`);
  if (depth > deepest) throw brokenFile(file, `has normalizers in normalizers, more than ${deepest} deep`);
  const type = json['type'];
  const form = unicodeForms.find(each => each === type);
  if (form !== undefined) return text => normalizeTo(form, text);
  switch (type) {
    case 'Sequence': {
      const all = check(z.looseObject({ normalizers: z.array(z.unknown()).max(most) }), json, file).normalizers.map(each => parseNormalizer(each, file, depth + 1));
      return text => all.reduce((before, normalize) => normalize(before), text);
    }
    case 'BertNormalizer':
      return bertNormalizer(check(bertSchema, json, file));
    case 'Lowercase':
      return lowerCase;
    case 'StripAccents':
      return text => mapCharacters(text, character => (combiningMark.test(character) ? '' : undefined));
    case 'Strip': {
      const { strip_left: left, strip_right: right } = check(z.looseObject({ strip_left: or(z.boolean(), true), strip_right: or(z.boolean(), true) }), json, file);
      return text => strip(text, left, right);
    }
    case 'Replace': {
      const { pattern, content } = check(z.looseObject({ pattern: patternSchema, content: z.string().max(10_000) }), json, file);
      const find = compilePattern(pattern, file);
      return text => replaceFound(text, find(text.text), content);
    }
    case 'Prepend': {
      const { prepend: prefix } = check(z.looseObject({ prepend: z.string().max(10_000) }), json, file);
      return text => (text.text === '' ? text : prepend(prefix, text));
    }
    case 'Precompiled': {
      const { precompiled_charsmap: base64 } = check(z.looseObject({ precompiled_charsmap: maybe(z.string().max(16 << 20)) }), json, file);
      if (base64 === undefined || base64 === '') return keep;
      const map = new CharsMap(Buffer.from(base64, 'base64'), file);
      return text => byCharsMap(text, map);
    }
    case 'Nmt':
      return nmt;
    case 'ByteLevel':
      return spellBytes;
    default:
      throw brokenFile(file, `has a normalizer of the type ${shown(type)}, which is not known here`);
  }
}

const bertSchema = z.looseObject({
  clean_text: or(z.boolean(), true),
  handle_chinese_chars: or(z.boolean(), true),
  strip_accents: maybe(z.boolean()),
  lowercase: or(z.boolean(), true),
});

/** In this order; accents go where they are asked to, or with the case. */
function bertNormalizer(options: z.output<typeof bertSchema>): Normalizer {
  const steps: Normalizer[] = [];
  if (options.clean_text) steps.push(cleanText);
  if (options.handle_chinese_chars) steps.push(text => mapCharacters(text, character => (isIdeograph(character) ? ` ${character} ` : undefined)));
  if (options.strip_accents ?? options.lowercase) {
    steps.push(text => mapCharacters(normalizeTo('NFD', text), character => (nonSpacingMark.test(character) ? '' : undefined)));
  }
  if (options.lowercase) steps.push(lowerCase);
  return text => steps.reduce((before, step) => step(before), text);
}

function cleanText(text: TracedText): TracedText {
  return mapCharacters(text, character => {
    if (character >= ' ' && character <= '~') return undefined;
    if (character === '\t' || character === '\n' || character === '\r') return ' ';
    if (character === '\uFFFD' || otherThanText.test(character)) return '';
    return whitespace.test(character) ? ' ' : undefined;
  });
}

/** Character by character: a final sigma is like any other. */
export function lowerCase(text: TracedText): TracedText {
  return mapCharacters(text, character => character.toLowerCase());
}

export function strip(text: TracedText, left: boolean, right: boolean): TracedText {
  const characters = [...text.text];
  let start = 0;
  let end = text.text.length;
  for (let index = 0; left && index < characters.length && whitespace.test(characters[index] ?? ''); index++) start += characters[index]?.length ?? 0;
  for (let index = characters.length - 1; right && end > start && whitespace.test(characters[index] ?? ''); index--) end -= characters[index]?.length ?? 0;
  return start === 0 && end === text.text.length ? text : sliceTraced(text, start, end);
}

/** What replaces a stretch stems from all of it. */
export function replaceFound(text: TracedText, found: Iterable<readonly [start: number, end: number]>, content: string): TracedText {
  const built = new TracedBuilder();
  let kept = 0;
  for (const [start, end] of found) {
    built.copy(text, kept, start);
    const origin = text.starts[start] ?? text.ends.at(-1) ?? 0;
    built.push(content, origin, end > start ? (text.ends[end - 1] ?? origin) : origin);
    kept = end;
  }
  if (kept === 0 && built.length === 0) return text;
  built.copy(text, kept, text.text.length);
  return built.build();
}

const ascii = /^[\0-\x7f]*$/;

/** Whole graphemes of fewer than six bytes first, then their characters, as `tokenizers` does it. */
function byCharsMap(source: TracedText, map: CharsMap): TracedText {
  if (source.text === '') return nothing;
  const built = new TracedBuilder();
  const put = (index: number, part: string): boolean => {
    const replacement = map.shortest(part);
    if (replacement === undefined) return false;
    const end = index + part.length;
    if (replacement === part) built.copy(source, index, end);
    else built.push(replacement, source.starts[index] ?? 0, source.ends[end - 1] ?? 0);
    return true;
  };
  const putEach = (from: number, segment: string): void => {
    let index = from;
    for (const character of segment) {
      if (!put(index, character)) built.copy(source, index, index + character.length);
      index += character.length;
    }
  };
  // Of ASCII, only a line's end of two characters is a grapheme of several.
  if (ascii.test(source.text) && !source.text.includes('\r\n')) {
    putEach(0, source.text);
    return built.build();
  }
  for (const [index, segment] of graphemes(source.text)) {
    if (Buffer.byteLength(segment) < 6 && put(index, segment)) continue;
    putEach(index, segment);
  }
  return built.build();
}

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** In UTF-16 units. */
const window = 512;

/** With their places. The segmenter takes quadratic time over a long text, so it is given one window after the other. */
function* graphemes(text: string): Generator<readonly [index: number, segment: string]> {
  for (let start = 0; start < text.length; ) {
    const part = text.slice(start, start + window);
    const segments = [...segmenter.segment(part)];
    const whole = start + part.length >= text.length;
    // The last one may go on behind the window, unless it is all there is.
    const taken = whole || segments.length === 1 ? segments : segments.slice(0, -1);
    for (const { index, segment } of taken) yield [start + index, segment];
    start += taken.reduce((sum, { segment }) => sum + segment.length, 0);
  }
}

const nmtRemoved = /^[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]$/;
const nmtSpace = /^[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]$/;

/** SentencePiece's rules of machine translation, without its Unicode form. */
function nmt(text: TracedText): TracedText {
  return mapCharacters(text, character => (nmtRemoved.test(character) ? '' : nmtSpace.test(character) ? ' ' : undefined));
}

const utf8 = new TextEncoder();
const spelled = new Map<string, string>();

/** Every byte as a visible character (`trainer/text/byte-level.ts`). */
export function spellBytes(text: TracedText): TracedText {
  return mapCharacters(text, character => {
    const known = spelled.get(character);
    if (known !== undefined) return known;
    let symbols = '';
    for (const byte of utf8.encode(character)) symbols += symbolOfByte[byte] ?? '';
    if (spelled.size < 20_000) spelled.set(character, symbols);
    return symbols;
  });
}
