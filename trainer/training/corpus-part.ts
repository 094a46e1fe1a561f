/** The beginning of a corpus, where all of it would take too long for an estimate. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { unpackedSize } from '../corpora/sample.ts';
import type { PairSource } from '../text/pairs.ts';
import { type Encoding, readLines } from '../text/lines.ts';
import { plainTextSourceSchema } from '../corpora/plain-text.ts';
import { pairSourcesOf } from '../tasks/translation/config.ts';
import { textSourcesOf } from '../tasks/language-modelling/config.ts';
import type { TrainingConfig } from './config.ts';

/** Bytes of text that are prepared as a training would: some 100,000 short sentences. */
const mostBytes = 8_000_000;

export interface CorpusPart {
  /** Names what there is of the corpus. */
  readonly config: TrainingConfig;
  /** How much that is, from 0 to 1. */
  readonly share: number;
}

/**
 * Of pairs and plain texts, which come in any size, as many lines as make some megabytes; of the other tasks everything.
 * @param scratch a folder that the part is written into
 * @throws Failure `no-such-file`, `bad-corpus`; AbortError
 */
export async function readPart(config: TrainingConfig, file: string, scratch: string, signal: AbortSignal): Promise<CorpusPart> {
  if (config.task === 'translation') {
    const { corpus } = await pairSourcesOf(config, file);
    const files = filesOf(corpus);
    const whole = (await Promise.all(files.map(unpackedSize))).reduce((sum, size) => sum + size, 0);
    if (whole <= mostBytes) return { config, share: 1 };
    const { share, lines } = await beginning(files[0] ?? '', (mostBytes * ((await unpackedSize(files[0] ?? '')) / whole)), scratch, signal);
    const others = await Promise.all([...files.slice(1), ...linksOf(corpus)].map(other => firstLines(other, lines, scratch, signal)));
    const [first = '', second = '', third] = [join(scratch, partName(files[0] ?? '')), ...others];
    const { data } = config;
    const held = { stream: false as const, validation: undefined, test: undefined };
    const split = config.split ?? { validation: 500, test: 0, seed: 1 };
    if (data.format === 'tsv') return { config: { ...config, split, data: { ...data, ...held, file: first, ...(data.links !== undefined && { links: second }) } }, share };
    return { config: { ...config, split, data: { ...data, ...held, source: first, target: second, ...(third !== undefined && { links: third }) } }, share };
  }
  if (config.task === 'language-modelling') {
    const { train } = await textSourcesOf(config, file);
    const whole = await unpackedSize(train.file);
    if (whole <= mostBytes) return { config, share: 1 };
    const { share } = await beginning(train.file, mostBytes, scratch, signal, train.encoding);
    const part = plainTextSourceSchema.parse({ ...train, file: join(scratch, partName(train.file)), encoding: 'utf-8' });
    return { config: { ...config, split: config.split ?? { validation: 500, test: 0, seed: 1 }, data: { ...config.data, train: part, validation: undefined, test: undefined } }, share };
  }
  return { config, share: 1 };
}

const filesOf = (source: PairSource): string[] => (source.kind === 'tsv' ? [source.file] : [source.source, source.target]);
const linksOf = ({ links }: PairSource): string[] => (links === undefined ? [] : [links.file]);
const partName = (file: string): string => `part-${basename(file).replace(/\.gz$/, '')}`;

/** Writes the first lines of a file. */
async function beginning(file: string, bytes: number, scratch: string, signal: AbortSignal, encoding?: Encoding): Promise<{ share: number; lines: number }> {
  let written = 0;
  let lines = 0;
  await write(file, scratch, signal, line => {
    if (written >= bytes) return false;
    written += Buffer.byteLength(line) + 1;
    lines++;
    return true;
  }, encoding);
  return { share: Math.min(1, written / Math.max(1, await unpackedSize(file))), lines };
}

async function firstLines(file: string, lines: number, scratch: string, signal: AbortSignal): Promise<string> {
  let left = lines;
  return write(file, scratch, signal, () => left-- > 0);
}

async function write(file: string, scratch: string, signal: AbortSignal, goesOn: (line: string) => boolean, encoding?: Encoding): Promise<string> {
  const path = join(scratch, partName(file));
  const out = createWriteStream(path);
  let block = '';
  for await (const line of readLines(file, encoding)) {
    if (!goesOn(line)) break;
    block += `${line}\n`;
    if (block.length < 100_000) continue;
    signal.throwIfAborted();
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await once(out, 'finish');
  return path;
}
