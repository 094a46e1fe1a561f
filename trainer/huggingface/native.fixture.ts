/** What fixtures/native.py made: tokenizers of every kind, and what the native library says of hard texts. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Span } from '../../protocol/trace.ts';
import { parseTokenizerConfig } from './tokenizer-config.ts';
import type { HuggingFaceTokenizer } from './tokenizer.ts';
import { parseTokenizerJson } from './tokenizer-json.ts';

const ints = z.array(z.int());
/** Ids; starts and ends in turn; the text that the ids spell. */
const cases = z.array(z.union([z.tuple([ints, ints, z.string()]), z.tuple([ints, ints]).transform(([ids, places]) => [ids, places, undefined] as const)]));

export const many = z.object({ texts: z.array(z.string()), cases });

const schema = z.object({ texts: z.array(z.string()), pairs: z.record(z.string(), z.tuple([ints, ints])), cases: z.record(z.string(), cases) });

export const native = schema.parse(JSON.parse(read('native.json')));
export const descriptions = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(read('tokenizers.json')));

export const noConfig = parseTokenizerConfig({});

export function tokenizerNamed(name: string): HuggingFaceTokenizer {
  return parseTokenizerJson(structuredClone(descriptions[name]), `${name}/tokenizer.json`, noConfig);
}

export function fixture(name: string): URL {
  return new URL(`fixtures/${name}`, import.meta.url);
}

function read(name: string): string {
  return readFileSync(fixture(name), 'utf8');
}

/** Composes with what is before it, in some form: marks, Hangul's vowels and finals, halfwidth voicing of Katakana. */
const composing = /^[\p{M}\u1100-\u11ff\uff9e\uff9f]*$/u;

/**
 * Whether a token's span is the native library's, by our rules: spaces at the ends are no part of a token, marks that no
 * token has belong to the character before them, and a space that the tokenizer put before a text is nowhere. Where the
 * library is less exact than we are, ours may be the better one: of what was composed from several characters it knows only the
 * first, and bytes of an unknown character get a whole run of such.
 * @param places of the library: start and end in turn
 */
export function sameSpan(text: string, ours: Span, index: number, places: readonly number[], spelled: string): boolean {
  let [start, end] = [places[2 * index] ?? 0, places[2 * index + 1] ?? 0];
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  if (start === end && ours.start === ours.end) return true;
  if (ours.start === start && ours.end === end) return true;
  const isCharacter = ['NFC', 'NFKC'].some(form => [...text.slice(ours.start, ours.end).normalize(form)].length === 1);
  if (/^(▁|Ġ)+$/.test(spelled) && (isCharacter || text.slice(ours.start, ours.end).trim() === '')) return true;
  // What one character became, or its bytes: SentencePiece lends it to the last token of them only.
  if (isCharacter && start === end && ours.start <= start && start <= ours.end) return true;
  if (/^<0x..>$/.test(spelled) && ours.start >= start && ours.start < end) return isCharacter;
  const before = text.slice(ours.start, start);
  const [mine, theirs] = [ours, { start, end }].map(span => inked(text, span));
  if (mine === theirs) return true;
  return ours.start <= start && ours.end >= end && (before.trim() === '' || composing.test(before.slice(1))) && composing.test(text.slice(end, ours.end));
}

/** A span without the white space at its ends. */
function inked(text: string, { start, end }: Span): string {
  const part = text.slice(start, end);
  return `${start + part.length - part.trimStart().length} ${part.trim().length}`;
}
