/** What is told apart only to say that it is not read here, and what to do instead. */
import { Failure } from '../../protocol/failure.ts';
import type { FileGlimpse, FolderGlimpse, Glimpse } from './glimpse.ts';

/** @throws Failure `broken-model` for what is no checkpoint at all, `bad-argument` for a format that is not read */
export async function refuse(seen: Glimpse): Promise<void> {
  const refusal = seen.kind === 'folder' ? refusedFolder(seen) : await refusedFile(seen);
  if (refusal === undefined) return;
  const { code = 'bad-argument', is, hint } = refusal;
  throw new Failure(code, `${seen.path} is ${is}; expected ${readable}.`, hint);
}

export const readable =
  'ONNX, safetensors, PyTorch (zip), TensorFlow.js, GGUF, llama2.c, NumPy (.npy, .npz), or a folder of one of them';

interface Refusal {
  readonly code?: 'broken-model';
  /** Completes "This is …". */
  readonly is: string;
  readonly hint: string;
}

const keras = 'Export the model to ONNX (python -m tf2onnx.convert), or convert it to TensorFlow.js (tensorflowjs_converter --input_format=keras), and open that.';

async function refusedFile(seen: FileGlimpse): Promise<Refusal | undefined> {
  const { head, size, name } = seen;
  const begins = (text: string, at = 0): boolean => head.toString('latin1', at, at + text.length) === text;
  if (size === 0) return { code: 'broken-model', is: 'empty', hint: 'Download or write the file again.' };
  if (begins('version https://git-lfs.github.com/')) {
    return { code: 'broken-model', is: 'a pointer of Git LFS, in place of the file itself', hint: 'Run git lfs pull in its repository.' };
  }
  if (begins('\x89HDF\r\n\x1a\n')) return { is: 'HDF5, as Keras writes it (.h5)', hint: keras };
  if (name === 'saved_model.pb') return savedModel;
  if (begins('TFL3', 4)) return { is: 'a TensorFlow Lite model', hint: 'Export the model to ONNX (python -m tf2onnx.convert --tflite), and open that.' };
  if (begins('ustar', 257)) return { is: 'a tar archive, as PyTorch before 0.1.10 wrote them, or NeMo', hint: 'Unpack it, and open what is in it.' };
  if (begins('<!DOCTYPE html') || begins('<html')) return { code: 'broken-model', is: 'a web page, not a checkpoint', hint: 'Download the file itself, not the page about it.' };
  if (begins('\x1f\x8b')) return { is: 'packed by gzip', hint: 'Unpack it (gunzip, or tar -xzf), and open what is in it.' };
  if (begins('24ka')) return llama2cNewer;
  if (isPickle(head)) return pickleRefusal(begins);
  return refusedZip(await seen.zip(), name);
}

/** Magics are those of PyTorch's legacy `torch.save`: a pickled number, 0x1950a86a20f9469cfc6c, comes first. */
function pickleRefusal(begins: (text: string, at?: number) => boolean): Refusal {
  const isTorch = begins('\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.', 2);
  const written = isTorch ? 'a PyTorch file of the legacy format, a bare pickle' : 'a bare pickle of Python, as legacy PyTorch, scikit-learn or joblib write them';
  const hint = 'Where you trust it, load it in Python with torch.load and save it again: torch.save(state, path) of PyTorch 1.6 or newer writes a zip archive, safetensors.torch.save_file safetensors.';
  return { is: written, hint };
}

/** Protocols 2 to 5, ending in what those of checkpoints begin with: a frame, an integer, a dictionary, a tuple, a name. */
function isPickle(head: Buffer): boolean {
  const [first, protocol = 0, code = 0] = head;
  return first === 0x80 && protocol >= 2 && protocol <= 5 && [0x95, 0x8a, 0x7d, 0x28, 0x63, 0x5d, 0x29].includes(code);
}

const llama2cNewer: Refusal = {
  is: 'a llama2.c file of version 1 or 2',
  hint: 'Export it again with llama2.c\'s export.py and --version 0.',
};

function refusedZip(names: ReadonlySet<string> | undefined, name: string): Refusal | undefined {
  if (names === undefined) return undefined;
  const has = (pattern: RegExp): boolean => [...names].some(entry => pattern.test(entry));
  if (names.has('model.weights.h5') || (names.has('config.json') && names.has('metadata.json'))) return { is: 'a Keras archive (.keras)', hint: keras };
  if (has(/(^|\/)constants\.pkl$/) || has(/^[^/]*\/code\//)) {
    return {
      is: 'a TorchScript archive, as torch.jit.save writes them',
      hint: 'In Python: torch.save(torch.jit.load(path).state_dict(), path) for its weights, or torch.onnx.export for the model.',
    };
  }
  if (has(/(^|\/)archive_format$/) || names.has('serialized_exported_program.json')) {
    return { is: 'a program of torch.export (.pt2)', hint: 'In Python: torch.onnx.export(torch.export.load(path), f=…), and open that.' };
  }
  if (has(/^(?:[^/]*\/)?data\.pkl$/) || (names.size > 0 && [...names].every(entry => entry.endsWith('.npy')))) return undefined;
  return { is: `a zip archive of other things${name.endsWith('.zip') ? '' : ' than a checkpoint'}`, hint: 'Unpack it, and open what is in it.' };
}

const savedModel: Refusal = {
  is: 'a TensorFlow SavedModel',
  hint: 'Export it to ONNX (python -m tf2onnx.convert --saved-model folder --output model.onnx), and open that.',
};

function refusedFolder({ names }: FolderGlimpse): Refusal | undefined {
  if (names.size === 0) return { code: 'broken-model', is: 'a folder with nothing in it', hint: 'Choose the folder of a model.' };
  return names.has('saved_model.pb') ? savedModel : undefined;
}

/** A folder in which nothing that is read was found, but perhaps something that has a name. */
export function emptyHanded({ path, names }: FolderGlimpse): Failure {
  const all = [...names];
  const found = all.find(name => /\.(h5|keras|msgpack|ot|tflite|ckpt\.index|mlmodel)$/.test(name));
  const held = found === undefined ? all.slice(0, 5).join(', ') + (all.length > 5 ? ' …' : '') : `of weights only ${found}`;
  return new Failure('broken-model', `${path} holds ${held}; expected ${readable}.`, found === undefined ? 'Choose the folder of a model, or a file.' : keras);
}
