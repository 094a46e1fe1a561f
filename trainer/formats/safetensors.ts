/** safetensors: one file. A set of several is read by `sharded.ts`. */
import { shortened } from './broken.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { opened, readPlaced } from './opened.ts';
import { largestHeader, readHeader } from './safetensors-header.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export const safetensors: Format = {
  name: 'safetensors',
  recognise: seen => seen.kind === 'file' && (beginsWithHeader(seen.head) || seen.name.endsWith('.safetensors')),
  open,
};

/** Also of a file that is cut off: it is told so. */
function beginsWithHeader(head: Buffer): boolean {
  return head.length > 8 && head[8] === 0x7b && head.readBigUInt64LE() <= BigInt(largestHeader);
}

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async (source, file) => {
    const { metadata, entries } = await readHeader(source);
    const tensors = entries.map(({ name, dtype, shape, bytes, offset }): TensorEntry => ({ name, dtype, shape, bytes, place: { file, offset } }));
    return {
      format: safetensors.name,
      facts: Array.from(metadata, ([label, value]) => ({ label: shortened(label), value: shortened(value, 1000) })),
      tensors,
      read: readPlaced(source, tensors),
    };
  });
}
