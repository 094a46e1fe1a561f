/**
 * A disposable index beside a run's events: what its curves came to, so that a run of a million events is shown without reading
 * them again. `ATTSCOPE`, the header's length (8 bytes), the header as JSON padded to a multiple of 8, then every table's steps,
 * times, attempts and columns as float64. It is written for whoever comes next and believed only if the events begin as they did.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { makeFileAtomically } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';
import { Failure } from '../../protocol/failure.ts';
import { parseJson } from '../text/parse-json.ts';
import { foldState, RunFold } from './fold.ts';
import { Numbers } from './numbers.ts';
import { SeriesStore } from './series.ts';
import { mostKept, Table } from './table.ts';
import type { TailPlace } from './tail.ts';

export const indexName = '.index';
const magic = Buffer.from('ATTSCOPE');
/** Of the events before the place, how many bytes at either end are compared. */
const compared = 1 << 16;
const largestHeader = 16 << 20;
/** Two tables of curves and one of samples. */
const largestIndex = 3 * 8 * mostKept.numbers + largestHeader;

const count = z.int().min(0);
const tableSchema = z.object({ name: z.string(), several: z.boolean(), rows: count, columns: z.array(z.string()).max(mostKept.columns) });
const headerSchema = z.object({
  format: z.literal('attention-scope-index'),
  formatVersion: z.literal(1),
  /** Up to where the events were read, and the bytes before that. */
  offset: count,
  seam: z.string().max(1000),
  /** Of the events as they were then. */
  size: count,
  modified: z.number(),
  hash: z.string(),
  state: foldState,
  series: z.array(tableSchema).max(100),
  samples: tableSchema,
});
type Header = z.infer<typeof headerSchema>;

export interface Indexed {
  readonly fold: RunFold;
  readonly place: TailPlace;
}

/** What an index holds of these events. @returns nothing where there is none that is good */
export async function readIndex(folder: string, events: string): Promise<Indexed | undefined> {
  return quietly(() => withFile(join(folder, indexName), file => withFile(events, read => readOpened(file, read))));
}

async function readOpened(file: FileHandle, events: FileHandle): Promise<Indexed | undefined> {
  const { size } = await file.stat();
  if (size > largestIndex) return undefined;
  const start = await bytesAt(file, 0, 16);
  const length = Number(start?.readBigUInt64LE(8) ?? 0);
  if (start === undefined || !start.subarray(0, 8).equals(magic) || length > largestHeader || length % 8 !== 0) return undefined;
  const text = await bytesAt(file, 16, length);
  const header = headerSchema.safeParse(parseJson(text?.toString('utf8') ?? '')).data;
  if (header === undefined || !(await isOf(header, events))) return undefined;
  const numbers = [...header.series, header.samples].reduce((sum, { rows, columns }) => sum + rows * (3 + columns.length), 0);
  const begin = 16 + length;
  if (begin + numbers * 8 !== size) return undefined;
  const values = new Float64Array(numbers);
  if (!(await fill(file, new Uint8Array(values.buffer), begin))) return undefined;
  let at = 0;
  const take = (rows: number): Numbers => new Numbers(values.slice(at, (at += rows)));
  const tableOf = ({ several, rows, columns }: z.infer<typeof tableSchema>): Table =>
    new Table(several, { steps: take(rows), times: take(rows), attempts: take(rows), columns: new Map(columns.map(name => [name, take(rows)])) });
  const series = new SeriesStore(new Map(header.series.map(table => [table.name, tableOf(table)])));
  const fold = new RunFold({ steps: true }, { series, samples: tableOf(header.samples) });
  fold.restore(header.state);
  return { fold, place: { offset: header.offset, seam: Buffer.from(header.seam, 'base64') } };
}

/** Whether these are the events that were read, and more perhaps. */
async function isOf({ offset, size, modified, hash }: Header, events: FileHandle): Promise<boolean> {
  const now = await events.stat();
  if (now.size < size || (now.size === size && now.mtimeMs !== modified)) return false;
  return (await hashOf(events, offset)) === hash;
}

/**
 * Writes what was folded of the events up to a place. Where nothing can be written there is none: it is a saving of time.
 * @param fold with its steps
 */
export async function writeIndex(folder: string, events: string, { fold, place }: Indexed): Promise<void> {
  await quietly(async () => {
    const tables = [...fold.series.tables].map(([name, table]) => ({ name, table: table.settle() }));
    const samples = { name: 'samples', table: fold.samples.settle() };
    // What is written must be what the header says, however long writing takes and whatever comes meanwhile.
    const arrays = [...tables, samples].flatMap(({ table }) => [table.steps, table.times, table.attempts, ...table.columns.values()].map(numbers => numbers.view().slice()));
    const content = { state: fold.state(), series: tables.map(described), samples: described(samples) };
    const found = await withFile(events, async file => {
      const { size, mtimeMs } = await file.stat();
      return { size, modified: mtimeMs, hash: await hashOf(file, place.offset) };
    });
    const header: Header = {
      format: 'attention-scope-index', formatVersion: 1,
      offset: place.offset, seam: place.seam.toString('base64'), ...found, ...content,
    };
    const text = JSON.stringify(header);
    const padded = Buffer.from(text + ' '.repeat((8 - (Buffer.byteLength(text) % 8)) % 8));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(padded.length));
    await makeFileAtomically(join(folder, indexName), async aside => {
      await withFile(aside, async file => {
        await file.writeFile(Buffer.concat([magic, length, padded]));
        for (const array of arrays) await file.writeFile(new Uint8Array(array.buffer));
        await file.sync();
      }, 'w');
    });
  });
}

function described({ name, table }: { readonly name: string; readonly table: Table }): z.infer<typeof tableSchema> {
  return { name, several: table.several, rows: table.steps.length, columns: [...table.columns.keys()] };
}

/** Of the beginning and the end of a file's first bytes. */
async function hashOf(file: FileHandle, offset: number): Promise<string> {
  const length = Math.min(compared, offset);
  const [head, tail] = [await bytesAt(file, 0, length), await bytesAt(file, offset - length, length)];
  if (head === undefined || tail === undefined) return '';
  return createHash('sha256').update(head).update(tail).digest('hex');
}

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  return (await fill(file, bytes, offset)) ? bytes : undefined;
}

async function fill(file: FileHandle, target: Uint8Array, offset: number): Promise<boolean> {
  for (let done = 0; done < target.byteLength; ) {
    const { bytesRead } = await file.read(target, done, Math.min(target.byteLength - done, 1 << 28), offset + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

async function withFile<Result>(path: string, work: (file: FileHandle) => Promise<Result>, flags = 'r'): Promise<Result> {
  const file = await open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Without an index everything is slower, and nothing is wrong. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Failure || errnoOf(thrown) !== undefined) return undefined;
    throw thrown;
  }
}
