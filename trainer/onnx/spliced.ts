/** An edited copy of a model that is not written yet: which stretches of the model's file it is made of, and what is new. */
import { Failure } from '../../protocol/failure.ts';
import type { OnnxModel } from './model.ts';
import { withModelFile } from './model-file.ts';
import { lengthOf, type Part, totalLength } from './parts.ts';

/** What protobuf's own parsers, and so every runtime, take. */
const largestMessage = 2 ** 31 - 1;

export class Spliced {
  /** In bytes. */
  readonly size: number;

  constructor(
    readonly model: OnnxModel,
    readonly parts: readonly Part[],
    /** The folder that the copy must be in to find its weights; whoever loads it from memory says that it is there. */
    readonly folder: string,
  ) {
    this.size = totalLength(parts);
  }

  /**
   * All bytes, in memory.
   * @throws Failure `no-such-file`; `broken-model` where the file is no longer what was opened, and beyond 2 GB, which no runtime
   *   takes
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
}
