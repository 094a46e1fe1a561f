/**
 * Marian (Junczys-Dowmunt et al. 2018), BART (Lewis et al. 2020) and mBART (Liu et al. 2020), by the names that transformers'
 * `modeling_marian.py` and `modeling_bart.py` share.
 */
import { add, mul } from '../graph/operators/elementwise.ts';
import { embed } from '../graph/operators/lookup.ts';
import type { Value } from '../graph/value.ts';
import type { ArchitectureOf } from '../huggingface/architectures.ts';
import type { ConfigOf } from '../huggingface/config.ts';
import { type Activation, activationOf } from './activations.ts';
import type { Architecture } from './architecture.ts';
import { attend, biasOf, type Heads, later, splitHeads, timeline } from './attention.ts';
import type { KeysAndValues } from './key-value-cache.ts';
import { layerNorm, linear, project } from './layers.ts';
import { type DecoderContext, type EncoderContext, sequenceToSequence } from './sequence-to-sequence.ts';
import { sinusoids } from './sinusoids.ts';
import { type GraphWeights, unbuildable, type Weights } from './weights.ts';

/** Where the three differ. */
interface Variant {
  readonly positions: 'sinusoids' | 'learned';
  /** Whether embeddings are normalised. */
  readonly normalisesEmbeddings: boolean;
  /** Whether each sub-layer is normalised before it and the last states once more; else after each sum. */
  readonly normalisesBefore: boolean;
}

const variants: Readonly<Record<'marian' | 'bart' | 'mbart', Variant>> = {
  marian: { positions: 'sinusoids', normalisesEmbeddings: false, normalisesBefore: false },
  bart: { positions: 'learned', normalisesEmbeddings: true, normalisesBefore: false },
  mbart: { positions: 'learned', normalisesEmbeddings: true, normalisesBefore: true },
};

/** The first learned positions are two that fairseq kept for padding. */
const positionOffset = 2;
/** Numbers of a table of sinusoids, which is stored in the graph. */
const mostSinusoids = 1 << 26;

export const bart: Architecture<'marian' | 'bart' | 'mbart'> = {
  naming: {
    prefix: 'model.',
    unneeded: [
      // Copies of the table that all share.
      /^(shared|(en|de)coder\.embed_tokens|lm_head)\.weight$/,
      // Sinusoids that were stored all the same.
      /^(en|de)coder\.embed_positions\.weight$/,
      /^(en|de)coder\.version$/,
      /^(classification_head|qa_outputs)\./,
    ],
  },
  build(config, all) {
    const settings = settingsOf(config, all);
    return sequenceToSequence(all, {
      hiddenSize: settings.hiddenSize,
      decoderLayers: settings.decoderLayers,
      heads: settings.heads.decoder,
      encode: context => encodeText(new BartLayers(context.weights, 'encoder', settings), context, settings.encoderLayers),
      decode: context => decodeText(new BartLayers(context.weights, 'decoder', settings), context, settings.decoderLayers),
    });
  },
};

type Stack = 'encoder' | 'decoder';

interface Settings extends Variant, Omit<ArchitectureOf<'bart'>, 'activation'> {
  readonly activation: Activation;
  readonly heads: Readonly<Record<Stack, Heads>>;
  /** Names of the embeddings' tables. */
  readonly words: Readonly<Record<Stack, string>>;
  /** Name of the output layer's. */
  readonly output: string;
}

function settingsOf(config: ConfigOf<'marian' | 'bart' | 'mbart'>, all: Weights): Settings {
  const { architecture, file } = config;
  const { hiddenSize, maxPositions, encoderHeads, decoderHeads } = architecture;
  if (config.task !== 'seq2seq-lm' && config.task !== 'feature-extraction') {
    throw unbuildable(file, `architectures are [${config.architectures.join(', ')}]`, 'a model that writes: one for conditional generation');
  }
  if (maxPositions * hiddenSize > mostSinusoids) {
    throw unbuildable(file, `max_position_embeddings is ${maxPositions}`, `at most ${Math.floor(mostSinusoids / hiddenSize)}`);
  }
  const [source, target, shared, output] = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'shared.weight', 'lm_head.weight'] as const;
  const words = { encoder: all.firstOf([source, shared, target, output]), decoder: all.firstOf([target, shared, source, output]) };
  const headsOf = (count: number): Heads => ({ count, width: hiddenSize / count });
  return {
    ...architecture,
    ...variants[config.modelType],
    activation: activationOf(architecture.activation, file),
    heads: { encoder: headsOf(encoderHeads), decoder: headsOf(decoderHeads) },
    words,
    output: config.tiedEmbeddings ? words.decoder : output,
  };
}

function encodeText(layers: BartLayers, { ids, bias }: EncoderContext, count: number): Value {
  let states = layers.enter(ids, timeline(ids, undefined).queries);
  for (let layer = 0; layer < count; layer++) {
    const name = `encoder.layers.${layer}`;
    const site = `${name}.self_attn`;
    states = layers.around(`${site}_layer_norm`, states, given =>
      layers.attention(site, `${name}.self_attention`, given, layers.keysAndValues(site, given), bias),
    );
    states = layers.feedForward(name, states);
  }
  return layers.leave(states);
}

function decodeText(layers: BartLayers, { ids, times, crossBias, remember, memory }: DecoderContext, count: number): Value {
  const selfBias = biasOf(later(times));
  let states = layers.enter(ids, times.queries);
  for (let layer = 0; layer < count; layer++) {
    const name = `decoder.layers.${layer}`;
    const [own, cross] = [`${name}.self_attn`, `${name}.encoder_attn`];
    states = layers.around(`${own}_layer_norm`, states, given =>
      layers.attention(own, `${name}.self_attention`, given, remember(layers.keysAndValues(own, given)), selfBias),
    );
    states = layers.around(`${cross}_layer_norm`, states, given => {
      const said = memory(encoded => layers.keysAndValues(cross, encoded));
      return layers.attention(cross, `${name}.cross_attention`, given, said, crossBias);
    });
    states = layers.feedForward(name, states);
  }
  return layers.logits(layers.leave(states));
}

/** What an encoder or a decoder is made of, over its weights. */
class BartLayers {
  constructor(
    private readonly weights: GraphWeights,
    private readonly stack: Stack,
    private readonly settings: Settings,
  ) {}

  /** @param places of the ids, int64 `[time]` */
  enter(ids: Value, places: Value): Value {
    const { words, vocabularySize, decoderVocabularySize, hiddenSize, scaleEmbedding, normalisesEmbeddings } = this.settings;
    const size = this.stack === 'encoder' ? vocabularySize : decoderVocabularySize;
    const rows = this.weights.rows(words[this.stack], [size, hiddenSize], ids);
    const placed = add(scaleEmbedding ? mul(rows, Math.sqrt(hiddenSize)) : rows, this.#positions(places));
    return normalisesEmbeddings ? this.#normalise(`${this.stack}.layernorm_embedding`, placed) : placed;
  }

  leave(states: Value): Value {
    return this.settings.normalisesBefore ? this.#normalise(`${this.stack}.layer_norm`, states) : states;
  }

  /** A sub-layer and what goes round it. */
  around(norm: string, states: Value, compute: (given: Value) => Value): Value {
    if (this.settings.normalisesBefore) return add(states, compute(this.#normalise(norm, states)));
    return this.#normalise(norm, add(states, compute(states)));
  }

  keysAndValues(name: string, x: Value): KeysAndValues {
    return { key: this.#heads(`${name}.k_proj`, x), value: this.#heads(`${name}.v_proj`, x) };
  }

  /** @param shown how the graph calls it */
  attention(name: string, shown: string, given: Value, { key, value }: KeysAndValues, bias: Value): Value {
    const query = this.#heads(`${name}.q_proj`, given);
    const attended = attend({ query, key, value }, bias, this.settings.heads[this.stack].width ** -0.5, shown);
    return linear(this.weights, `${name}.out_proj`, attended, this.settings.hiddenSize);
  }

  feedForward(name: string, states: Value): Value {
    const { activation, hiddenSize, encoderIntermediateSize, decoderIntermediateSize } = this.settings;
    const width = this.stack === 'encoder' ? encoderIntermediateSize : decoderIntermediateSize;
    return this.around(`${name}.final_layer_norm`, states, given =>
      linear(this.weights, `${name}.fc2`, activation(linear(this.weights, `${name}.fc1`, given, width)), hiddenSize),
    );
  }

  logits(states: Value): Value {
    const { output, decoderVocabularySize: size, hiddenSize } = this.settings;
    const logits = project(states, this.weights.tensor(output, [size, hiddenSize]));
    const bias = 'final_logits_bias';
    return this.weights.has(bias) ? add(logits, this.weights.tensor(bias, [1, size])) : logits;
  }

  #positions(places: Value): Value {
    const { positions, maxPositions, hiddenSize } = this.settings;
    if (positions === 'learned') {
      return this.weights.rows(`${this.stack}.embed_positions.weight`, [maxPositions + positionOffset, hiddenSize], add(places, positionOffset));
    }
    const table = sinusoids(maxPositions, hiddenSize);
    return embed(places.graph.constant('float32', [maxPositions, hiddenSize], table, 'positions.sinusoids'), places);
  }

  #normalise(name: string, states: Value): Value {
    return layerNorm(this.weights, name, states, this.settings.layerNormEpsilon);
  }

  #heads(name: string, x: Value): Value {
    return splitHeads(linear(this.weights, name, x, this.settings.hiddenSize), this.settings.heads[this.stack]);
  }
}
