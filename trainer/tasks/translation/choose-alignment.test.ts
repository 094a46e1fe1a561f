import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestName } from '../../checkpoints/manifest.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { Translator } from '../../decoding/translator.ts';
import { bundledFolder } from '../../models/catalog.ts';
import type { EncodedPair } from '../../training/batch.ts';
import { chooseAlignment, teacherOf } from './choose-alignment.ts';
import { PairEncoder } from './encoder.ts';

const articles = [['der', 'The'], ['ein', 'A']] as const;
const nouns = [['Mann', 'man'], ['Hund', 'dog'], ['Vogel', 'bird'], ['Lehrer', 'teacher'], ['Arzt', 'doctor']] as const;
const verbs = [['schläft', 'sleeps'], ['singt', 'sings'], ['läuft', 'runs'], ['lacht', 'laughs']] as const;
const adverbs = [['Jetzt', 'now'], ['Hier', 'here']] as const;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choose-alignment-'));
  await cp(join(bundledFolder, 'de-en'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every sentence that the words above make: the two languages order them differently. */
async function pairs(): Promise<EncodedPair[]> {
  const model = await TranslationModel.open(folder, { threads: 1 });
  const encoder = new PairEncoder(model.tokenizer);
  await model.release();
  return articles.flatMap(article => nouns.flatMap(noun => verbs.flatMap(verb => adverbs.map(adverb => {
    const source = [adverb, verb, article, noun].map(([german]) => german).join(' ');
    const target = [article, noun, verb, adverb].map(([, english]) => english).join(' ');
    return encoder.encode({ source: `${source}.`, target: `${target}.` });
  }))));
}

test('of a trained Transformer, the map that finds the words', async () => {
  const file = join(folder, manifestName);
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { alignment: unknown; attention: { shift?: number }[] };
  const shipped = manifest.alignment;
  // As it is guessed before anything is measured: here it finds each word's neighbour.
  manifest.alignment = { layer: 1, head: 'mean', shift: 1 };
  for (const place of manifest.attention) delete place.shift;
  await writeFile(file, JSON.stringify(manifest));

  const known = await pairs();
  await chooseAlignment(folder, teacherOf({ train: [], validation: known }), known, 1);

  const chosen = JSON.parse(await readFile(file, 'utf8')) as { alignment: unknown; attention: { kind: string; shift?: number }[] };
  expect(chosen.alignment).toEqual(shipped);
  expect(chosen.attention.every(({ kind, shift }) => (kind === 'cross') === (shift !== undefined))).toBe(true);
  const translator = await Translator.open(folder, { threads: 1 });
  const { source, target, alignment } = await translator.translate({ text: 'Der Hund schläft auf dem Sofa.', beam: 1 });
  await translator.release();
  const links = alignment.map(link => [source.text.slice(link.source.start, link.source.end), target.text.slice(link.target.start, link.target.end)]);
  expect(links).toContainEqual(['Hund', 'dog']);
  expect(links).toContainEqual(['dem', 'the']);
});
