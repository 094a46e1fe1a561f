/** The loader's memory over a hundred times as many pairs: a corpus that is streamed takes no more of it for being larger. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { underRoot } from '../../scripts/root.ts';
import { endsWithUs } from '../../scripts/stop-tree.ts';
import { sharedPool } from '../../trainer/training/allocator.ts';
import { Random } from '../../trainer/training/random.ts';
import type { BenchContext, Measurement, Part } from './part.ts';
import { withTemporaryFolder } from './temporary.ts';

/** How many times as many pairs the larger corpus has. */
const times = 100;

const loadedSchema = z.object({
  peakMegabytes: z.number(),
  /** Milliseconds. */
  firstPass: z.number(),
  secondPass: z.number(),
  batches: z.number(),
  batchesPerEpoch: z.int(),
});
export type Loaded = z.infer<typeof loadedSchema>;

export const loader: Part = {
  name: 'loader',
  about: 'memory of reading a corpus for fifty steps, beside that of one of a hundredth of its pairs',
  run: async context => {
    const small = await load(Math.max(1, Math.round(context.pairs / times)), context);
    const large = await load(context.pairs, context);
    const told = (pairs: number): string => `${pairs.toLocaleString('en')} pairs`;
    const most = { kind: 'ratio', most: 1.1, to: told(Math.round(context.pairs / times)), theirs: [small.peakMegabytes], by: 'median' } as const;
    const time = (name: string, value: number): Measurement => ({ name: `loader, ${told(context.pairs)}: ${name}`, unit: 'ms', values: [value], limit: { kind: 'none' } });
    return [
      { name: `loader, ${told(context.pairs)}, all that it ever held`, unit: 'MB', values: [large.peakMegabytes], limit: most },
      time('reading and learning the vocabulary', large.firstPass),
      time('encoding and counting batches', large.secondPass),
      time('the batches of fifty steps', large.batches),
    ];
  },
};

/** In a process of its own, whose memory is the loader's alone. */
async function load(pairs: number, { print }: BenchContext): Promise<Loaded> {
  return withTemporaryFolder(async folder => {
    const file = join(folder, 'pairs.tsv');
    const begin = performance.now();
    await pipeline(Readable.from(chunksOf(pairs)), createWriteStream(file));
    const { size } = await stat(file);
    print(`${pairs.toLocaleString('en')} pairs made in ${((performance.now() - begin) / 1000).toFixed(0)} s, ${(size / 1e6).toFixed(0)} MB.`);
    const loaded = loadedSchema.parse(JSON.parse(await outputOf([underRoot('test/bench/loader-ours.ts'), file, join(folder, 'cache')], print)));
    await rm(file);
    const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
    print(
      `  at most ${loaded.peakMegabytes.toFixed(0)} MB; first pass ${seconds(loaded.firstPass)}, second ${seconds(loaded.secondPass)}, ` +
        `fifty batches ${seconds(loaded.batches)} of ${loaded.batchesPerEpoch.toLocaleString('en')}`,
    );
    return loaded;
  });
}

function outputOf(args: readonly string[], print: (line: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { env: { ...process.env, ...sharedPool }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    endsWithUs(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => print(`  ${text.trimEnd().replaceAll('\n', '\n  ')}`));
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve(output) : reject(new Error(`the loader ended with ${code}`))));
  });
}

/** Invented words, the first ones more frequent than the last, as in any language (Zipf 1935). */
const words = 20_000;
const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va'];
/** Pairs written at a time. */
const together = 5_000;

/** Lines of a table; the same pairs every time. */
function* chunksOf(pairs: number): Generator<string> {
  const random = new Random(1, 'loader');
  const [sources, targets] = [spellings(''), spellings('n')];
  let lines: string[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const drawn = Array.from({ length: 3 + random.below(14) }, () => Math.floor(words ** random.uniform()) - 1);
    lines.push(`${drawn.map(word => sources[word]).join(' ')}.\t${drawn.reverse().map(word => targets[word]).join(' ')}.\n`);
    if (lines.length < together && pair < pairs - 1) continue;
    yield lines.join('');
    lines = [];
  }
}

/** Base 16 in syllables. */
function spellings(ending: string): string[] {
  return Array.from({ length: words }, (_, word) => [...word.toString(16)].map(digit => syllables[Number.parseInt(digit, 16)]).join('') + ending);
}
