/**
 * llama2.c's first format (.bin, "legacy"): seven 32-bit integers, then float32 weights in the order of `memory_map_weights`
 * in karpathy/llama2.c's run.c. It has no magic: a file is known by its size, which the header determines to the byte.
 */
import { broken } from './broken.ts';
import type { ByteSource } from './bytes.ts';
import type { Format } from './format.ts';
import type { Glimpse } from './glimpse.ts';
import { opened, readPlaced } from './opened.ts';
import { countOf } from './sizes.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export const llama2c: Format = {
  name: 'llama2.c',
  recognise: seen => {
    if (seen.kind !== 'file' || seen.head.length < headerBytes) return false;
    const config = configOf(seen.head);
    return isSane(config) && sizeOf(config) === seen.size;
  },
  open,
};

/** Its own names for its own numbers. */
export interface Llama2cConfig {
  readonly dim: number;
  readonly hiddenDim: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocabulary: number;
  readonly sequence: number;
  /** Whether the classifier's weights are those of the embedding; said by the sign of the vocabulary's size. */
  readonly shared: boolean;
}

const headerBytes = 28;
const mostLayers = 1000;

function configOf(head: Buffer): Llama2cConfig {
  const [dim = 0, hiddenDim = 0, layers = 0, heads = 0, kvHeads = 0, vocabulary = 0, sequence = 0] = Array.from({ length: 7 }, (_, index) => head.readInt32LE(4 * index));
  return { dim, hiddenDim, layers, heads, kvHeads, vocabulary: Math.abs(vocabulary), sequence, shared: vocabulary > 0 };
}

function isSane({ dim, hiddenDim, layers, heads, kvHeads, vocabulary, sequence }: Llama2cConfig): boolean {
  const positive = [dim, hiddenDim, layers, heads, kvHeads, vocabulary, sequence].every(number => number > 0 && number < 1 << 24);
  return positive && layers <= mostLayers && dim % heads === 0 && heads % kvHeads === 0 && (dim / heads) % 2 === 0;
}

interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  /** Stored for all layers, one after the other. */
  readonly layered: boolean;
}

function partsOf({ dim, hiddenDim, heads, kvHeads, vocabulary, sequence, shared }: Llama2cConfig): Part[] {
  const headSize = dim / heads;
  const one = (name: string, ...shape: readonly number[]): Part => ({ name, shape, layered: false });
  const each = (name: string, ...shape: readonly number[]): Part => ({ name, shape, layered: true });
  return [
    one('token_embedding_table', vocabulary, dim),
    each('rms_att_weight', dim),
    each('wq', dim, dim),
    each('wk', kvHeads * headSize, dim),
    each('wv', kvHeads * headSize, dim),
    each('wo', dim, dim),
    each('rms_ffn_weight', dim),
    each('w1', hiddenDim, dim),
    each('w2', dim, hiddenDim),
    each('w3', hiddenDim, dim),
    one('rms_final_weight', dim),
    // Rotations that run.c computes itself today and passes over.
    one('freq_cis_real', sequence, headSize / 2),
    one('freq_cis_imag', sequence, headSize / 2),
    ...(shared ? [] : [one('wcls', vocabulary, dim)]),
  ];
}

function sizeOf(config: Llama2cConfig): number {
  return partsOf(config).reduce((sum, { shape, layered }) => sum + 4 * (countOf(shape) ?? Infinity) * (layered ? config.layers : 1), headerBytes);
}

/** @throws Failure `broken-model` where the header and the file's size do not fit each other */
export async function readConfig(source: ByteSource): Promise<Llama2cConfig> {
  const { path, size } = source;
  if (size < headerBytes) throw broken(path, `it has ${size} bytes`, `at least ${headerBytes} of a header`);
  const config = configOf(Buffer.from((await source.read(0, headerBytes)).buffer));
  const { dim, hiddenDim, layers, heads, kvHeads, vocabulary, sequence } = config;
  const told = `its header has dim ${dim}, hidden_dim ${hiddenDim}, n_layers ${layers}, n_heads ${heads}, n_kv_heads ${kvHeads}, vocab_size ${vocabulary}, seq_len ${sequence}`;
  if (!isSane(config)) throw broken(path, told, 'the header of a Llama: positive numbers, heads that divide dim');
  const expected = sizeOf(config);
  if (expected !== size) throw broken(path, `${told}, and the file has ${size} bytes`, `${expected} bytes`, 'The file is cut off or of another format: download it again.');
  return config;
}

function open(seen: Glimpse): Promise<TensorFile> {
  return opened(seen.path, async (source, file) => {
    const config = await readConfig(source);
    const tensors: TensorEntry[] = [];
    let offset = headerBytes;
    for (const { name, shape, layered } of partsOf(config)) {
      const bytes = 4 * (countOf(shape) ?? 0);
      for (let layer = 0; layer < (layered ? config.layers : 1); layer++) {
        tensors.push({ name: layered ? `layers.${layer}.${name}` : name, dtype: 'float32', shape, bytes, place: { file, offset } });
        offset += bytes;
      }
    }
    return { format: llama2c.name, facts: factsOf(config), tensors, read: readPlaced(source, tensors) };
  });
}

function factsOf(config: Llama2cConfig): TensorFile['facts'] {
  const { dim, hiddenDim, layers, heads, kvHeads, vocabulary, sequence, shared } = config;
  return [
    { label: 'Layers', value: String(layers) },
    { label: 'Heads', value: kvHeads === heads ? String(heads) : `${heads}, of keys and values ${kvHeads}` },
    { label: 'Features', value: `${dim}, inner ${hiddenDim}` },
    { label: 'Vocabulary', value: `${vocabulary}${shared ? ', embedding shared with the output' : ''}` },
    { label: 'Longest text', value: `${sequence} tokens` },
  ];
}
