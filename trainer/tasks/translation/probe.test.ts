/** The sentences that a config names, and the links that people drew in them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSafetensors } from '../../checkpoints/safetensors.ts';
import { bundledFolder } from '../../models/catalog.ts';
import { parseConfig } from '../../training/config.ts';
import { toyConfig } from '../../training/training.fixture.ts';
import { probeSourceOf } from './config.ts';
import { probeCheckpoint } from './probe.ts';
import { readProbePairs } from './probe-pairs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'translation-probe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A config that asks for these pairs to be looked at. */
async function asking(pairs: string, gold?: string): Promise<{ readonly config: ReturnType<typeof toyConfig>; readonly file: string }> {
  await writeFile(join(folder, 'probe.tsv'), pairs);
  if (gold !== undefined) await writeFile(join(folder, 'probe.gold'), gold);
  const probe = { pairs: { format: 'tsv', file: 'probe.tsv' }, ...(gold !== undefined && { gold: { file: 'probe.gold', firstLink: 1 } }) };
  const file = join(folder, 'toy.json');
  const config = parseConfig({ ...toyConfig(), probe }, file);
  if (config.task !== 'translation') throw new Error('the toy is a translator');
  return { config, file };
}

async function probe(pairs: string, gold?: string): Promise<Awaited<ReturnType<typeof readSafetensors>>> {
  const { config, file } = await asking(pairs, gold);
  const source = await probeSourceOf(config, file);
  const wanted = source && (await readProbePairs(source));
  const heldOut = [{ source: 'I like dogs.', target: 'J’aime les chiens.' }];
  await probeCheckpoint(join(bundledFolder, 'en-fr'), join(folder, 'probe.safetensors'), heldOut, 1, wanted);
  return readSafetensors(join(folder, 'probe.safetensors'));
}

const list = <Item>(text: string | undefined): Item[] => JSON.parse(text ?? '[]');
/** Where a word begins among tokens, spaces not counted. */
const tokenOf = (tokens: readonly string[], word: string): number => tokens.findIndex(token => token.trim() === word);

test('with gold links an example is decoded along its reference, and its links are between tokens', async () => {
  const { tensors, metadata } = await probe('We see the black cat.\tNous voyons le chat noir.\nI see a dog.\tJe vois un chien.\n', '1-1 2-2 3?3 4-5 5-4\n1-1 2p2 4-4\n');
  const [source, target] = [list<string>(metadata['0.source']), list<string>(metadata['0.target'])];
  expect(target.slice(0, -1).join('').replaceAll(' ', '')).toBe('Nousvoyonslechatnoir.');
  expect(metadata['1.target']).toBeDefined();
  const gold = list<[number, number, 0 | 1]>(metadata['0.gold']);
  expect(gold).toContainEqual([tokenOf(target, 'noir'), tokenOf(source, 'black'), 1]);
  expect(gold).toContainEqual([tokenOf(target, 'le'), tokenOf(source, 'the'), 0]);
  // The model that is bundled finds the adjective where people found it.
  const map = tensors.get('0');
  const [rows = 0, keys = 0] = map?.shape ?? [];
  expect([rows, keys]).toEqual([target.length, source.length]);
  const row = [...(map?.data.subarray(tokenOf(target, 'noir') * keys, (tokenOf(target, 'noir') + 1) * keys) ?? [])];
  expect(row.indexOf(Math.max(...row))).toBe(tokenOf(source, 'black'));
  expect(tensors.get('0.cross.0')?.data).toEqual(map?.data);
});

test('without, it is decoded freely', async () => {
  const { metadata } = await probe('I see a dog.\tnothing of the kind\n');
  expect(metadata['0.gold']).toBeUndefined();
  expect(list<string>(metadata['0.target']).join('')).toContain('chien');
  expect(metadata['1.source']).toBeUndefined();
});

test.each([
  ['no pairs', '\n', undefined, /probe\.tsv has no pair to probe with/],
  ['fewer lines of links than pairs', 'a\tb\nc\td\n', '1-1\n', /probe\.gold.*the file ends here/],
  ['links that are none', 'a\tb\n', '1=1\n', /probe\.gold, line 1: found “1=1”/],
])('%s are refused before anything is trained', async (_name, pairs, gold, message) => {
  const { config, file } = await asking(pairs, gold);
  const source = await probeSourceOf(config, file);
  if (source === undefined) throw new Error('the config asks for pairs');
  await expect(readProbePairs(source)).rejects.toMatchObject({ code: 'bad-corpus', message: expect.stringMatching(message) });
});
