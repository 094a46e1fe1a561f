/** What a file is by its first bytes, for those who expected another. */
const text = new TextDecoder('latin1');

interface Signature {
  readonly offset?: number;
  /** As Latin-1. */
  readonly bytes: string;
  readonly is: string;
}

/** Of the formats' own documentation. */
const signatures: readonly Signature[] = [
  { bytes: 'version https://git-lfs.github.com/', is: 'a pointer of Git LFS, in place of the file itself (`git lfs pull` fetches it)' },
  { bytes: 'PK\x03\x04', is: 'a zip archive, as PyTorch (.pt, .bin) and NumPy (.npz) write them' },
  { bytes: '\x89HDF\r\n\x1a\n', is: 'an HDF5 file, as Keras writes them (.h5)' },
  { bytes: 'GGUF', is: 'a GGUF file' },
  { bytes: '\x93NUMPY', is: 'a NumPy array (.npy)' },
  { bytes: 'TFL3', offset: 4, is: 'a TensorFlow Lite model' },
  { bytes: 'ORTM', offset: 4, is: 'a model in the format of ONNX Runtime (.ort)' },
  { bytes: '{', offset: 8, is: 'a safetensors file' },
  { bytes: '\x1f\x8b', is: 'packed by gzip' },
  { bytes: '<!DOCTYPE html', is: 'a web page' },
  { bytes: '<html', is: 'a web page' },
];

/** One phrase that completes "This file is …"; `undefined` where nothing is known. @param head the first bytes, 512 are plenty */
export function looksLike(head: Uint8Array): string | undefined {
  const start = text.decode(head);
  const found = signatures.find(({ bytes, offset = 0, is }) => start.startsWith(bytes, offset) && (is !== 'a safetensors file' || isSafetensors(head)));
  if (found !== undefined) return found.is;
  // Pickle's protocols 2 to 5: PyTorch before 1.6 wrote those bare.
  if (head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5) return 'a pickle, as PyTorch before 1.6 wrote them';
  return /^\s*[[{]\s*["{[\d-]/.test(start) ? 'JSON text' : undefined;
}

/** Eight bytes of header length come first, of which the format allows 100 MB. */
function isSafetensors(head: Uint8Array): boolean {
  return head.length > 9 && head.subarray(4, 8).every(byte => byte === 0) && (head[9] === 0x22 || head[9] === 0x7d || head[9] === 0x20);
}
