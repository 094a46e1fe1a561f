/** GPT-2 (Radford et al. 2019), by the names of transformers' `modeling_gpt2.py`. */
import { add } from '../graph/operators/elementwise.ts';
import { chunk } from '../graph/operators/shape.ts';
import { activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { attend, splitHeads } from './attention.ts';
import { decoderInputs } from './decoder.ts';
import { layerNorm, project, transposedLinear } from './layers.ts';
import { unbuildable } from './weights.ts';

export const gpt2: Architecture<'gpt2'> = {
  naming: {
    prefix: 'transformer.',
    // Causal masks are buffers of old checkpoints; "score" classifies.
    unneeded: [/^h\.\d+\.attn\.(bias|masked_bias)$/, /^lm_head\.weight$/, /^(score|classifier)\./],
  },
  build(config, all) {
    const { architecture, json } = config;
    if (json['add_cross_attention'] === true) throw unbuildable(config.file, 'add_cross_attention is true', 'a decoder by itself');
    const { hiddenSize, vocabularySize, layerNormEpsilon } = architecture;
    const activation = activationOf(architecture.activation, config.file);
    const heads = { count: architecture.heads, width: hiddenSize / architecture.heads };
    const { weights, ids, positions, bias, remember, finish } = decoderInputs(all, heads, architecture.layers);
    const words = all.firstOf(['wte.weight', 'lm_head.weight']);
    let states = add(
      weights.rows(words, [vocabularySize, hiddenSize], ids),
      weights.rows('wpe.weight', [architecture.maxPositions, hiddenSize], positions),
    );
    for (let layer = 0; layer < architecture.layers; layer++) {
      const name = (part: string): string => `h.${layer}.${part}`;
      const normal = layerNorm(weights, name('ln_1'), states, layerNormEpsilon);
      const projected = transposedLinear(weights, name('attn.c_attn'), normal, 3 * hiddenSize);
      const [query, ownKey, ownValue] = chunk(projected, 2, 3).map(piece => splitHeads(piece, heads));
      if (query === undefined || ownKey === undefined || ownValue === undefined) throw new Error('three pieces are three');
      const { key, value } = remember({ key: ownKey, value: ownValue });
      const scale = (architecture.scaleScores ? heads.width ** -0.5 : 1) / (architecture.scaleScoresByLayer ? layer + 1 : 1);
      const attended = attend({ query, key, value }, bias(undefined), scale, `decoder.layers.${layer}.self_attention`);
      states = add(states, transposedLinear(weights, name('attn.c_proj'), attended, hiddenSize));
      const fed = layerNorm(weights, name('ln_2'), states, layerNormEpsilon);
      const inner = activation(transposedLinear(weights, name('mlp.c_fc'), fed, architecture.intermediateSize));
      states = add(states, transposedLinear(weights, name('mlp.c_proj'), inner, hiddenSize));
    }
    const last = layerNorm(weights, 'ln_f', states, layerNormEpsilon);
    if (config.task !== 'causal-lm') return { model: finish('last_hidden_state', last) };
    const table = config.tiedEmbeddings ? words : 'lm_head.weight';
    return { model: finish('logits', project(last, weights.tensor(table, [vocabularySize, hiddenSize]))) };
  },
};
