/** A look at a corpus: rows of its first megabytes, spread over them, and how many there are in all. */
import { open, stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { type Encoding, maximumLine, readChunks } from '../text/lines.ts';

/** Bytes of text, and rows of it, that are read. */
const mostBytes = 12_000_000;
const mostRows = 50_000;
/** Rows that are read only to hear what the reader of a training says against them. */
export const mostTried = 10_000;
/** Bytes that are gone through for their line ends. */
const mostBytesOfLines = 32_000_000;
/** Rows that are kept of them; then every other one is let go. */
const mostKept = 4096;
/** What is kept of a cell. */
const mostCharacters = 80;

export interface SampledRow {
  /** Cut to 80 characters. */
  readonly cells: readonly string[];
  /** How many characters each had. */
  readonly lengths: readonly number[];
}

export interface Sample {
  readonly rows: readonly SampledRow[];
  /** Rows that were read. */
  readonly count: number;
  readonly bytes: number;
  /** Whether they are all there are. */
  readonly isWhole: boolean;
  /** Why reading ended where it did, in the words of the reader that a training would use. */
  readonly problem: string | undefined;
}

/** Rows at even distances, whatever their number turns out to be. */
class Kept {
  rows: SampledRow[] = [];
  #stride = 1;

  /** @param place of the row, counted from 0 */
  wants(place: number): boolean {
    return place % this.#stride === 0;
  }

  add(cells: readonly string[]): void {
    this.rows.push({ cells: cells.map(cell => cell.slice(0, mostCharacters)), lengths: cells.map(cell => cell.length) });
    if (this.rows.length <= mostKept) return;
    this.rows = this.rows.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }
}

/** @param rows is closed where enough was read */
export async function sampleRows(rows: AsyncGenerator<readonly string[], void, undefined>, signal?: AbortSignal, most = mostRows): Promise<Sample> {
  const kept = new Kept();
  let count = 0;
  let bytes = 0;
  const end = (isWhole: boolean, problem?: string): Sample => ({ rows: kept.rows, count, bytes, isWhole, problem });
  try {
    for await (const cells of rows) {
      if (count % 1000 === 0) signal?.throwIfAborted();
      if (kept.wants(count)) kept.add(cells);
      count++;
      bytes += cells.reduce((sum, cell) => sum + Buffer.byteLength(cell) + 1, 0);
      if (bytes > mostBytes || count >= most) return end(false);
    }
    return end(true);
  } catch (thrown) {
    const failure = Failure.from(thrown);
    if (failure.code !== 'bad-corpus') throw thrown;
    return end(false, failure.message);
  }
}

/**
 * The same of data with a row a line, of which only those kept are decoded: what a reader of every line takes seconds for.
 * Wrong bytes become U+FFFD.
 * @param cellsOf a line's
 */
export async function sampleLines(file: string, encoding: Encoding, cellsOf: (line: string) => readonly string[], signal?: AbortSignal): Promise<Sample> {
  const kept = new Kept();
  let count = 0;
  let bytes = 0;
  const end = (isWhole: boolean): Sample => ({ rows: kept.rows, count, bytes, isWhole, problem: undefined });
  const take = (line: Buffer): void => {
    const content = line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
    if (content.length === 0) return;
    if (kept.wants(count)) kept.add(cellsOf(content.toString(encoding === 'latin-1' ? 'latin1' : 'utf8').replace(/^\uFEFF/, '')));
    count++;
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(file, () => count + 1)) {
    signal?.throwIfAborted();
    let start = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, start)) {
      const line = chunk.subarray(start, at);
      take(rest.length === 0 ? line : Buffer.concat([rest, line]));
      rest = Buffer.alloc(0);
      start = at + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    bytes += chunk.length;
    // A file without line ends: the reader of a training says so.
    if (bytes > mostBytesOfLines || rest.length > maximumLine) return end(false);
  }
  take(rest);
  return end(true);
}

/** How many rows a corpus of so many bytes has, judged by a part of it. */
export function rowsIn(sample: Sample, bytes: number): number {
  if (sample.isWhole || sample.bytes === 0) return sample.count;
  return Math.max(sample.count, Math.round((sample.count * bytes) / sample.bytes));
}

/**
 * Bytes of a file, of a packed one once unpacked, as the end of the archive tells (RFC 1952, ISIZE: modulo 4 GB).
 * @throws Failure `no-such-file`
 */
export async function unpackedSize(path: string): Promise<number> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new Failure('no-such-file', `${path} does not exist, or may not be read.`, 'Check the path of the corpus.', { cause });
  });
  if (!path.endsWith('.gz') || size < 4) return size;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, size - 4);
    const told = buffer.readUInt32LE(0);
    // Text is packed to about a quarter: what is told to be smaller than its archive is over 4 GB, or several archives in one.
    return told >= size ? told : 4 * size;
  } finally {
    await file.close();
  }
}
