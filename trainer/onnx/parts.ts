/** Bytes that are put together from stretches of a file and new ones. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { ByteRange } from './model.ts';

/** New bytes, or bytes of the file. */
export type Part = Uint8Array | ByteRange;

export const lengthOf = (part: Part): number => (part instanceof Uint8Array ? part.byteLength : part.end - part.start);
export const totalLength = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + lengthOf(part), 0);

/** A field that holds a message: its tag, its length, the message. */
export function delimited(field: number, content: readonly Part[]): Part[] {
  const head = new BinaryWriter().tag(field, 2).uint64(totalLength(content)).finish();
  return [head, ...content];
}

/** New bytes. */
export function written(write: (writer: BinaryWriter) => void): Part[] {
  const writer = new BinaryWriter();
  write(writer);
  const bytes = writer.finish();
  return bytes.byteLength === 0 ? [] : [bytes];
}

/** Bytes of the file that have something else in their place. */
export interface Cut extends ByteRange {
  readonly parts: readonly Part[];
}

/** Stretches of the file with some of it cut out and replaced. @param cuts each lies in one of the stretches, no two overlap */
export function withCuts(ranges: readonly ByteRange[], cuts: readonly Cut[]): Part[] {
  const inOrder = cuts.toSorted((one, other) => one.start - other.start);
  const parts: Part[] = [];
  for (const range of ranges) {
    let at = range.start;
    for (let index = firstFrom(inOrder, range.start); index < inOrder.length; index++) {
      const cut = inOrder[index];
      if (cut === undefined || cut.end > range.end) break;
      if (cut.start > at) parts.push({ start: at, end: cut.start });
      parts.push(...cut.parts);
      at = cut.end;
    }
    if (at < range.end) parts.push({ start: at, end: range.end });
  }
  return parts;
}

/** Index of the first cut that begins at `start` or after it. */
function firstFrom(cuts: readonly Cut[], start: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle]?.start ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
