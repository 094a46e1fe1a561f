/** Vision Transformer (Dosovitskiy et al. 2021), by the names of transformers' `modeling_vit.py`. */
import { Graph } from '../graph/graph.ts';
import { add } from '../graph/operators/elementwise.ts';
import { convolve } from '../graph/operators/linear.ts';
import { at, concat, repeatAlong, reshape, transpose } from '../graph/operators/shape.ts';
import { activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { attend, splitHeads } from './attention.ts';
import { outputByTask } from './encoder.ts';
import { layerNorm, linear } from './layers.ts';

/** `pixel_values` `[batch, channels, height, width]` → `logits` `[batch, classes]`, or else `last_hidden_state`. */
export const vit: Architecture<'vit'> = {
  naming: { prefix: 'vit.', unneeded: [/^pooler\./, /^classifier\./, /^embeddings\.mask_token$/, /^decoder\.0\./] },
  build(config, all) {
    const { architecture } = config;
    const { hiddenSize, intermediateSize, layerNormEpsilon: epsilon, channels, image, patch, attentionBias } = architecture;
    const activation = activationOf(architecture.activation, config.file);
    const heads = { count: architecture.heads, width: hiddenSize / architecture.heads };
    const patches = Math.floor(image[0] / patch[0]) * Math.floor(image[1] / patch[1]);
    const graph = new Graph('model');
    const weights = all.in(graph);
    const pixels = graph.input('pixel_values', 'float32', ['batch_size', channels, ...image]);
    const filters = weights.tensor('embeddings.patch_embeddings.projection.weight', [hiddenSize, channels, ...patch]);
    const cut = convolve(pixels, filters, weights.tensor('embeddings.patch_embeddings.projection.bias', [hiddenSize]), patch);
    const pieces = transpose(reshape(cut, [0, hiddenSize, patches]), [0, 2, 1]);
    const first = repeatAlong(weights.tensor('embeddings.cls_token', [1, 1, hiddenSize]), pixels);
    let states = add(concat([first, pieces], 1), weights.tensor('embeddings.position_embeddings', [1, patches + 1, hiddenSize]));
    for (let layer = 0; layer < architecture.layers; layer++) {
      const name = (part: string): string => `encoder.layer.${layer}.${part}`;
      const normal = layerNorm(weights, name('layernorm_before'), states, epsilon);
      const [query, key, value] = ['query', 'key', 'value'].map(part =>
        splitHeads(linear(weights, name(`attention.attention.${part}`), normal, hiddenSize, attentionBias ? 'always' : 'never'), heads),
      );
      if (query === undefined || key === undefined || value === undefined) throw new Error('three projections are three');
      const attended = attend({ query, key, value }, undefined, heads.width ** -0.5, `encoder.layers.${layer}.self_attention`);
      states = add(states, linear(weights, name('attention.output.dense'), attended, hiddenSize));
      const fed = layerNorm(weights, name('layernorm_after'), states, epsilon);
      const inner = activation(linear(weights, name('intermediate.dense'), fed, intermediateSize));
      states = add(states, linear(weights, name('output.dense'), inner, hiddenSize));
    }
    outputByTask(graph, config.task, layerNorm(weights, 'layernorm', states, epsilon), {
      'image-classification': last => linear(weights, 'classifier', at(last, 1, 0), 'any'),
    });
    return { model: graph };
  },
};
