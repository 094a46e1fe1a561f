/** BERT's encoder of any size with random weights, as a Hugging Face folder and as an ONNX file beside its weights. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModel } from '../../trainer/architectures/build.ts';
import { openTensorFile } from '../../trainer/formats/open.ts';
import { writeOnnx } from '../../trainer/graph/write.ts';
import { parseConfig } from '../../trainer/huggingface/config.ts';

export interface EncoderSizes {
  readonly vocabulary: number;
  readonly positions: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
}

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
}

function weightsOf({ vocabulary, positions, width, layers, inner }: EncoderSizes): Weight[] {
  const linear = (name: string, to: number, from: number): Weight[] => [{ name: `${name}.weight`, shape: [to, from] }, { name: `${name}.bias`, shape: [to] }];
  const norm = (name: string): Weight[] => [{ name: `${name}.weight`, shape: [width] }, { name: `${name}.bias`, shape: [width] }];
  return [
    { name: 'embeddings.word_embeddings.weight', shape: [vocabulary, width] },
    { name: 'embeddings.position_embeddings.weight', shape: [positions, width] },
    { name: 'embeddings.token_type_embeddings.weight', shape: [2, width] },
    ...norm('embeddings.LayerNorm'),
    ...Array.from({ length: layers }, (_, layer) => `encoder.layer.${layer}`).flatMap(layer => [
      ...['query', 'key', 'value'].flatMap(name => linear(`${layer}.attention.self.${name}`, width, width)),
      ...linear(`${layer}.attention.output.dense`, width, width),
      ...norm(`${layer}.attention.output.LayerNorm`),
      ...linear(`${layer}.intermediate.dense`, inner, width),
      ...linear(`${layer}.output.dense`, width, inner),
      ...norm(`${layer}.output.LayerNorm`),
    ]),
  ];
}

const count = ({ shape }: Weight): number => shape.reduce((product, length) => product * length, 1);

export const encoderParameters = (sizes: EncoderSizes): number => weightsOf(sizes).reduce((sum, weight) => sum + count(weight), 0);

/**
 * Writes `config.json`, `model.safetensors` and `model.onnx`, which has its weights there.
 *
 * @param most no weight is further from 0: where it is small, attention is nearly even
 */
export async function writeRandomEncoder(folder: string, sizes: EncoderSizes, most = 0.05): Promise<void> {
  const { vocabulary, positions, width, layers, heads, inner } = sizes;
  const config = JSON.stringify({
    architectures: ['BertModel'], model_type: 'bert', vocab_size: vocabulary, hidden_size: width, num_hidden_layers: layers,
    num_attention_heads: heads, intermediate_size: inner, max_position_embeddings: positions, type_vocab_size: 2,
  });
  await writeFile(join(folder, 'config.json'), config);
  const weights = join(folder, 'model.safetensors');
  await writeWeights(weights, weightsOf(sizes), most);
  const file = await openTensorFile(weights);
  const { graphs: { model } } = await buildModel(parseConfig(config, join(folder, 'config.json')), file);
  await file.close();
  if (model === undefined) throw new Error('BERT is one graph');
  await writeFile(join(folder, 'model.onnx'), writeOnnx(model));
}

/** Written as they are made: all of them need not fit into the memory. */
async function writeWeights(path: string, weights: readonly Weight[], most: number): Promise<void> {
  let at = 0;
  const entries = weights.map(weight => [weight.name, { dtype: 'F32', shape: weight.shape, data_offsets: [at, (at += 4 * count(weight))] }] as const);
  const json = JSON.stringify(Object.fromEntries(entries));
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = await open(path, 'w');
  await file.writeFile(Buffer.concat([length, header]));
  let state = 1;
  for (const weight of weights) {
    // Numerical Recipes' generator: good enough for numbers that only take their time.
    const values = Float32Array.from({ length: count(weight) }, () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) / 2 ** 31) * most);
    await file.writeFile(new Uint8Array(values.buffer));
  }
  await file.close();
}
