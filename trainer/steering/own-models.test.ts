/** Models of ours, steered: free they are what they were; told, their maps are what they were told, and what they write changes. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Intervention } from '../../protocol/intervention.ts';
import { writeRandomCheckpoint } from '../checkpoints/checkpoint.fixture.ts';
import { writeRandomImageClassifier, writeRandomTextClassifier } from '../checkpoints/classifier.fixture.ts';
import { writeRandomLanguageModel } from '../checkpoints/language-model.fixture.ts';
import { saveCheckpoint } from '../checkpoints/save.ts';
import { encodePng } from '../corpora/png.fixture.ts';
import { openModel } from '../engine/models.ts';
import { elementCount } from '../graph/value.ts';
import type { HeldLayer } from '../inspection/held.ts';
import type { Pass } from '../inspection/pass.ts';
import { parametersOf } from '../models/model.ts';
import { Random } from '../training/random.ts';
import { type Asked, layerOf, outputOf, Passes, row } from './passes.fixture.ts';

let folder: string;
const passes = new Passes(openModel);
const deEn = fileURLToPath(new URL('../../media/models/de-en', import.meta.url));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steered-'));
  await writeRandomCheckpoint(join(folder, 'gru'), { ending: 4 });
  await writeRandomTextClassifier(join(folder, 'text'));
  await writeRandomImageClassifier(join(folder, 'image'));
  await writeRandomLanguageModel(join(folder, 'language'));
});
afterAll(async () => {
  await passes.release();
  await rm(folder, { recursive: true, force: true });
});

const pass = (name: string, asked: Asked, interventions?: readonly Intervention[]): Promise<Pass> => passes.of(name === 'de-en' ? deEn : join(folder, name), asked, interventions);
const near = (found: readonly number[], wanted: readonly number[]): void => wanted.forEach((weight, key) => expect(found[key]).toBeCloseTo(weight, 5));

const image = encodePng(Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256), 8, 8, 1);
const cases: readonly (readonly [string, Asked, HeldLayer['kind'], number])[] = [
  ['gru', { text: 'We see a cat.' }, 'cross', 2],
  ['gru', { text: 'We see a cat.', beam: 4 }, 'cross', 1],
  ['text', { text: 'a good, bad film' }, 'encoder', 1],
  ['text', { text: 'a good, bad film' }, 'pooling', 0],
  ['image', { text: 'it.png', image }, 'encoder', 2],
  ['image', { text: 'it.png', image }, 'pooling', 0],
  ['language', { text: 'I want to see' }, 'decoder', 3],
  ['de-en', { text: 'Ich habe gestern einen Hund gesehen.' }, 'encoder', 1],
  ['de-en', { text: 'Ich habe gestern einen Hund gesehen.', beam: 3 }, 'cross', 2],
  ['de-en', { text: 'Ich habe gestern einen Hund gesehen.' }, 'decoder', 2],
];

test.each(cases.map(([name, asked, kind, query]) => ({ name, asked, kind, query, width: asked.beam ?? 1 })))('$kind attention of $name, a beam of $width', async ({ name, asked, kind, query }) => {
  const before = await pass(name, asked);
  const held = layerOf(before, kind);
  const free: Intervention[] = [{ do: 'knock-out', kind, layer: 0, heads: [] }];
  const untouched = await pass(name, asked, free);
  expect(untouched.output).toEqual(before.output);
  expect(untouched.layers).toEqual(before.layers);
  expect(untouched.warnings).toEqual(before.warnings);

  const seen = kind === 'decoder' ? query + 1 : held.columns;
  const uniform = Array.from({ length: held.columns }, (_, key) => (key < seen ? 1 : 0));
  const pinned = await pass(name, asked, [{ do: 'row', kind, layer: 0, heads: 'all', query, weights: uniform }]);
  for (let head = 0; head < held.heads; head++) near(row(pinned, kind, 0, head, query), uniform.map(weight => weight / seen));
  expect(outputOf(pinned)).not.toEqual(outputOf(before));

  const silenced = await pass(name, asked, [{ do: 'knock-out', kind, layer: 0, heads: [0] }]);
  expect(outputOf(silenced)).not.toEqual(outputOf(before));
});

test('a head that is knocked out is one whose part of the output layer is zero', async () => {
  const [text, manifest] = [join(folder, 'text'), await writeRandomTextClassifier(join(folder, 'text'))];
  const cut = join(folder, 'cut');
  await cp(text, cut, { recursive: true });
  const random = new Random('classifier', manifest.id);
  const { embedding, encoder } = manifest.architecture;
  const heads = encoder.kind === 'transformer' ? encoder.heads : 1;
  const parameters = parametersOf(manifest.architecture).map(spec => {
    const data = Float32Array.from({ length: elementCount(spec.shape) }, () => random.uniform() * 2 - 1);
    // Columns of the second head.
    if (/0\.attention\.output$/.test(spec.name)) data.forEach((_, index) => (data[index] = index % embedding >= embedding / heads ? 0 : (data[index] ?? 0)));
    return { spec, data };
  });
  await saveCheckpoint(cut, { manifest, tokenizer: JSON.parse(await readFile(join(text, 'tokenizer.json'), 'utf8')), parameters });
  const asked = { text: 'a good, bad film' };
  const knocked = await pass('text', asked, [{ do: 'knock-out', kind: 'encoder', layer: 0, heads: [1] }]);
  const alone = await pass('text', asked, [{ do: 'keep-only', kind: 'encoder', layer: 0, head: 0 }]);
  const zeroed = await pass('cut', asked);
  expect(knocked.output).toEqual(zeroed.output);
  expect(alone.output).toEqual(zeroed.output);
  expect(knocked.layers).toEqual(zeroed.layers);
});

describe('what is written', () => {
  const text = 'Ich habe gestern einen Hund gesehen.';
  const written = ({ output }: Pass): string => (output.kind === 'written' ? output.text : '');

  test.each([1, 3])('begins as it is told, with a beam of %d', async beam => {
    const told = await pass('de-en', { text, beam }, [{ do: 'prefix', text: 'Yesterday I' }]);
    expect(written(told)).toMatch(/^Yesterday,? I .*dog/);
    expect(told.output.kind === 'written' && told.output.steps.every(({ written: { logProb } }) => Number.isFinite(logProb))).toBe(true);
  });

  test.each([1, 3])('has the token that was chosen, and what stood before it, with a beam of %d', async beam => {
    const before = await pass('de-en', { text, beam });
    if (before.output.kind !== 'written') throw new Error('nothing was written');
    const other = before.output.steps[2]?.alternatives.find(({ token }) => token !== (before.output.kind === 'written' ? before.output.steps[2]?.written.token : -1));
    const told = await pass('de-en', { text, beam }, [{ do: 'choose', step: 2, token: other?.token ?? -1 }]);
    if (told.output.kind !== 'written') throw new Error('nothing was written');
    const tokens = told.output.steps.map(step => step.written.token);
    expect(tokens.slice(0, 3)).toEqual([...before.output.steps.slice(0, 2).map(step => step.written.token), other?.token]);
    expect(told.output.steps[2]?.written.logProb).toBeCloseTo(other?.logProb ?? 0, 4);
    const late = await pass('de-en', { text, beam }, [{ do: 'choose', step: 99, token: 7 }]);
    expect(late.output).toEqual(before.output);
    expect(late.warnings).toEqual(['A token was chosen for step 100 ("step": 99), and what was written ended before it.']);
  });

  test('of a language model, goes on from where it was led', async () => {
    const before = await pass('language', { text: 'I want to' });
    const led = await pass('language', { text: 'I want to' }, [{ do: 'prefix', text: ' see the' }, { do: 'choose', step: 6, token: 70 }]);
    expect(written(led)).toMatch(/^ see the/);
    expect(led.output.kind === 'written' && led.output.steps[6]?.written.token).toBe(70);
    expect(written(led)).not.toEqual(written(before));
    await expect(pass('language', { text: 'I want to' }, [{ do: 'choose', step: 1, token: 1e6 }])).rejects.toThrow(/Token 1000000 was chosen for step 2 \("step": 1\); the vocabulary has \d+/);
  });
});

describe('several sentences', () => {
  const text = 'Ich habe einen Hund. Der Hund ist hier.';
  test('each has its own places on the axes', async () => {
    const before = await pass('de-en', { text });
    const second = layerOf(before, 'cross', 1).blocks[1];
    if (second === undefined) throw new Error('there is one sentence');
    const query = second.rows.first + 1;
    const keys = second.columns.end - second.columns.first;
    const weights = Array.from({ length: second.columns.end }, (_, key) => (key < second.columns.first ? 0 : 1));
    const told = await pass('de-en', { text }, [{ do: 'row', kind: 'cross', layer: 1, heads: 'all', query, weights }]);
    for (let head = 0; head < 4; head++) near(row(told, 'cross', 1, head, query), weights.map(weight => weight / keys));
    expect(layerOf(told, 'cross', 1).blocks[0]).toEqual(layerOf(before, 'cross', 1).blocks[0]);
  });

  test('a row that is told over all of them sums to 1 in its own, and what lies elsewhere is told', async () => {
    const before = layerOf(await pass('de-en', { text }), 'cross', 1);
    for (const { rows, columns } of before.blocks) {
      const weights = Array.from({ length: before.columns }, () => 1);
      const told = await pass('de-en', { text }, [{ do: 'row', kind: 'cross', layer: 1, heads: 'all', query: rows.first + 1, weights }]);
      near(row(told, 'cross', 1, 0, rows.first + 1), weights.map((_, key) => (key >= columns.first && key < columns.end ? 1 / (columns.end - columns.first) : 0)));
      expect(told.warnings).toEqual([expect.stringMatching(new RegExp(`^The model did not come to \\d+ columns from column .* in row ${rows.first + 2} \\(query ${rows.first + 1}\\) of “Decoder, over the source: layer 2”`))]);
    }
  });
});

describe('the text', () => {
  test('is read as it was rewritten, or with words masked', async () => {
    const given = { text: 'a good film' };
    const replaced = await pass('text', given, [{ do: 'replace', start: 2, end: 6, text: 'bad' }]);
    expect(replaced.output).toEqual((await pass('text', { text: 'a bad film' })).output);
    expect(replaced.axes[0]?.text).toBe('a bad film');
    const masked = await pass('text', given, [{ do: 'mask', start: 2, end: 6 }]);
    expect(masked.output).not.toEqual((await pass('text', given)).output);
    expect(masked.axes[0]).toEqual((await pass('text', given)).axes[0]);
    expect(masked.warnings).toEqual([expect.stringMatching(/^What was masked was read as “<mask>”\.$/)]);
  });

  const mask = (start: number, end: number): Intervention[] => [{ do: 'mask', start, end }];
  /** How probable each token was: rounded, since what is left of a row is divided anew. */
  const written = ({ output }: Pass): string[] => (output.kind === 'written' ? output.steps.map(step => `${step.written.text} ${step.written.logProb.toFixed(4)}`) : []);

  test('of a model that spells everything has words that nothing looks at', async () => {
    const before = await pass('gru', { text: 'We see a cat.' });
    const masked = await pass('gru', { text: 'We see a cat.' }, mask(3, 6));
    const hidden = before.axes[0]?.tokens.flatMap(({ start, end }, token) => (start < 6 && end > 3 ? [token] : [])) ?? [];
    expect(hidden).not.toEqual([]);
    const given = row(before, 'cross', 0, 0, 0);
    const left = 1 - hidden.reduce((sum, key) => sum + (given[key] ?? 0), 0);
    near(row(masked, 'cross', 0, 0, 0), given.map((weight, key) => (hidden.includes(key) ? 0 : weight / left)));
    expect(masked.warnings.at(-1)).toMatch(/hidden from attention, since the vocabulary of \S+ has neither a mask nor .* The encoder, which does not attend, has still read it\.$/);
  });

  test('that is translated does not depend on a word that is hidden, in whichever sentence it stands', async () => {
    const translated = (animal: string): Promise<Pass> => pass('de-en', { text: `Das ist gut. Ich sehe den ${animal}.`, beam: 3 }, mask(26, 30));
    expect(written(await translated('Hund'))).toEqual(written(await translated('Mann')));
    const { warnings, layers, axes } = await pass('de-en', { text: 'Das ist gut. Ich sehe den Hund.' }, mask(26, 30));
    expect(warnings.at(-1)).toMatch(/neither a mask nor a token for what is unknown: nothing looks at it\.$/);
    const key = axes[0]?.tokens.findIndex(({ start }) => start >= 25 && start < 30) ?? -1;
    for (const { kind, layer, rows } of layers.filter(one => one.kind !== 'decoder')) for (let query = 0; query < rows; query++) expect(row({ layers } as Pass, kind, layer, 0, query)[key]).toBe(0);
  });

  test('that is continued does not depend on a word that is hidden', async () => {
    const continued = (letter: string): Promise<Pass> => pass('language', { text: `I ${letter} see a cat` }, mask(2, 3));
    const [one, other] = [await continued('b'), await continued('c')];
    expect(written(one)).toEqual(written(other));
    expect(written(one)).not.toEqual(written(await pass('language', { text: 'I b see a cat' })));
    const [own, held] = [await pass('language', { text: 'I see a cat' }), await pass('language', { text: 'I see a cat' }, mask(8, 11))];
    expect(outputOf(held)).not.toEqual(outputOf(own));
    expect(held.warnings.at(-1)).toMatch(/If it is the last token, the model still writes on from it\.$/);
  });
});

test.each<[string, Intervention, RegExp]>([
  ['text', { do: 'knock-out', kind: 'cross', layer: 0, heads: 'all' }, /no “Decoder, over the source: layer 1” \(cross:0\) that can be changed; it has “Encoder: layer 1” \(encoder:0\); “Pooling: layer 1” \(pooling:0\)\./],
  ['text', { do: 'knock-out', kind: 'encoder', layer: 0, heads: [2] }, /no “Encoder: layer 1, head 3” \(encoder:0:2\); that layer has 2 heads, encoder:0:0 to encoder:0:1/],
  ['language', { do: 'pin', kind: 'decoder', layer: 0, heads: 'all', query: 1, key: 2, weight: 0.5 }, /Row 2 \(query 1\) of “Decoder: layer 1” \(decoder:0\) is told to look at column 3 \(key 2\), which comes after it/],
])('%s is told what it has not: %j', async (name, intervention, message) => {
  await expect(pass(name, { text: 'a film' }, [intervention])).rejects.toThrow(message);
});

test('what no run comes to is told', async () => {
  const { warnings } = await pass('text', { text: 'a film' }, [{ do: 'pin', kind: 'encoder', layer: 0, heads: 'all', query: 40, key: 2, weight: 0.5 }]);
  expect(warnings).toEqual(['The model did not come to row 41 (query 40) of “Encoder: layer 1” (encoder:0): nothing has changed there.']);
});

test('a row that can look at one key alone does, whatever that is told', async () => {
  const told = await pass('language', { text: 'I want to see' }, [{ do: 'pin', kind: 'decoder', layer: 0, heads: 'all', query: 0, key: 0, weight: 0.5 }]);
  expect(row(told, 'decoder', 0, 0, 0)[0]).toBeCloseTo(1, 6);
});

test('more than there is room for is refused', async () => {
  const far = Array.from({ length: 20 }, (_, query): Intervention => ({ do: 'pin', kind: 'encoder', layer: 0, heads: 'all', query, key: 1e6, weight: 0.5 }));
  await expect(pass('text', { text: 'a film' }, far)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringMatching(/20 rows of 2 heads, told their weights up to column 1000001 \(key 1000000\)/) });
});
