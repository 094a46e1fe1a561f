/**
 * Attention rollout (Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers", section 3): how much of each
 * input token is in each position after a layer, if all that layers do is mix: Ã(l) = A(l) Ã(l − 1). The products, a
 * billion multiplications at a thousand tokens, are ONNX Runtime's.
 */
import { floats, Session } from '../../engine/session.ts';
import { Graph } from '../../graph/graph.ts';
import { matmul } from '../../graph/operators/linear.ts';
import { writeOnnx } from '../../graph/write.ts';

let opening: Promise<Session> | undefined;

/** Ã(l) of A(l), with its residual, and Ã(l − 1); all `[token][token]`. */
export async function rollOn(layer: Float32Array, before: Float32Array, tokens: number): Promise<Float32Array> {
  opening ??= openProduct();
  const product = await opening;
  const { Tensor } = product.runtime;
  const feeds = { layer: new Tensor('float32', layer, [tokens, tokens]), before: new Tensor('float32', before, [tokens, tokens]) };
  const after = new Tensor('float32', new Float32Array(tokens * tokens), [tokens, tokens]);
  await product.run(feeds, { after });
  return floats(after);
}

function openProduct(): Promise<Session> {
  const graph = new Graph('rollout');
  const [layer, before] = [graph.input('layer', 'float32', ['tokens', 'tokens']), graph.input('before', 'float32', ['tokens', 'tokens'])];
  graph.output(matmul(layer, before), 'after');
  return Session.openBytes(writeOnnx(graph), { threads: 1, folder: '.', external: [] });
}
