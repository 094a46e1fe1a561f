/**
 * Llamas in llama2.c's `.bin` (karpathy/llama2.c, `run.c`): the weights have names of their own, and rotary positions turn
 * features that are neighbours.
 */
import { broken } from '../formats/broken.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.ts';
import type { BuiltModel } from './build.ts';
import { buildLlama, llamaNaming } from './llama.ts';
import { Weights } from './weights.ts';

/** What llama2.c calls what Llama calls otherwise. */
const names: Readonly<Record<string, string>> = {
  token_embedding_table: 'embed_tokens',
  rms_att_weight: 'input_layernorm',
  wq: 'self_attn.q_proj',
  wk: 'self_attn.k_proj',
  wv: 'self_attn.v_proj',
  wo: 'self_attn.o_proj',
  rms_ffn_weight: 'post_attention_layernorm',
  w1: 'mlp.gate_proj',
  w2: 'mlp.down_proj',
  w3: 'mlp.up_proj',
  rms_final_weight: 'norm',
  wcls: 'lm_head',
};

/** `run.c`'s own numbers; the file does not tell them. */
const [epsilon, theta] = [1e-5, 10_000];

/** What the file tells by its tensors' shapes. */
export interface Llama2cSizes {
  readonly vocabularySize: number;
  /** Of a text, in tokens. */
  readonly maxPositions: number;
}

/**
 * The graph of such a file, with inputs and outputs as any Llama's.
 * @param file as `openTensorFile` opens it
 * @throws Failure `broken-model` where it is another file
 */
export async function buildLlama2c(file: TensorFile): Promise<BuiltModel & Llama2cSizes> {
  const shapes = new Map(file.tensors.map(({ name, shape }) => [name, shape]));
  const lengthOf = (name: string, axis: number): number => {
    const length = shapes.get(name)?.[axis];
    if (length === undefined) throw broken(file.path, `it holds no tensor "${name}" of ${axis + 1} or more axes`, 'a Llama as llama2.c writes it');
    return length;
  };
  const hiddenSize = lengthOf('token_embedding_table', 1);
  const vocabularySize = lengthOf('token_embedding_table', 0);
  const headSize = 2 * lengthOf('freq_cis_real', 1);
  const weights = await Weights.of(file, file.tensors.flatMap(renamed), llamaNaming);
  const graphs = buildLlama(weights, {
    file: file.path,
    vocabularySize,
    hiddenSize,
    intermediateSize: lengthOf('layers.0.w1', 0),
    layers: file.tensors.filter(({ name }) => /^layers\.\d+\.wq$/.test(name)).length,
    heads: lengthOf('layers.0.wq', 0) / headSize,
    keyValueHeads: lengthOf('layers.0.wk', 0) / headSize,
    headSize,
    activation: 'silu',
    rmsNormEpsilon: epsilon,
    headNorm: false,
    frequencies: { radians: Float32Array.from({ length: headSize / 2 }, (_, pair) => theta ** ((-2 * pair) / headSize)), scale: 1 },
    pairs: 'neighbours',
    tied: !shapes.has('wcls'),
    writes: true,
    windows: [],
  });
  return { graphs, ...weights.finish(), vocabularySize, maxPositions: lengthOf('freq_cis_real', 0) };
}

/** As Llama's own checkpoints call the tensor; nothing for rotations, which are computed. */
function renamed(entry: TensorEntry): TensorEntry[] {
  const [, layer = '', part = ''] = /^(layers\.\d+\.)?(.*)$/.exec(entry.name) ?? [];
  const name = Object.hasOwn(names, part) ? names[part] : undefined;
  return name === undefined ? [] : [{ ...entry, name: `${layer}${name}.weight` }];
}
