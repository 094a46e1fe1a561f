/**
 * PyTorch's zip archives (.pt, .pth, .bin, .ckpt; torch.save since 1.6): `data.pkl` says what is saved, and every storage is
 * an entry `data/<key>` beside it. The pickle is read by an allow-list and never run.
 */
import { broken, quoted } from './broken.ts';
import { bitsOf } from './dtype.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { ofName, opened } from './opened.ts';
import { unpickle } from './pickle.ts';
import { isAllowed } from './pytorch-names.ts';
import { tensorsIn, type View } from './pytorch-tensors.ts';
import { gathered, isContiguous, spanOf } from './strided.ts';
import { joined } from './stretches.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';
import { Zip, type ZipEntry } from './zip.ts';

export const pytorch: Format = {
  name: 'PyTorch',
  recognise: async seen => {
    const names = seen.kind === 'file' ? await seen.zip() : undefined;
    return names !== undefined && folderOf(names.keys()) !== undefined;
  },
  open,
};

const largestPickle = 32 << 20;

/** Elements in another order are taken into memory whole; an expanded tensor may have more of them than are stored. */
const [largestStrided, mostExpanded] = [512 << 20, 1 << 24];

const notTensors =
  'A checkpoint with a whole model or other objects in it is opened by the program that saved it, if you trust the file: there, '
  + 'torch.save(model.state_dict(), path) writes one that opens here.';

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async (source, path) => {
    const zip = await Zip.open(source);
    const folder = folderOf(zip.entries.keys()) ?? '';
    const pickle = zip.entries.get(`${folder}data.pkl`);
    if (pickle === undefined) throw broken(path, 'it has no entry data.pkl', 'one, as torch.save writes it');
    await checkByteOrder(zip, folder, path);
    const where = `${path}, entry ${quoted(pickle.name)}`;
    const root = unpickle(await zip.whole(pickle, largestPickle), { where, allows: isAllowed, hint: notTensors });
    const { views, facts } = tensorsIn(root, where);
    const stored = new Map<string, { view: View; entry: ZipEntry }>();
    const tensors: TensorEntry[] = [];
    const places = new Map<ZipEntry, number | undefined>();
    for (const view of views) {
      const { name, dtype, shape, bytes, storage } = view;
      const entry = zip.entries.get(`${folder}data/${storage.key}`);
      if (entry === undefined || entry.size < storage.bytes) {
        const found = entry === undefined ? 'is not there' : `has ${entry.size} bytes`;
        throw broken(path, `entry ${quoted(`${folder}data/${storage.key}`)} of tensor ${quoted(name)} ${found}`, `${storage.bytes} bytes`);
      }
      if (!places.has(entry)) places.set(entry, await zip.placeOf(entry));
      const start = places.get(entry);
      const place = start === undefined || !isContiguous(view) ? {} : { place: { file: path, offset: start + view.offset * (bitsOf[dtype] / 8) } };
      stored.set(name, { view, entry });
      tensors.push({ name, dtype, shape, bytes, ...place });
    }
    return {
      format: pytorch.name,
      facts,
      tensors,
      read: ({ name }) => {
        const { view, entry } = ofName(stored, name, path);
        return valuesOf(zip, entry, view, path);
      },
    };
  });
}

/** The archive's own folder, which `torch.save` names for the file: where data.pkl lies, with a slash at its end. */
function folderOf(names: Iterable<string>): string | undefined {
  for (const name of names) if (/^(?:[^/]*\/)?data\.pkl$/.test(name)) return name.slice(0, -'data.pkl'.length);
  return undefined;
}

async function checkByteOrder(zip: Zip, folder: string, path: string): Promise<void> {
  const entry = zip.entries.get(`${folder}byteorder`);
  const order = entry === undefined ? 'little' : (await zip.whole(entry, 64)).toString('latin1');
  if (order !== 'little') throw broken(path, `its byte order is ${quoted(order)}`, '"little"', 'Save it on a little-endian machine.');
}

async function* valuesOf(zip: Zip, entry: ZipEntry, view: View, path: string): AsyncGenerator<Uint8Array> {
  const { name, dtype, bytes, offset } = view;
  const width = bitsOf[dtype] / 8;
  if (isContiguous(view)) {
    yield* zip.read(entry, offset * width, bytes, width);
    return;
  }
  const span = spanOf(view) * width;
  if (span > largestStrided || bytes > span + mostExpanded * width) {
    throw broken(path, `tensor ${quoted(name)} takes ${bytes} bytes out of ${span} in another order`, `at most ${largestStrided}`, 'Save it row by row: torch.save(tensor.contiguous(), path).');
  }
  const storage = await joined(zip.read(entry, offset * width, span, width));
  yield* gathered(storage, width, view);
}
