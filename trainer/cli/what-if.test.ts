import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Intervention } from '../../protocol/intervention.ts';
import { writeFolder } from '../foreign/folders.fixture.ts';
import { productRoot } from '../files/root.ts';
import { run } from './run.fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-what-if-'));
  await writeFolder(join(folder, 'bert'), 'distilbert-classifier');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function listed(name: string, list: readonly Intervention[]): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify(list));
  return join(folder, name);
}

test('of a model of ours: a table of what is written, before and after', async () => {
  const file = await listed('ours.json', [{ do: 'prefix', text: 'Yesterday I' }, { do: 'knock-out', kind: 'encoder', layer: 0, heads: [1] }]);
  const { code, out, error } = await run(['attend', join(productRoot, 'media', 'models', 'de-en'), '--text', 'Ich habe gestern einen Hund gesehen.', '--interventions', file]);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out).toMatch(/^before {2}I saw a dog yesterday\.\nafter {3}Yesterday,? I/);
  expect(out).toMatch(/\nstep +before +after\n0 +I +\d+\.\d % +Y +\d+\.\d %\n/);
  expect(out).toMatch(/\nmap +largest change +mean\n(encoder|decoder|cross):\d:\d +0\.\d{3} +0\.\d{4}\n/);
});

test('of one of others, as JSON: what it says and its maps, before and after', async () => {
  const list: Intervention[] = [{ do: 'row', kind: 'encoder', layer: 0, heads: 'all', query: 1, weights: [1, 1, 2] }];
  const { code, out } = await run(['attend', join(folder, 'bert'), '--text', 'w3 w8 w5', '--interventions', await listed('bert.json', list), '--map', 'encoder:0:2', '--json']);
  expect(code).toBe(0);
  const { interventions, before, after, changes } = JSON.parse(out);
  expect(interventions).toEqual(list);
  expect(after.maps).toMatchObject([{ kind: 'encoder', layer: 0, head: 2, weights: [before.maps[0].weights[0], [0.25, 0.25, 0.5], before.maps[0].weights[2]] }]);
  expect(after.output.labels).not.toEqual(before.output.labels);
  expect(after.source).toEqual(before.source);
  expect(changes[0]).toMatchObject({ kind: 'encoder', head: expect.any(Number), most: expect.any(Number) });
});

test('what is wrong is told', async () => {
  const results = await Promise.all([
    run(['attend', join(folder, 'bert'), '--text', 'w3', '--interventions', await listed('wrong.json', [{ do: 'knock-out', kind: 'cross', layer: 0, heads: 'all' }])]),
    run(['attend', join(folder, 'bert'), '--text', 'w3', '--interventions', join(folder, 'none.json')]),
    run(['attend', join(folder, 'bert'), '--text', 'w3', '--interventions', 'x', '--html', 'y']),
    run(['attend', join(productRoot, 'media', 'models', 'de-en'), '--text', 'Hund.', '--pair', 'Katze.']),
    run(['attend', join(folder, 'bert'), '--input', '{}', '--pair', 'w3']),
  ]);
  expect(results.map(({ code }) => code)).toEqual([2, 1, 2, 2, 2]);
  expect(results[3]?.error).toMatch(/de-en reads one text at a time; two were given/);
  expect(results[4]?.error).toMatch(/--pair is the second of two texts; --text is the first, which is not there/);
  expect(results[0]?.error).toMatch(/no “Decoder, over the source: layer 1” \(cross:0\) that can be changed; it has “Encoder: layers 1, 2/);
  expect(results[1]?.error).toMatch(/none\.json cannot be read/);
  expect(results[2]?.error).toMatch(/in the terminal or with --json/);
});
