/**
 * Encoded training pairs in a file beside the run: blocks one after the other, then what `trailerOf` says. It is written
 * aside and renamed, so a file of that name is whole unless somebody cut it.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../../../protocol/failure.ts';
import { makeFileAtomically, writingFailure } from '../../../files/atomic.ts';
import type { TrainingExample } from '../dataset.ts';
import { BlockWriter, type FilledBlock, startsOf, usualPlaces } from './pair-block.ts';
import { type PairCounts, type PairIndex, readIndex, trailerOf } from './pair-index.ts';

/** Several blocks, and where their examples begin. */
export interface ReadBlocks {
  readonly places: Uint16Array;
  readonly starts: number[];
}

/** Blocks that can be read in any order. */
export class PairCache {
  private constructor(
    readonly file: string,
    private readonly index: Pick<PairIndex, 'blocks' | 'counts' | 'batches'>,
  ) {}

  get counts(): PairCounts {
    return this.index.counts;
  }

  get batches(): number {
    return this.index.batches;
  }

  get blocks(): number {
    return this.index.blocks.length;
  }

  /** The file of that name, if it is whole and of this key. */
  static async find(file: string, key: string): Promise<PairCache | undefined> {
    const index = await readIndex(file).catch(() => undefined);
    return index?.key === key ? new PairCache(file, index) : undefined;
  }

  /**
   * Writes the file, in place of one that is there.
   * @param fill gives every example to what it is passed
   * @param countBatches of the first epoch, once all are written
   * @throws Failure `disk-full`, or what `fill` throws
   */
  static async make(
    file: string,
    key: string,
    fill: (add: (example: TrainingExample) => Promise<void>) => Promise<PairCounts>,
    countBatches: (cache: PairCache) => Promise<number>,
  ): Promise<PairCache> {
    await mkdir(dirname(file), { recursive: true }).catch((thrown: unknown) => {
      throw writingFailure(thrown, file);
    });
    let made: PairIndex | undefined;
    await makeFileAtomically(file, async aside => {
      const handle = await open(aside, 'w');
      try {
        const { blocks, counts } = await writeBlocks(handle, fill);
        const batches = await countBatches(new PairCache(aside, { blocks, counts, batches: 0 }));
        made = { key, blocks, counts, batches };
        await handle.writeFile(trailerOf(made));
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    if (made === undefined) throw new Error('the cache was not written');
    return new PairCache(file, made);
  }

  /**
   * Reads blocks, one after the other.
   * @param into is used again where it has room: buffers that are thrown away are long not given back
   * @throws Failure `bad-corpus` where the file is not what was written
   */
  async read(numbers: readonly number[], into?: Uint16Array): Promise<ReadBlocks> {
    const handle = await open(this.file, 'r').catch((cause: unknown) => {
      throw this.#damaged('it cannot be opened', cause);
    });
    const blocks = numbers.map(number => this.#block(number));
    const length = blocks.reduce((sum, { bytes }) => sum + bytes / 2, 0);
    const places = into !== undefined && into.length >= length ? into : new Uint16Array(Math.max(length, blocks.length * usualPlaces));
    const starts: number[] = [];
    let at = 0;
    try {
      for (const { offset, bytes, pairs, hash } of blocks) {
        const part = places.subarray(at, at + bytes / 2);
        await handle.read(bytesOf(part), 0, bytes, offset);
        if (hashOf(bytesOf(part)) !== hash) throw this.#damaged(`the block at byte ${offset} has changed`);
        for (const start of startsOf({ places: part, pairs })) starts.push(at + start);
        at += part.length;
      }
    } finally {
      await handle.close();
    }
    return { places, starts };
  }

  async remove(): Promise<void> {
    await rm(dirname(this.file), { recursive: true, force: true });
  }

  #block(number: number): PairIndex['blocks'][number] {
    const block = this.index.blocks[number];
    if (block === undefined) throw new RangeError(`no block ${number}`);
    return block;
  }

  #damaged(found: string, cause?: unknown): Failure {
    return new Failure(
      'bad-corpus',
      `${this.file}, the encoded pairs, is not what was written: ${found}.`,
      'Remove it and go on with --resume: it is made again.',
      { cause },
    );
  }
}

async function writeBlocks(
  handle: FileHandle,
  fill: (add: (example: TrainingExample) => Promise<void>) => Promise<PairCounts>,
): Promise<Pick<PairIndex, 'blocks' | 'counts'>> {
  const blocks: PairIndex['blocks'] = [];
  const writer = new BlockWriter();
  let offset = 0;
  const write = async ({ places, pairs }: FilledBlock): Promise<void> => {
    const bytes = bytesOf(places);
    await handle.writeFile(bytes);
    blocks.push({ offset, bytes: bytes.length, pairs, hash: hashOf(bytes) });
    offset += bytes.length;
  };
  const counts = await fill(async example => {
    const full = writer.add(example);
    if (full !== undefined) await write(full);
  });
  const last = writer.take();
  if (last !== undefined) await write(last);
  return { blocks, counts };
}

const bytesOf = (places: Uint16Array): Buffer => Buffer.from(places.buffer, places.byteOffset, places.byteLength);

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64').slice(0, 22);
