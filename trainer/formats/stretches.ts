/** Long reads in short stretches, so that memory stays small and others get their turn. */
import type { ByteSource } from './bytes.ts';

/** About how long a stretch is. */
export const stretchBytes = 1 << 20;

/** The bytes `[offset, offset + length)`, in stretches of whole units. */
export async function* stretches(source: ByteSource, offset: number, length: number, unit: number): AsyncGenerator<Uint8Array> {
  const step = Math.max(unit, Math.floor(stretchBytes / unit) * unit);
  for (let at = 0; at < length; at += step) yield await source.read(offset + at, Math.min(step, length - at));
}

/** The same bytes, cut where a unit ends; what is left over at the end comes last. */
export async function* inUnits(chunks: AsyncIterable<Uint8Array>, unit: number): AsyncGenerator<Uint8Array> {
  let left: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    const joined = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    const whole = joined.length - (joined.length % unit);
    if (whole > 0) yield joined.subarray(0, whole);
    // A copy: the rest of a stretch must not keep all of it in memory.
    left = Uint8Array.from(joined.subarray(whole));
  }
  if (left.length > 0) yield left;
}

/** All of it, joined. */
export async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
