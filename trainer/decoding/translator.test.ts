import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttentionRow, Span, TargetToken, Trace, TraceProgress } from '../../protocol/trace.ts';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { Translator } from './translator.ts';

let folder: string;
let translator: Translator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'translator-'));
  await writeRandomCheckpoint(folder, { ending: 4, limits: { sourceTokens: 40, targetTokens: 40 } });
  translator = await Translator.open(folder, { threads: 1 });
});
afterAll(async () => {
  await translator.release();
  await rm(folder, { recursive: true, force: true });
});

/** A name, a text, and the language of its document. */
const texts: readonly (readonly [string, string, string])[] = [
  ['a sentence', 'We see a cat.', 'plaintext'],
  ['sentences and paragraphs', 'We see a cat. The dog is at home!\n\nYou see the house?', 'plaintext'],
  ['Windows line ends and tabs', 'We see\ta cat.\r\n\r\nThe dog is at home.', 'plaintext'],
  ['a hard-wrapped comment', '    // We see a cat that is at home with the\n    // dog and the house of the other cat there.', 'typescript'],
  ['a list', '- We see a cat\n- The dog is 15 years old\n- 42', 'markdown'],
  ['what passes through', 'We see 1,234 cats at https://example.org/a?b=c and `the(dog)` on 2024-05-06 😀.', 'plaintext'],
  ['right-to-left words in it', 'We see \u05E9\u05DC\u05D5\u05DD at home with the cat.', 'plaintext'],
  ['emoji of many parts', 'We see 👩‍👩‍👧‍👦 and 🇫🇷 at home.', 'plaintext'],
  ['lone surrogates', 'We \uD83D see \uDC00 a cat.', 'plaintext'],
  ['accents of two kinds', 'The cafe\u0301 and the caf\u00E9 are at home.', 'plaintext'],
  ['one endless word', `We see ${'a'.repeat(3000)}.`, 'plaintext'],
];

/** Words that are empty, overlap, or reach beyond the text. */
function misplaced(words: readonly Span[], length: number): Span[] {
  return words.filter(({ start, end }, index) => start < (words[index - 1]?.end ?? 0) || end <= start || end > length);
}

/** Tokens that go back, or reach beyond the text. */
function astray(tokens: readonly Span[], length: number): Span[] {
  return tokens.filter(({ start, end }, index) => start < (tokens[index - 1]?.start ?? 0) || end < start || end > length);
}

/** What holds of every trace. */
function check(trace: Trace, text: string): void {
  const { source, target, sentences, rows } = trace;
  expect(source.text).toBe(text);
  for (const side of [source, target]) {
    expect(astray(side.tokens, side.text.length)).toEqual([]);
    expect(misplaced(side.words, side.text.length)).toEqual([]);
  }
  expect(target.tokens.filter(({ text: token, start, end }) => end > start && token !== target.text.slice(start, end))).toEqual([]);
  // Sentences follow one another without a gap, and each side of each ends with the end token.
  let source0 = 0;
  let target0 = 0;
  for (const sentence of sentences) {
    expect([sentence.source.first, sentence.target.first]).toEqual([source0, target0]);
    source0 = sentence.source.end;
    target0 = sentence.target.end;
    expect(source.tokens[source0 - 1]?.text).toBe('</s>');
    expect(target.tokens[target0 - 1]?.text).toBe('</s>');
    const wrong = rows.slice(sentence.target.first, sentence.target.end).filter(
      ({ firstSource, weights }) =>
        firstSource !== sentence.source.first ||
        weights.length !== sentence.source.end - sentence.source.first ||
        Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) > 1e-4,
    );
    expect(wrong).toEqual([]);
  }
  expect([source0, target0]).toEqual([source.tokens.length, target.tokens.length]);
  expect(rows).toHaveLength(target.tokens.length);
  expect(trace.received).toHaveLength(source.tokens.length);
  expect(trace.received.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(rows.length, 2);
}

describe.each([1, 3])('with a beam of %i', beam => {
  test.each(texts)('%s', async (_, text, languageId) => {
    const parts: TraceProgress[] = [];
    const request = { text, beam, languageId };
    const trace = await translator.translate(request, { onProgress: part => void parts.push(part) });
    check(trace, text);
    // The parts, put together, are the whole.
    const [source, ...targets] = parts;
    expect(source).toEqual({ kind: 'source', model: 'random', source: trace.source, map: trace.map });
    const tokens: TargetToken[] = [];
    const rows: AttentionRow[] = [];
    let shown = '';
    for (const part of targets) {
      if (part.kind !== 'target') throw new Error('the source came twice');
      expect(part.from).toBeLessThanOrEqual(tokens.length);
      tokens.splice(part.from, Infinity, ...part.tokens);
      rows.splice(part.from, Infinity, ...part.rows);
      expect(part.at).toBeLessThanOrEqual(shown.length);
      shown = shown.slice(0, part.at) + part.text;
      expect(astray(tokens, shown.length)).toEqual([]);
    }
    expect(tokens).toEqual(trace.target.tokens);
    expect(rows).toEqual(trace.rows);
    expect(trace.target.text.startsWith(shown)).toBe(true);
    // Without anyone watching it is the same.
    expect(await translator.translate(request)).toEqual(trace);
  }, 300_000);
});

test('what passes through comes out once, untouched', async () => {
  const { source, target } = await translator.translate({
    text: 'We see 1,234 cats at https://example.org/a?b=c and `the(dog)` 😀!',
    beam: 1,
  });
  for (const piece of ['1,234', 'https://example.org/a?b=c', '`the(dog)`', '😀']) {
    expect(target.text.split(piece), piece).toHaveLength(2);
    expect(source.words.map(({ start, end }) => source.text.slice(start, end)), piece).toContain(piece);
  }
});

test('paragraphs and bullets keep their places', async () => {
  const { target } = await translator.translate({ text: '- We see a cat\n- 42\n\nThe dog!', beam: 1, languageId: 'markdown' });
  expect(target.text).toMatch(/^- [^]+\n- 42\n\n[^]+$/);
});

test('comment markers are no part of what is translated', async () => {
  const { source } = await translator.translate({ text: '// We see a cat.\n// The dog!', beam: 1, languageId: 'c' });
  for (const { start, end } of source.tokens) expect(source.text.slice(start, end)).not.toContain('/');
});

test.each([
  ['no text', '', 'empty-text'],
  ['white space', ' \r\n\t', 'empty-text'],
  ['comment markers alone', '//\n//', 'empty-text'],
  ['Cyrillic', 'Привет, как дела сегодня?', 'unsupported-script'],
  ['Japanese', '今日はとても良い天気ですね。', 'unsupported-script'],
  ['a text of 20,001 characters', 'a'.repeat(20_001), 'text-too-long'],
])('%s is refused', async (_, text, code) => {
  await expect(translator.translate({ text, beam: 1, languageId: 'c' })).rejects.toMatchObject({ name: 'Failure', code });
});

test.each([0, -1, 1.5, NaN, 33])('a beam of %d is refused', async beam => {
  await expect(translator.translate({ text: 'A cat.', beam })).rejects.toMatchObject({ code: 'bad-argument' });
});

test('numbers alone stay as they are', async () => {
  const trace = await translator.translate({ text: '12,345', beam: 1 });
  expect(trace.target.text).toBe('12,345');
  check(trace, '12,345');
});

test('a sentence beyond what training saw is translated with a warning', async () => {
  const trace = await translator.translate({ text: `A cat. We see ${'the dog and '.repeat(10)}the house.`, beam: 1 });
  expect(trace.warnings.filter(warning => warning.includes('trained'))).toHaveLength(1);
  expect(trace.warnings.join('\n')).toMatch(/Sentence 2 has \d+ tokens; the model was trained on sentences of at most 40/);
});

test('twenty thousand characters go through', async () => {
  const brief = join(folder, 'brief');
  await writeRandomCheckpoint(brief, { ending: 9 });
  const quick = await Translator.open(brief, { threads: 1 });
  const sentence = 'We see the cat at home and the dog sees the house. ';
  const count = Math.floor(20_000 / sentence.length);
  const trace = await quick.translate({ text: sentence.repeat(count), beam: 1 });
  expect(trace.sentences).toHaveLength(count);
  check(trace, sentence.repeat(count));
  await quick.release();
}, 300_000);
