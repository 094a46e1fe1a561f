/**
 * The weights of paraphrase-MiniLM-L3-v2 out of its ONNX export, under the names that transformers gives them, for
 * `test/torch/minilm.py`:
 *
 *     npx tsx scripts/fetch-minilm.ts && npx tsx test/torch/minilm-weights.ts WEIGHTS.safetensors
 */
import { writeSafetensors } from '../../trainer/checkpoints/safetensors.ts';
import type { OnnxTensor } from '../../trainer/onnx/model.ts';
import { openOnnx } from '../../trainer/onnx/open.ts';
import { wholeTensor } from '../../trainer/onnx/read-tensor.ts';
import { minilm } from '../../trainer/taps/minilm.fixture.ts';

const [to] = process.argv.slice(2);
if (to === undefined) throw new Error('Where to? Give a path.');

const model = await openOnnx(minilm);
const tensors = new Map(model.graph.initializers.map(tensor => [tensor.name, tensor]));
const read = async (tensor: OnnxTensor): Promise<Float32Array> => new Float32Array((await wholeTensor(model, tensor)).buffer);

const named = [];
for (const tensor of tensors.values()) {
  const name = /^model\.0\.auto_model\.(.*)$/.exec(tensor.name)?.[1];
  if (name !== undefined) named.push({ name, shape: tensor.shape, data: await read(tensor) });
}
// The exporter turned the weights of linear layers over and took their names: the biases that are added behind still have them.
for (const { operator, inputs, outputs } of model.graph.nodes) {
  const weight = tensors.get(inputs[1] ?? '');
  if (operator !== 'MatMul' || weight === undefined) continue;
  const add = model.graph.nodes.find(node => node.operator === 'Add' && node.inputs.includes(outputs[0] ?? ''));
  const bias = add?.inputs.map(input => /^model\.0\.auto_model\.(.*)\.bias$/.exec(input)?.[1]).find(name => name !== undefined);
  const [rows = 0, columns = 0] = weight.shape;
  const data = await read(weight);
  const turned = Float32Array.from({ length: data.length }, (_, place) => data[(place % rows) * columns + Math.floor(place / rows)] ?? 0);
  named.push({ name: `${bias}.weight`, shape: [columns, rows], data: turned });
}
await writeSafetensors(to, named, {});
