/** A comparison of models of the toy language that take seconds to train. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asTable, toyConfig, toyPairs } from '../training/training.fixture.ts';
import { compareModels, type ComparisonRequest } from './compare.ts';

export const toySpec = {
  name: 'toys',
  title: 'Toys compared',
  base: 'toy/toy.attention.json',
  models: [{ name: 'additive', set: {} }, { name: 'none', set: { 'model.attention': { score: 'none' } } }] as object[],
  lengths: [[1, 4], [5, null]],
  out: 'compared',
};

/** Writes corpus, base config and spec; returns the spec's path. */
export async function writeComparison(folder: string, spec: object = toySpec): Promise<string> {
  await mkdir(join(folder, 'toy'), { recursive: true });
  await writeFile(join(folder, 'toy', 'toy.tsv'), asTable(toyPairs(200)));
  await writeFile(join(folder, 'toy', 'toy.attention.json'), JSON.stringify(toyConfig({ epochs: 6 })));
  const file = join(folder, 'toys.compare.json');
  await writeFile(file, JSON.stringify(spec));
  return file;
}

/** Compares, and gives what was printed. */
export async function compareToys(spec: string, more: Partial<ComparisonRequest> = {}): Promise<string> {
  const printed: string[] = [];
  await compareModels({ spec, reportOnly: false, signal: new AbortController().signal, print: line => void printed.push(line), ...more });
  return printed.join('\n');
}
