/** numpy's .npz: a zip archive of .npy arrays, stored or deflated. */
import { Failure } from '../../protocol/failure.ts';
import { broken, quoted, shortened } from './broken.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { isPlainlyLaid, valuesOf } from './npy.ts';
import { lengthOf, type NpyHeader, parseHeader } from './npy-header.ts';
import { ofName, opened } from './opened.ts';
import { mostTensors } from './sizes.ts';
import { joined } from './stretches.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';
import { Zip, type ZipEntry } from './zip.ts';

export const npz: Format = {
  name: 'NumPy archive',
  recognise: async seen => {
    const names = seen.kind === 'file' ? await seen.zip() : undefined;
    return names !== undefined && names.size > 0 && [...names].every(name => name.endsWith('.npy'));
  },
  open,
};

/** Bytes that all but headers of very many fields fit into. */
const usualHeader = 1024;

interface Stored {
  readonly entry: ZipEntry;
  readonly header: NpyHeader;
}

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async (source, path) => {
    const zip = await Zip.open(source);
    if (zip.entries.size > mostTensors) throw broken(path, `it has ${zip.entries.size} arrays`, `at most ${mostTensors}`);
    const stored = new Map<string, Stored>();
    const tensors: TensorEntry[] = [];
    const unread: string[] = [];
    for (const entry of zip.entries.values()) {
      const name = entry.name.replace(/\.npy$/, '');
      const where = `${path}, entry ${quoted(entry.name)}`;
      const start = await first(zip, entry, usualHeader);
      const length = lengthOf(start, where);
      if (length > entry.size) throw broken(where, `it has ${entry.size} bytes`, `a header of ${length}`);
      const head = length <= start.length ? start.subarray(0, length) : await first(zip, entry, length);
      const header = headerOrReason(head, entry.size, where);
      if (header instanceof Failure) {
        unread.push(`${shortened(name)} (${header.message.slice(where.length + 2)})`);
        continue;
      }
      const data = isPlainlyLaid(header) ? await zip.placeOf(entry) : undefined;
      const place = data === undefined ? {} : { place: { file: path, offset: data + header.data } };
      stored.set(name, { entry, header });
      tensors.push({ name, dtype: header.dtype, shape: header.shape, bytes: header.bytes, ...place });
    }
    return {
      format: npz.name,
      facts: unread.length === 0 ? [] : [{ label: 'Not listed', value: shortened(unread.join('; '), 1000) }],
      tensors,
      read: ({ name }) => {
        const { entry, header } = ofName(stored, name, path);
        return valuesOf(header, `${path}, entry ${quoted(entry.name)}`, unit => zip.read(entry, header.data, header.bytes, unit));
      },
    };
  });
}

async function first(zip: Zip, entry: ZipEntry, length: number): Promise<Buffer> {
  return joined(zip.read(entry, 0, Math.min(length, entry.size), 1));
}

/** An array of objects or structures beside others is left out and told of. */
function headerOrReason(head: Buffer, size: number, where: string): NpyHeader | Failure {
  try {
    return parseHeader(head, size, where);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'bad-argument') return thrown;
    throw thrown;
  }
}
