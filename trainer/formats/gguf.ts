/** GGUF, llama.cpp's format: tensors of plain types and of blocks in which several elements share a scale. */
import { elementTypes } from './blocks.ts';
import { broken, quoted } from './broken.ts';
import type { ByteSource } from './bytes.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { type GgufTensor, magic, readHeader } from './gguf-header.ts';
import { unmeasured } from './numbers.ts';
import { opened, readPlaced } from './opened.ts';
import { countOf, mostTensors } from './sizes.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export const gguf: Format = {
  name: 'GGUF',
  recognise: seen => seen.kind === 'file' && seen.head.subarray(0, magic.length).equals(magic),
  open,
};

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async source => {
    const { version, facts, tensors: listed, data } = await readHeader(source);
    if (listed.length > mostTensors) throw broken(source.path, `it lists ${listed.length} tensors`, `at most ${mostTensors}`);
    const tensors = listed.map(tensor => entryOf(tensor, data, source));
    const names = new Set<string>();
    for (const { name } of tensors) {
      if (names.has(name)) throw broken(source.path, `two tensors are named ${quoted(name)}`, 'different names');
      names.add(name);
    }
    const unread = new Set(tensors.flatMap(({ dtype }) => unmeasured(dtype) ?? []));
    return {
      format: gguf.name,
      facts: [
        { label: 'Version', value: String(version) },
        ...(unread.size === 0 ? [] : [{ label: 'Not measured', value: [...unread].join(', ') }]),
        ...facts,
      ],
      tensors,
      read: readPlaced(source, tensors),
    };
  });
}

function entryOf({ name, shape, type, offset }: GgufTensor, data: number, { path, size }: ByteSource): TensorEntry {
  const known = elementTypes.get(type);
  if (known === undefined) throw broken(path, `tensor ${quoted(name)} has type ${type}`, 'one of ggml\'s types', 'A newer version of Attention Scope may know it.');
  const count = countOf(shape);
  const row = shape.at(-1) ?? 1;
  if (count === undefined || row % known.elements !== 0) {
    throw broken(path, `tensor ${quoted(name)} of ${known.dtype} has shape [${shape.join(', ')}]`, `rows of a multiple of ${known.elements} elements that can be counted`);
  }
  const bytes = (count / known.elements) * known.bytes;
  if (data + offset + bytes > size) {
    throw broken(path, `tensor ${quoted(name)} of ${bytes} bytes begins at byte ${data + offset}`, `all of it within the file's ${size} bytes`, 'The file is cut off: download it again.');
  }
  return { name, dtype: known.dtype, shape, bytes, place: { file: path, offset: data + offset } };
}
