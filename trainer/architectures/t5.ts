/**
 * T5 (Raffel et al. 2020), T5 1.1 and mT5, by the names of transformers' `modeling_t5.py`: positions relative to each other,
 * scores that are not scaled, normalised before each sub-layer and without a mean.
 */
import { add, mul } from '../graph/operators/elementwise.ts';
import type { Value } from '../graph/value.ts';
import type { ArchitectureOf } from '../huggingface/architectures.ts';
import type { ConfigOf } from '../huggingface/config.ts';
import { type Activation, activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { attend, biasOf, type Heads, later, splitHeads, type Timeline, timeline } from './attention.ts';
import type { KeysAndValues } from './key-value-cache.ts';
import { linear, project, rmsNorm } from './layers.ts';
import { relativeBias } from './relative-positions.ts';
import { type DecoderContext, type EncoderContext, encoderGraph, sequenceToSequence } from './sequence-to-sequence.ts';
import { type GraphWeights, unbuildable, type Weights } from './weights.ts';

/** A table of more distances than any text has tokens would only fill memory. */
const mostDistances = 100_000;

export const t5: Architecture<'t5' | 'mt5'> = {
  naming: {
    prefix: 'transformer.',
    unneeded: [
      // Copies of the table that all share.
      /^(shared|(en|de)coder\.embed_tokens|lm_head)\.weight$/,
      // Old versions of transformers made this one and never used it.
      /^decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight$/,
      /^(classification_head|classifier|qa_outputs)\./,
    ],
  },
  build(config, all) {
    const settings = settingsOf(config, all);
    const encode = (context: EncoderContext): Value => encodeText(new T5Layers(context.weights, settings), context, settings.encoderLayers);
    if (config.architectures.some(name => name.endsWith('EncoderModel'))) return { model: encoderGraph(all, { encode }) };
    return sequenceToSequence(all, {
      hiddenSize: settings.hiddenSize,
      decoderLayers: settings.decoderLayers,
      heads: settings.heads,
      encode,
      decode: context => decodeText(new T5Layers(context.weights, settings), context, settings.decoderLayers),
    });
  },
};

interface Settings extends Omit<ArchitectureOf<'t5'>, 'heads' | 'activation'> {
  readonly heads: Heads;
  readonly activation: Activation;
  /** The name of the embedding's table. */
  readonly words: string;
  /** Whether the output layer is that table, too. */
  readonly tied: boolean;
}

function settingsOf({ architecture, file, tiedEmbeddings }: ConfigOf<'t5' | 'mt5'>, all: Weights): Settings {
  const { relativeBuckets, relativeDistance, heads, headSize } = architecture;
  if (relativeBuckets % 4 !== 0) throw unbuildable(file, `relative_attention_num_buckets is ${relativeBuckets}`, 'a multiple of 4');
  if (relativeDistance > mostDistances || relativeDistance <= relativeBuckets / 2) {
    throw unbuildable(file, `relative_attention_max_distance is ${relativeDistance}`, `${relativeBuckets / 2 + 1} to ${mostDistances}`);
  }
  return {
    ...architecture,
    heads: { count: heads, width: headSize },
    activation: activationOf(architecture.activation, file),
    words: all.firstOf(['shared.weight', 'encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'lm_head.weight']),
    tied: tiedEmbeddings,
  };
}

function encodeText(layers: T5Layers, { ids, bias: padding }: EncoderContext, count: number): Value {
  const bias = add(layers.positions('encoder', timeline(ids, undefined)), padding);
  let states = layers.embed(ids);
  for (let layer = 0; layer < count; layer++) {
    const name = `encoder.block.${layer}.layer`;
    const site = `${name}.0.SelfAttention`;
    states = layers.around(`${name}.0`, states, normal => {
      const seen = layers.keysAndValues(site, normal);
      return layers.attention(site, `encoder.layers.${layer}.self_attention`, normal, seen, bias);
    });
    states = layers.feedForward(`${name}.1`, states);
  }
  return layers.normalise('encoder.final_layer_norm', states);
}

function decodeText(layers: T5Layers, { ids, times, crossBias, remember, memory }: DecoderContext, count: number): Value {
  const selfBias = add(layers.positions('decoder', times), biasOf(later(times)));
  let states = layers.embed(ids);
  for (let layer = 0; layer < count; layer++) {
    const name = `decoder.block.${layer}.layer`;
    const [own, cross] = [`${name}.0.SelfAttention`, `${name}.1.EncDecAttention`];
    states = layers.around(`${name}.0`, states, normal => {
      const seen = remember(layers.keysAndValues(own, normal));
      return layers.attention(own, `decoder.layers.${layer}.self_attention`, normal, seen, selfBias);
    });
    states = layers.around(`${name}.1`, states, normal => {
      const said = memory(encoded => layers.keysAndValues(cross, encoded));
      return layers.attention(cross, `decoder.layers.${layer}.cross_attention`, normal, said, crossBias);
    });
    states = layers.feedForward(`${name}.2`, states);
  }
  return layers.logits(layers.normalise('decoder.final_layer_norm', states));
}

/** What a graph of T5 is made of, over its weights. */
class T5Layers {
  constructor(
    private readonly weights: GraphWeights,
    private readonly settings: Settings,
  ) {}

  embed(ids: Value): Value {
    const { words, vocabularySize, hiddenSize } = this.settings;
    return this.weights.rows(words, [vocabularySize, hiddenSize], ids);
  }

  /** What the distances between keys and queries add to scores; every layer has the table of the first. */
  positions(stack: 'encoder' | 'decoder', times: Timeline): Value {
    const { relativeBuckets, relativeDistance, heads } = this.settings;
    const name = `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;
    const table = this.weights.tensor(name, [relativeBuckets, heads.count]);
    return relativeBias(table, times, { count: relativeBuckets, furthest: relativeDistance, bothWays: stack === 'encoder' });
  }

  normalise(name: string, states: Value): Value {
    return rmsNorm(this.weights, name, states, this.settings.layerNormEpsilon);
  }

  /** A sub-layer and what goes round it; `compute` is given the normalised states. */
  around(name: string, states: Value, compute: (normal: Value) => Value): Value {
    return add(states, compute(this.normalise(`${name}.layer_norm`, states)));
  }

  keysAndValues(name: string, x: Value): KeysAndValues {
    return { key: this.#heads(`${name}.k`, x), value: this.#heads(`${name}.v`, x) };
  }

  /** @param shown how the graph calls it */
  attention(name: string, shown: string, normal: Value, { key, value }: KeysAndValues, bias: Value): Value {
    const attended = attend({ query: this.#heads(`${name}.q`, normal), key, value }, bias, 1, shown);
    return linear(this.weights, `${name}.o`, attended, this.settings.hiddenSize, 'never');
  }

  feedForward(name: string, states: Value): Value {
    const { gated, activation, intermediateSize, hiddenSize } = this.settings;
    const layer = (part: string, x: Value, out: number): Value => linear(this.weights, `${name}.DenseReluDense.${part}`, x, out, 'never');
    return this.around(name, states, normal => {
      const inner = activation(layer(gated ? 'wi_0' : 'wi', normal, intermediateSize));
      return layer('wo', gated ? mul(inner, layer('wi_1', normal, intermediateSize)) : inner, hiddenSize);
    });
  }

  /** An output layer that is the embedding's table takes states scaled down, as they were in training. */
  logits(states: Value): Value {
    const { tied, words, vocabularySize, hiddenSize } = this.settings;
    const table = this.weights.tensor(tied ? words : 'lm_head.weight', [vocabularySize, hiddenSize]);
    return project(tied ? mul(states, hiddenSize ** -0.5) : states, table);
  }

  #heads(name: string, x: Value): Value {
    const { heads } = this.settings;
    return splitHeads(linear(this.weights, name, x, heads.count * heads.width, 'never'), heads);
  }
}
