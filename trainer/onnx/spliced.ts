/** An edited copy of a model that is not written yet: which stretches of the model's file it is made of, and what is new. */
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { makeFileAtomically } from '../files/atomic.ts';
import { stretches } from '../formats/stretches.ts';
import type { OnnxModel } from './model.ts';
import { openModelFile, withModelFile } from './model-file.ts';
import { lengthOf, type Part, totalLength } from './parts.ts';

/** What protobuf's own parsers, and so every runtime, take. */
const largestMessage = 2 ** 31 - 1;

export class Spliced {
  /** In bytes. */
  readonly size: number;
  /** The folder that the copy must be in to find its weights; whoever loads it from memory says that it is there. */
  readonly folder: string;
  /** The new bytes where the copy is the model's whole file and they come after it. */
  readonly appended: Uint8Array | undefined;

  /** @param appends whether the first part is the whole file, and all others are new */
  constructor(
    readonly model: OnnxModel,
    readonly parts: readonly Part[],
    { folder, appends }: { readonly folder: string; readonly appends: boolean },
  ) {
    this.size = totalLength(parts);
    this.folder = folder;
    this.appended = appends ? Buffer.concat(parts.filter(part => part instanceof Uint8Array)) : undefined;
  }

  /**
   * The bytes, in stretches of about 1 MB or less.
   * @throws Failure `no-such-file`, `broken-model` where the file is no longer what was opened; AbortError
   */
  async *bytes(signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const source = await openModelFile(this.model);
    try {
      for (const part of this.parts) {
        if (part instanceof Uint8Array) {
          yield part;
          continue;
        }
        for await (const bytes of stretches(source, part.start, part.end - part.start, 1)) {
          signal?.throwIfAborted();
          yield bytes;
        }
      }
    } finally {
      await source.close();
    }
  }

  /**
   * All bytes, in memory.
   * @throws Failure as `bytes` does; `broken-model` beyond 2 GB, which no runtime takes
   */
  async whole(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.size > largestMessage) {
      throw new Failure(
        'broken-model',
        `${this.model.file} with what is added has ${this.size} bytes; at most ${largestMessage} can be loaded.`,
        'Save it with its weights in a file of their own (external data).',
      );
    }
    return withModelFile(this.model, async source => {
      const whole = new Uint8Array(this.size);
      let at = 0;
      for (const part of this.parts) {
        if (part instanceof Uint8Array) whole.set(part, at);
        else await source.readInto(whole.subarray(at, at + lengthOf(part)), part.start);
        at += lengthOf(part);
      }
      return whole;
    });
  }

  /**
   * Writes the copy as a file. Where only bytes are added and the disk can share what files have in common, the rest takes neither
   * time nor room.
   * @throws Failure as `bytes` does; `disk-full`, `no-such-file`
   */
  async write(path: string, signal?: AbortSignal): Promise<void> {
    await makeFileAtomically(path, async aside => {
      if (this.appended === undefined || this.model.bytes !== undefined) {
        await withFile(aside, 'w', async file => {
          for await (const bytes of this.bytes(signal)) await file.writeFile(bytes);
        });
        return;
      }
      const { appended, model } = this;
      await withModelFile(model, () => copyFile(model.file, aside, constants.COPYFILE_FICLONE));
      await withFile(aside, 'a', file => file.writeFile(appended));
    });
  }
}

async function withFile(path: string, flags: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
