import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../../checkpoints/checkpoint.fixture.ts';
import type { TraceProgress } from '../../../protocol/trace.ts';
import { Replier } from '../../decoding/replier.ts';
import { Translator } from '../../decoding/translator.ts';
import { trainToy } from '../train-toy.fixture.ts';
import { type DialogueDataset, prepareDataset, readParts, type Reply } from './dataset.ts';
import { scoreDialogue } from './score.ts';
import { dialogueTask } from './task.ts';
import { asLines, toyConfig, toyConversations } from './toy.fixture.ts';

let folder: string;
let dataset: DialogueDataset;
let replier: Replier;
let likelihood: number;
let lines: string[];
const config = toyConfig();
const model = (): string => join(folder, 'model');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialogue-'));
  lines = [];
  const file = join(folder, 'toy.jsonl');
  await writeFile(file, asLines(toyConversations(90)));
  await writeFile(join(folder, 'toy.json'), JSON.stringify(config));
  const sources = { train: [{ format: 'jsonl', file, encoding: 'utf-8' } as const], validation: undefined, test: undefined };
  dataset = await prepareDataset(sources, config, line => void lines.push(line));
  await mkdir(model());
  likelihood = await trainToy(dialogueTask(config, dataset), config.training, model());
  replier = await Replier.open(model(), { threads: 1 });
}, 300_000);
afterAll(async () => {
  await replier.release();
  await rm(folder, { recursive: true, force: true });
});

test('conversations are split as wholes, and what was said is the source of each reply', () => {
  const { train, validation, test: held } = dataset.split;
  // Of a conversation of four turns three are replies; those to a greeting alone are alike in many.
  expect([validation.length, held.length]).toEqual([30, 30]);
  const keyOf = ({ turns, reply }: Reply): string => [...turns, reply].join('\n');
  const heldOut = new Set([...validation, ...held].map(keyOf));
  expect(train.filter(reply => heldOut.has(keyOf(reply)))).toEqual([]);
  const { special, tokenizer } = dataset;
  const last = dataset.split.validation.findIndex(({ turns }) => turns.length === 3);
  const source = dataset.validation[last]?.source ?? [];
  expect(source.at(-1)).toBe(special.end);
  expect(source.filter(id => id === tokenizer.idOf('<turn>'))).toHaveLength(2);
});

test('it remembers a name that was said three turns before', async () => {
  const named = dataset.split.test.filter(({ turns }) => turns.length === 3);
  expect(named.length).toBe(10);
  let right = 0;
  for (const { turns, reply } of named) {
    const { target } = await replier.reply({ text: turns.join('\n') });
    if (target.text === reply) right++;
  }
  // One of four by chance.
  expect(right).toBeGreaterThanOrEqual(8);
});

test('a reply is told as a trace over the text given, and the parts are the whole', async () => {
  const text = 'Anna: Hello! I am Tom.\nBen: How are you?\nAnna: Who am I?';
  const parts: TraceProgress[] = [];
  const trace = await replier.reply({ text }, { onProgress: part => void parts.push(part) });
  const { source, target, rows, sentences } = trace;
  expect(source.text).toBe(text);
  expect(source.tokens.filter(token => token.text === '<turn>')).toHaveLength(2);
  for (const { start, end } of source.tokens) expect(text.slice(start, end)).not.toMatch(/Anna|Ben|:/);
  expect(target.tokens.at(-1)?.text).toBe('</s>');
  expect(sentences).toEqual([{ source: { first: 0, end: source.tokens.length }, target: { first: 0, end: target.tokens.length } }]);
  for (const { weights } of rows) {
    expect(weights).toHaveLength(source.tokens.length);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
  }
  expect(parts[0]).toEqual({ kind: 'source', model: 'toy', source, map: trace.map });
  const shown = { tokens: [] as object[], rows: [] as object[], text: '' };
  for (const part of parts) {
    if (part.kind === 'source') continue;
    shown.tokens.splice(part.from, Infinity, ...part.tokens);
    shown.rows.splice(part.from, Infinity, ...part.rows);
    shown.text = shown.text.slice(0, part.at) + part.text;
  }
  expect(shown).toEqual({ tokens: target.tokens, rows, text: target.text });
});

test('only as many turns are read as training knew, and what does not fit is left out with a warning', async () => {
  const many = await replier.reply({ text: 'Nobody hears this.\nHello! I am Eva.\nHow are you?\nWho am I?' });
  expect(many.source.tokens[0]?.start).toBe('Nobody hears this.\n'.length);
  expect(many.warnings).toEqual([]);
  const long = await replier.reply({ text: `Hello! ${'I am Eva. '.repeat(20)}\nWho am I?` });
  expect(long.source.tokens.at(-1)?.end).toBe(long.source.text.length);
  expect(long.source.tokens.length).toBeLessThanOrEqual(40);
  expect(long.warnings[0]).toMatch(/^The turns have \d+ tokens; the model was trained on at most 40/);
  const endless = await replier.reply({ text: 'I am Eva. '.repeat(40) });
  expect(endless.source.tokens).toHaveLength(40);
  expect(endless.warnings[0]).toContain('at most 40');
});

test.each([
  ['no text', '', 'empty-text'],
  ['no words', ' \n?!\n😀', 'empty-text'],
  ['Cyrillic', 'Привет, как дела сегодня?', 'unsupported-script'],
  ['a text of 20,001 characters', 'a'.repeat(20_001), 'text-too-long'],
])('%s is refused', async (_, text, code) => {
  await expect(replier.reply({ text })).rejects.toMatchObject({ name: 'Failure', code });
});

test('the perplexity of a score is that of the training, and the card shows replies', async () => {
  const printed: string[] = [];
  // Validated on what is scored.
  const sameSet = { ...config, file: join(folder, 'toy.json') };
  const { perplexity, samples } = await scoreDialogue({ config: sameSet, file: sameSet.file, model: model(), save: true, print: line => void printed.push(line) });
  expect(Math.abs(Math.log(perplexity) - likelihood)).toBeLessThan(0.2);
  expect(samples).toHaveLength(8);
  const card = await readFile(join(model(), 'README.md'), 'utf8');
  expect(card).toContain('Replies in en to the last of up to 3 turns.');
  expect(card).toContain(`perplexity ${perplexity.toFixed(2)}`);
  expect(card).not.toContain(folder);
});

test('what the model has no places for is told, and counts as replied to with nothing', async () => {
  const long = [...toyConversations(90), ...Array.from({ length: 10 }, (_, index) => [`Hello ${index}.`, 'I am Eva. '.repeat(200 + index)])];
  const file = join(folder, 'long.jsonl');
  await writeFile(file, asLines(long));
  await cp(model(), join(folder, 'other'), { recursive: true });
  const manifest = join(folder, 'other', 'attention-model.json');
  const { training: { dataHash: _, ...training }, ...rest } = JSON.parse(await readFile(manifest, 'utf8'));
  await writeFile(manifest, JSON.stringify({ ...rest, training }));
  const printed: string[] = [];
  const request = { config: { ...config, data: { ...config.data, test: [{ format: 'jsonl', file, encoding: 'utf-8' } as const] }, split: { validation: 10, test: 0, seed: 1 } }, file: join(folder, 'toy.json'), model: join(folder, 'other'), save: false, print: (line: string) => void printed.push(line) };
  await writeFile(file, asLines(long.slice(85)));
  const { perplexity } = await scoreDialogue(request);
  expect(Number.isFinite(perplexity)).toBe(true);
  expect(printed.join('\n')).toMatch(/10 of 25 replies were not tried: .* 512 /);
  await writeFile(file, asLines(long.slice(90)));
  await expect(scoreDialogue(request)).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringContaining('All 10 held-out replies') });
});

test('what is given to test with is not drawn to validate, and moving it to another set changes the hash', async () => {
  const write = async (name: string, conversations: readonly (readonly string[])[]) => {
    await writeFile(join(folder, name), asLines(conversations));
    return [{ format: 'jsonl', file: join(folder, name), encoding: 'utf-8' } as const];
  };
  const all = toyConversations(90);
  const train = await write('all.jsonl', all);
  const given = await write('given.jsonl', all.slice(0, 60));
  const settings = { history: 3, split: { validation: 20, test: 20, seed: 1 } };
  const { split, hash } = await readParts({ train, validation: undefined, test: given }, settings);
  const keyOf = ({ turns, reply }: Reply): string => [...turns, reply].join('\n');
  const tested = new Set(split.test.map(keyOf));
  expect(split.validation.filter(reply => tested.has(keyOf(reply)))).toEqual([]);
  expect((await readParts({ train, validation: given, test: undefined }, settings)).hash).not.toBe(hash);
});

test('a model that replies translates nothing, and the other way round', async () => {
  await expect(Translator.open(model(), { threads: 1 })).rejects.toMatchObject({ code: 'bad-argument', message: 'The model toy is for dialogue; one for translation was expected.' });
  await writeRandomCheckpoint(join(folder, 'translator'));
  await expect(Replier.open(join(folder, 'translator'), { threads: 1 })).rejects.toMatchObject({ code: 'bad-argument' });
});

test('several sources are one corpus; a config that joins pairs is refused', () => {
  const source = { format: 'tsv', file: 'a.tsv' };
  expect(toyConfig({ data: { train: [source, { format: 'yaml', file: 'b.yml' }] } }).data.train).toHaveLength(2);
  expect(toyConfig({ data: { train: source } }).data.train).toHaveLength(1);
  expect(() => toyConfig({ training: { ...config.training, join: 0.1 } })).toThrow(/"training.join"/);
  expect(() => toyConfig({ model: { ...config.model, longest: 20 } })).toThrow(/"model.longest": expected at least 40/);
  expect(() => toyConfig({ history: 0 })).toThrow(/"history"/);
});
