/** Patterns of tokenizer.json: a plain text, or a regular expression as Oniguruma reads it. */
import { SplitPreTokenizer } from '@huggingface/tokenizers';
import * as z from 'zod';
import { shortened } from '../../formats/broken.ts';
import { brokenFile } from '../json.ts';

export const patternSchema = z.union([z.object({ String: z.string().max(10_000) }), z.object({ Regex: z.string().max(100_000) })]);
export type PatternJson = z.output<typeof patternSchema>;

/** Finds stretches of a text, in order; they may be empty. */
export type Finder = (text: string) => Iterable<readonly [start: number, end: number]>;

/** Its expression is the file's own: whoever runs it bounds the time. @throws Failure `broken-model` where it can't be understood */
export function compilePattern(json: PatternJson, file: string): Finder {
  return 'String' in json ? text => occurrences(text, json.String) : matches(translated(json.Regex, file));
}

/** @param expression global */
export function matches(expression: RegExp): Finder {
  return function* (text) {
    for (const match of text.matchAll(expression)) yield [match.index, match.index + match[0].length];
  };
}

/** Hugging Face's library in JavaScript knows how Oniguruma's syntax differs. */
function translated(source: string, file: string): RegExp {
  let expression: RegExp | null;
  try {
    expression = new SplitPreTokenizer({ type: 'Split', pattern: { Regex: source }, behavior: 'Isolated', invert: false }).pattern;
  } catch (thrown) {
    throw brokenFile(file, `has the regular expression ${JSON.stringify(source.slice(0, 200))}, which cannot be translated: ${shortened(thrown instanceof Error ? thrown.message : String(thrown))}`, undefined, thrown);
  }
  if (expression === null) throw brokenFile(file, `has a pattern that is no regular expression: ${JSON.stringify(source.slice(0, 200))}`);
  return expression;
}

function* occurrences(text: string, wanted: string): Generator<readonly [number, number]> {
  if (wanted === '') return;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) yield [at, at + wanted.length];
}
