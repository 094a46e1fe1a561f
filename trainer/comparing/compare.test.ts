import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { eventsOf, measured, toyPairs } from '../training/training.fixture.ts';
import { compareToys, toySpec, writeComparison } from './comparing.fixture.ts';

const minutes = 60_000;
const runOf = (folder: string, name: string): string => join(folder, 'compared', 'runs', name);
const read = (folder: string, name: string): Promise<string> => readFile(join(folder, 'compared', name), 'utf8');

interface Numbers {
  readonly rows: readonly {
    readonly model: string;
    readonly unscored?: string;
    readonly bleu?: { readonly score: number; readonly low: number; readonly high: number };
    readonly bleuDeviation?: number;
    readonly againstFirst?: { readonly pValue: number };
    readonly byLength?: readonly { readonly words: string; readonly sentences: number }[];
    readonly attention?: { readonly entropy: number };
    readonly trainingSteps?: number;
    readonly wordsPerSecond?: number;
    readonly seeds: readonly { readonly seed?: number; readonly bleu: number }[];
  }[];
  readonly notes: readonly string[];
}
const numbersIn = async (folder: string): Promise<Numbers> => JSON.parse(await read(folder, 'report.json'));

describe('two models of a toy language', () => {
  let folder: string;
  let spec: string;
  let printed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'));
    spec = await writeComparison(folder);
    printed = await compareToys(spec);
  }, 3 * minutes);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are trained one after the other and told in a report', async () => {
    expect(printed).toMatch(/^\[1 of 2\] additive: training …\n[^]*\n\[2 of 2\] none: training …\n[^]*report\.md/);
    const { rows } = await numbersIn(folder);
    expect(rows.map(({ model }) => model)).toEqual(['additive', 'none']);
    const [additive, none] = rows;
    expect(additive?.bleu?.low).toBeLessThanOrEqual(additive?.bleu?.score ?? NaN);
    expect(additive?.bleu?.high).toBeGreaterThanOrEqual(additive?.bleu?.score ?? NaN);
    expect(additive?.againstFirst).toBeUndefined();
    expect(none?.againstFirst?.pValue).toBeGreaterThan(0);
    expect(additive?.attention?.entropy).toBeGreaterThan(0);
    expect(none?.attention).toBeUndefined();
    // Every toy sentence has five words: of two classes one is empty and not told.
    expect(additive?.byLength).toMatchObject([{ words: '5 or more', sentences: 20 }]);
    expect(additive?.wordsPerSecond).toBeGreaterThan(0);
    const steps = (await eventsOf(runOf(folder, 'none'))).findLast(({ type }) => type === 'finished')?.step;
    expect(none?.trainingSteps).toBe(steps);
    expect(await read(folder, 'report.md')).toMatch(/\n\| none \| [\d,]+ \| /);
    expect(await read(folder, 'report.md')).toContain('![BLEU by length of the source](<bleu-by-length.svg>)');
    expect(await read(folder, 'bleu-by-length.svg')).toContain('additive');
    expect(await read(folder, 'report.html')).toContain('<title>Toys compared</title>');
  });

  test('no sentence of the corpus, and no folder of this machine, is in any report', async () => {
    const words = toyPairs(200).flatMap(({ source, target }) => [source, target]);
    for (const name of ['report.md', 'report.html', 'report.json', 'bleu-by-length.svg']) {
      const text = await read(folder, name);
      expect(words.filter(sentence => text.includes(sentence))).toEqual([]);
      expect(text).not.toMatch(/\b(?:maison|voir|peindre)\b/);
      expect(text).not.toContain(folder);
    }
  });

  test('asked again, what is trained is used as it is', async () => {
    const before = await stat(join(runOf(folder, 'none'), 'events.jsonl'));
    const { rows } = await numbersIn(folder);
    const again = await compareToys(spec);
    expect(again).toContain('[2 of 2] none: trained already');
    expect((await stat(join(runOf(folder, 'none'), 'events.jsonl'))).mtimeMs).toBe(before.mtimeMs);
    expect((await numbersIn(folder)).rows.map(({ bleu, byLength }) => ({ bleu, byLength }))).toEqual(rows.map(({ bleu, byLength }) => ({ bleu, byLength })));
  }, 2 * minutes);

  test('with --report-only, what is not trained is told and not trained', async () => {
    const given = join(folder, 'given');
    await writeRandomCheckpoint(given, { ending: 5 });
    const wider = await writeComparison(folder, {
      ...toySpec,
      beam: 2,
      models: [...toySpec.models, { name: 'dot', set: { 'model.attention': { score: 'general' } } }, { name: 'given', model: 'given' }],
    });
    await compareToys(wider, { reportOnly: true });
    const { rows, notes } = await numbersIn(folder);
    expect(rows.map(({ model, unscored }) => [model, unscored])).toEqual([['additive', undefined], ['none', undefined], ['dot', 'not trained'], ['given', undefined]]);
    expect(await read(folder, 'report.md')).toContain('| dot | not trained | – |');
    expect(notes).toContain('dot is not trained yet.');
    expect(notes.join('\n')).toContain('given does not say what it was trained on');
    expect(await readdir(join(folder, 'compared', 'runs'))).toEqual(['additive', 'none']);
  }, 2 * minutes);

  test('a run of another config is not told as one of this comparison', async () => {
    const changed = await writeComparison(folder, { ...toySpec, models: [{ name: 'none', set: { 'model.attention': { score: 'none' }, 'training.epochs': 1 } }] });
    await expect(compareToys(changed)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('the config of none changed') });
  });
});

describe('on its way', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('stopped in the middle it goes on, and trains as if it had not been', async () => {
    const spec = await writeComparison(folder, { ...toySpec, models: [{ name: 'first', set: {} }, { name: 'second', set: {} }] });
    const controller = new AbortController();
    const lines: string[] = [];
    const print = (line: string): void => {
      lines.push(line);
      if (lines.some(known => known.includes('second: training')) && /step 2\d of/.test(line)) controller.abort();
    };
    await compareToys(spec, { signal: controller.signal, print });
    expect(lines.at(-1)).toBe('Stopped; the same command goes on from here.');
    expect(await readdir(join(folder, 'compared'))).not.toContain('report.md');
    const again = await compareToys(spec);
    expect(again).toContain('first: trained already');
    expect(again).toMatch(/second: going on after step 2\d/);
    expect(await measured(runOf(folder, 'second'))).toEqual(await measured(runOf(folder, 'first')));
    const { rows } = await numbersIn(folder);
    expect(rows[1]?.bleu).toEqual(rows[0]?.bleu);
  }, 3 * minutes);

  test('a model that fails is told, the others go on, and seeds are averaged', async () => {
    const spec = await writeComparison(folder, {
      ...toySpec,
      seeds: [1, 2],
      models: [{ name: 'short', set: { 'training.buckets': [[2, 2]] } }, { name: 'brief', set: { 'training.epochs': 2 } }],
    });
    const printed = await compareToys(spec);
    expect(printed).toContain('[1 of 4] short-1 failed: All ');
    const { rows, notes } = await numbersIn(folder);
    expect(rows[0]).toMatchObject({ model: 'short', unscored: 'failed' });
    expect(notes.filter(note => note.startsWith('short-'))).toHaveLength(2);
    expect(rows[1]?.seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    const [one = NaN, two = NaN] = rows[1]?.seeds.map(({ bleu }) => bleu) ?? [];
    expect(rows[1]?.bleu?.score).toBeCloseTo((one + two) / 2, 8);
    expect(rows[1]?.bleuDeviation).toBeCloseTo(Math.abs(one - two) / Math.SQRT2, 8);
    expect(rows[1]?.againstFirst).toBeUndefined();
    expect(await read(folder, 'report.md')).toContain('| short | failed | – |');
  }, 3 * minutes);
});
