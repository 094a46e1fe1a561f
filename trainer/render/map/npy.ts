/** A map as numpy's .npy, version 1.0 (numpy.lib.format): float32, `[row, column]`. */
import { magic } from '../../formats/npy-header.ts';
import { bytesOf } from '../../graph/write.ts';

/** What comes before the numbers ends at a multiple of this. */
const alignment = 64;
const preamble = 10;

export function npyOf(weights: Float32Array, rows: number, columns: number): Uint8Array {
  const told = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((preamble + told.length + 1) / alignment) * alignment - preamble;
  const header = Buffer.alloc(preamble);
  magic.copy(header);
  header.writeUInt8(1, magic.length);
  header.writeUInt16LE(length, preamble - 2);
  return Buffer.concat([header, Buffer.from(`${told.padEnd(length - 1)}\n`, 'latin1'), bytesOf(weights)]);
}
