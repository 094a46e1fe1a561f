import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttentionRow, TargetToken, Trace, TraceProgress } from '../../protocol/trace.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { Continuer } from './continuer.ts';

let folder: string;
let continuer: Continuer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuer-'));
  await writeRandomLanguageModel(join(folder, 'model'));
  continuer = await Continuer.open(join(folder, 'model'), { threads: 1 });
});
afterAll(async () => {
  await continuer.release();
  await rm(folder, { recursive: true, force: true });
});

/** What holds of every trace. */
function check(trace: Trace, text: string): void {
  const { source, target, rows, sentences } = trace;
  expect(source.text).toBe(text);
  expect(source.tokens[0]).toMatchObject({ text: '<s>' });
  for (const side of [source, target]) {
    const astray = side.tokens.filter(({ start, end }, index) => start < (side.tokens[index - 1]?.start ?? 0) || end < start || end > side.text.length);
    expect(astray).toEqual([]);
  }
  expect(target.tokens.filter(({ text: token, start, end }) => end > start && token !== target.text.slice(start, end))).toEqual([]);
  expect(sentences).toEqual([{ source: { first: 0, end: source.tokens.length }, target: { first: 0, end: target.tokens.length } }]);
  expect(rows).toHaveLength(target.tokens.length);
  for (const { firstSource, weights, elsewhere = 0 } of rows) {
    expect(firstSource).toBe(0);
    expect(weights).toHaveLength(source.tokens.length);
    expect(weights.reduce((sum, weight) => sum + weight, elsewhere)).toBeCloseTo(1, 4);
  }
  // The first token sees only what was given; later ones see what was written, too.
  expect(rows[0]?.elsewhere ?? 0).toBeCloseTo(0, 6);
  if (rows.length > 2) expect(rows.at(-1)?.elsewhere).toBeGreaterThan(0);
}

describe.each([
  ['a sentence', 'We want to see the cat'],
  ['a whole sentence', 'We want to see the cat.'],
  ['half a word', 'I want t'],
  ['a word alone', 'wa'],
  ['a space at the end', 'I want '],
  ['odd white space', '\t I \u00A0 want\r\n  to\u2009see  '],
  ['emoji', 'I want 👩‍👩‍👧‍👦 and 🇫🇷'],
  ['half an emoji', 'I want \uD83D'],
  ['one endless word', `I want ${'a'.repeat(60)}`],
  ['apostrophes', "They don't want the cat's"],
])('%s', (_, text) => {
  test('is continued, and the parts are the whole', async () => {
    const parts: TraceProgress[] = [];
    const trace = await continuer.continue({ text, length: 12 }, { onProgress: part => void parts.push(part) });
    check(trace, text);
    const [source, ...targets] = parts;
    expect(source).toEqual({ kind: 'source', model: 'random', source: trace.source, map: trace.map });
    const tokens: TargetToken[] = [];
    const rows: AttentionRow[] = [];
    let shown = '';
    for (const part of targets) {
      if (part.kind !== 'target') throw new Error('the source came twice');
      tokens.splice(part.from, Infinity, ...part.tokens);
      rows.splice(part.from, Infinity, ...part.rows);
      shown = shown.slice(0, part.at) + part.text;
    }
    expect({ shown, tokens, rows }).toEqual({ shown: trace.target.text, tokens: trace.target.tokens, rows: trace.rows });
    expect(trace.target.tokens.length).toBeGreaterThan(0);
    expect(trace.target.tokens.length).toBeLessThanOrEqual(12);
  });
});

test('a character of several tokens is told anew once it is whole', async () => {
  const parts: TraceProgress[] = [];
  // Bold enough that bytes of all kinds come out.
  const sampling = { temperature: 10, topP: 1, seed: 5 };
  const trace = await continuer.continue({ text: 'I want', sampling, length: 23 }, { onProgress: part => void parts.push(part) });
  const tokens: TargetToken[] = [];
  for (const part of parts) if (part.kind === 'target') tokens.splice(part.from, Infinity, ...part.tokens);
  expect(tokens).toEqual(trace.target.tokens);
});

test('every character but spaces is in a token of the source', async () => {
  const text = 'I want to see the c';
  const { source } = await continuer.continue({ text });
  const covered = new Set(source.tokens.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, unit) => start + unit)));
  expect([...text].map((character, unit) => character === ' ' || covered.has(unit))).not.toContain(false);
});

test('comment markers are no part of what is continued', async () => {
  const text = '// I want to\n// see the cat';
  const { source } = await continuer.continue({ text, languageId: 'c' });
  for (const { start, end } of source.tokens) expect(text.slice(start, end)).not.toContain('/');
});

test('the same seed writes the same, another one something else', async () => {
  const written = async (seed: number): Promise<string> =>
    (await continuer.continue({ text: 'I want', sampling: { temperature: 1, topP: 0.95, seed } })).target.text;
  expect(await written(1)).toBe(await written(1));
  expect(await written(1)).not.toBe(await written(2));
  expect(await continuer.continue({ text: 'I want' })).toEqual(await continuer.continue({ text: 'I want' }));
});

test('of a text that is too long only the end is read, with a warning', async () => {
  const text = `${'I want to see the cat. '.repeat(40)}The d`;
  const trace = await continuer.continue({ text });
  check(trace, text);
  expect(trace.warnings).toEqual([expect.stringMatching(/^The text has \d+ tokens before its last word; the model reads at most 48 with what it writes, so only the last \d+ were read\.$/)]);
  expect(trace.source.tokens.length + trace.target.tokens.length).toBeLessThanOrEqual(49);
  expect(trace.target.tokens.length).toBeGreaterThan(10);
  expect(trace.source.tokens.at(-1)?.end).toBe(text.length);
});

test.each([
  ['no text', '', 'empty-text'],
  ['white space', ' \r\n\t', 'empty-text'],
  ['comment markers alone', '//\n//', 'empty-text'],
  ['Cyrillic', 'Привет, как дела сегодня?', 'unsupported-script'],
  ['a text of 20,001 characters', 'a'.repeat(20_001), 'text-too-long'],
])('%s is refused', async (_, text, code) => {
  await expect(continuer.continue({ text, languageId: 'c' })).rejects.toMatchObject({ name: 'Failure', code });
});

test('it can be cancelled', async () => {
  await expect(continuer.continue({ text: 'I want' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

test('a translator is no language model', async () => {
  await writeRandomCheckpoint(join(folder, 'translator'));
  await expect(Continuer.open(join(folder, 'translator'), { threads: 1 })).rejects.toMatchObject({
    code: 'bad-argument',
    message: 'The model random is for translation; one for language-modelling was expected.',
  });
});
