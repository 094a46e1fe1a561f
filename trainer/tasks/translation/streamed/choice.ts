import { stat } from 'node:fs/promises';
import type { PairSource } from '../../../text/pairs.ts';
import type { PairSources, TranslationConfig } from '../config.ts';

/** Bytes of text that are held in memory without being asked. */
const mostHeld = 100e6;
/** Text is packed to about a quarter. */
const unpacking = 4;

/** Whether a corpus is streamed: as the config says, or else by the size of its files. */
export async function isStreamed({ data: { stream = 'auto' } }: Pick<TranslationConfig, 'data'>, { corpus }: PairSources): Promise<boolean> {
  if (stream !== 'auto') return stream;
  const sizes = await Promise.all(filesOf(corpus).map(sizeOf));
  return sizes.reduce((sum, size) => sum + size, 0) > mostHeld;
}

/** A file that is not there is missed by who reads it. */
async function sizeOf(file: string): Promise<number> {
  const size = await stat(file).then(found => found.size, () => 0);
  return file.endsWith('.gz') ? unpacking * size : size;
}

const filesOf = (source: PairSource): string[] => (source.kind === 'tsv' ? [source.file] : [source.source, source.target]);
