/** A group of a TensorFlow.js model's weights: one stretch of bytes, cut into files wherever they were full. */
import { broken, quoted } from './broken.ts';
import type { ByteSource } from './bytes.ts';
import { decoderOf, unitOf } from './numbers.ts';
import { countOf } from './sizes.ts';
import { inUnits, joined, stretches } from './stretches.ts';
import type { TensorEntry } from './tensor-file.ts';
import type { Quantization, Weight } from './tensorflowjs-manifest.ts';

export interface GroupTensor {
  readonly entry: TensorEntry;
  readonly quantization: Quantization | undefined;
  /** In the group. */
  readonly offset: number;
}

/** Of one weight: each is looked at when the model is opened. */
const mostTexts = 100_000;

export class Group {
  private constructor(
    readonly shards: readonly ByteSource[],
    readonly tensors: readonly GroupTensor[],
  ) {}

  /** @throws Failure `broken-model` where weights and files do not fit each other */
  static async of(shards: readonly ByteSource[], weights: readonly Weight[], path: string): Promise<Group> {
    const size = shards.reduce((sum, shard) => sum + shard.size, 0);
    const tensors: GroupTensor[] = [];
    const group = new Group(shards, tensors);
    let offset = 0;
    for (const { name, dtype, shape, quantization, bytes: told } of weights) {
      const bytes = told ?? (await group.#textBytes(offset, size, countOf(shape) ?? Infinity, name, path));
      if (offset + bytes > size) {
        const names = shards.map(shard => shard.path).join(', ');
        throw broken(path, `weight ${quoted(name)} ends at byte ${offset + bytes} of its group, whose files have ${size} (${names})`, 'all of it in them', 'A file is cut off, or of another model: download them again.');
      }
      const place = quantization === undefined ? group.#placeOf(offset, bytes) : undefined;
      tensors.push({ entry: { name, dtype, shape, bytes, ...(place === undefined ? {} : { place }) }, quantization, offset });
      offset += bytes;
    }
    return group;
  }

  /** Values as the model has them: what is quantised comes as float32 or int32. */
  async *read({ entry, quantization, offset }: GroupTensor): AsyncGenerator<Uint8Array> {
    const stored = quantization?.dtype ?? entry.dtype;
    const decode = quantization === undefined ? undefined : decoderOf(quantization.dtype);
    for await (const chunk of inUnits(this.#bytes(offset, entry.bytes), unitOf(stored))) {
      yield quantization === undefined || decode === undefined ? chunk : dequantized(decode(chunk), quantization, entry.dtype);
    }
  }

  async *#bytes(offset: number, length: number): AsyncGenerator<Uint8Array> {
    let start = 0;
    for (const shard of this.shards) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + shard.size);
      if (from < to) yield* stretches(shard, from - start, to - from, 1);
      start += shard.size;
    }
  }

  #placeOf(offset: number, bytes: number): TensorEntry['place'] {
    let start = 0;
    for (const shard of this.shards) {
      if (offset >= start && offset + bytes <= start + shard.size) return { file: shard.path, offset: offset - start };
      start += shard.size;
    }
    return undefined;
  }

  /** Texts: of each its length in four bytes, then its own. */
  async #textBytes(offset: number, size: number, count: number, name: string, path: string): Promise<number> {
    if (count > mostTexts) throw broken(path, `weight ${quoted(name)} has ${count} texts`, `at most ${mostTexts}`);
    let at = offset;
    for (let text = 0; text < count; text++) {
      if (at + 4 > size) throw broken(path, `weight ${quoted(name)} ends after ${text} texts`, `${count}`, 'A file is cut off: download the model again.');
      at += 4 + (await joined(this.#bytes(at, 4))).readUInt32LE();
    }
    return at - offset;
  }
}

/** As tfjs-core's io_utils does it: in float32, and rounded for integers. */
function dequantized(stored: Float64Array, { scale, minimum }: Quantization, dtype: TensorEntry['dtype']): Uint8Array {
  const values = dtype === 'int32' ? new Int32Array(stored.length) : new Float32Array(stored.length);
  stored.forEach((value, index) => {
    const own = value * scale + minimum;
    values[index] = dtype === 'int32' ? Math.round(own) : own;
  });
  return new Uint8Array(values.buffer);
}
