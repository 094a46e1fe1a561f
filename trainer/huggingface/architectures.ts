/**
 * What `config.json` says of a model's architecture, by `model_type`: the names of transformers' configuration classes on the
 * left, defaults as those classes have them.
 */
import * as z from 'zod';
import { maybe, or } from './json.ts';

const count = z.int().min(1).max(100_000_000);
const layers = z.int().min(1).max(10_000);
const heads = z.int().min(1).max(10_000);
const epsilon = z.number().min(0).max(1);
const activation = z.string().max(100);
const flag = z.boolean();

/** Each head has `width / heads` numbers, unless it is said. */
function divides(width: number, by: number): boolean {
  return width % by === 0;
}
const indivisible = { message: 'the width is no multiple of the number of heads' };

interface LayerDefaults {
  readonly width?: number;
  readonly heads?: number;
  readonly activation?: string;
}

/** Layers as BERT, its kin and ViT call what they are made of. */
function layerFields({ width = 768, heads: headCount = 12, activation: named = 'gelu' }: LayerDefaults) {
  return {
    hidden_size: or(count, width),
    num_hidden_layers: or(layers, 12),
    num_attention_heads: or(heads, headCount),
    intermediate_size: or(count, 4 * width),
    hidden_act: or(activation, named),
    layer_norm_eps: or(epsilon, 1e-12),
  };
}
type LayerFields = z.output<z.ZodObject<ReturnType<typeof layerFields>>>;

const headsDivide = (config: LayerFields): boolean => divides(config.hidden_size, config.num_attention_heads);

function layerSizes(config: LayerFields) {
  return {
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    intermediateSize: config.intermediate_size,
    activation: config.hidden_act,
    layerNormEpsilon: config.layer_norm_eps,
  };
}

interface BertDefaults extends LayerDefaults {
  readonly vocabulary: number;
  readonly embedding?: number;
}

function bertFields(otherwise: BertDefaults) {
  return {
    ...layerFields(otherwise),
    vocab_size: or(count, otherwise.vocabulary),
    embedding_size: maybe(count),
    max_position_embeddings: or(count, 512),
    type_vocab_size: or(z.int().min(0).max(1000), 2),
    position_embedding_type: or(z.string().max(100), 'absolute'),
  };
}

function bertSizes(config: z.output<z.ZodObject<ReturnType<typeof bertFields>>>, { embedding }: BertDefaults) {
  return {
    ...layerSizes(config),
    vocabularySize: config.vocab_size,
    /** Of the embeddings, where a projection follows them. */
    embeddingSize: config.embedding_size ?? embedding ?? config.hidden_size,
    maxPositions: config.max_position_embeddings,
    typeVocabularySize: config.type_vocab_size,
    positionKind: config.position_embedding_type,
  };
}

/** BERT, RoBERTa, XLM-RoBERTa, CamemBERT, ELECTRA: encoders with learned positions, layers normalised after the sum. */
function bertLike(otherwise: BertDefaults) {
  return z
    .object(bertFields(otherwise))
    .refine(headsDivide, indivisible)
    .transform(config => bertSizes(config, otherwise));
}

const albertDefaults: BertDefaults = { vocabulary: 30_000, embedding: 128, width: 4096, heads: 64, activation: 'gelu_new' };
/** ALBERT shares the weights of its layers in groups. */
const albert = z
  .object({ ...bertFields(albertDefaults), num_hidden_groups: or(layers, 1), inner_group_num: or(layers, 1) })
  .refine(headsDivide, indivisible)
  .transform(config => ({ ...bertSizes(config, albertDefaults), groups: config.num_hidden_groups, layersInGroup: config.inner_group_num }));

const distilbert = z
  .object({
    vocab_size: or(count, 30_522),
    dim: or(count, 768),
    n_layers: or(layers, 6),
    n_heads: or(heads, 12),
    hidden_dim: or(count, 3072),
    activation: or(activation, 'gelu'),
    max_position_embeddings: or(count, 512),
    sinusoidal_pos_embds: or(flag, false),
  })
  .refine(config => divides(config.dim, config.n_heads), indivisible)
  .transform(config => ({
    vocabularySize: config.vocab_size,
    hiddenSize: config.dim,
    layers: config.n_layers,
    heads: config.n_heads,
    intermediateSize: config.hidden_dim,
    activation: config.activation,
    layerNormEpsilon: 1e-12,
    maxPositions: config.max_position_embeddings,
  }));

const gpt2 = z
  .object({
    vocab_size: or(count, 50_257),
    n_positions: or(count, 1024),
    n_embd: or(count, 768),
    n_layer: or(layers, 12),
    n_head: or(heads, 12),
    n_inner: maybe(count),
    activation_function: or(activation, 'gelu_new'),
    layer_norm_epsilon: or(epsilon, 1e-5),
    scale_attn_weights: or(flag, true),
    scale_attn_by_inverse_layer_idx: or(flag, false),
  })
  .refine(config => divides(config.n_embd, config.n_head), indivisible)
  .transform(config => ({
    vocabularySize: config.vocab_size,
    maxPositions: config.n_positions,
    hiddenSize: config.n_embd,
    layers: config.n_layer,
    heads: config.n_head,
    intermediateSize: config.n_inner ?? 4 * config.n_embd,
    activation: config.activation_function,
    layerNormEpsilon: config.layer_norm_epsilon,
    scaleScores: config.scale_attn_weights,
    scaleScoresByLayer: config.scale_attn_by_inverse_layer_idx,
  }));

/** Rotary positions: `rope_theta` and `rope_scaling` of transformers 4, `rope_parameters` of 5. */
const rope = z.looseObject({
  rope_type: maybe(z.string().max(100)),
  type: maybe(z.string().max(100)),
  rope_theta: maybe(z.number().positive()),
  factor: maybe(z.number().positive()),
  low_freq_factor: maybe(z.number().positive()),
  high_freq_factor: maybe(z.number().positive()),
  original_max_position_embeddings: maybe(count),
});

/** Llama, Mistral, Qwen 2 and 3: decoders with rotary positions, grouped queries, gated feed-forward layers. */
function llamaLike(otherwise: { readonly keyValueHeads?: number; readonly headSize?: number; readonly queryBias?: boolean; readonly headNorm?: boolean }) {
  return z
    .object({
      vocab_size: or(count, 32_000),
      hidden_size: or(count, 4096),
      intermediate_size: or(count, 11_008),
      num_hidden_layers: or(layers, 32),
      num_attention_heads: or(heads, 32),
      num_key_value_heads: maybe(heads),
      head_dim: maybe(count),
      hidden_act: or(activation, 'silu'),
      rms_norm_eps: or(epsilon, 1e-6),
      max_position_embeddings: or(count, 2048),
      rope_theta: maybe(z.number().positive()),
      rope_scaling: maybe(rope),
      rope_parameters: maybe(rope),
      attention_bias: or(flag, false),
      mlp_bias: or(flag, false),
      sliding_window: maybe(count),
      use_sliding_window: maybe(flag),
    })
    .refine(
      config => config.head_dim !== undefined || otherwise.headSize !== undefined || divides(config.hidden_size, config.num_attention_heads),
      indivisible,
    )
    .refine(config => divides(config.num_attention_heads, config.num_key_value_heads ?? otherwise.keyValueHeads ?? config.num_attention_heads), {
      message: 'num_attention_heads is no multiple of num_key_value_heads',
    })
    .transform(config => {
      const scaling = config.rope_parameters ?? config.rope_scaling;
      const kind = scaling?.rope_type ?? scaling?.type ?? 'default';
      return {
        vocabularySize: config.vocab_size,
        hiddenSize: config.hidden_size,
        intermediateSize: config.intermediate_size,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        keyValueHeads: config.num_key_value_heads ?? otherwise.keyValueHeads ?? config.num_attention_heads,
        headSize: config.head_dim ?? otherwise.headSize ?? config.hidden_size / config.num_attention_heads,
        activation: config.hidden_act,
        rmsNormEpsilon: config.rms_norm_eps,
        maxPositions: config.max_position_embeddings,
        rope: {
          theta: scaling?.rope_theta ?? config.rope_theta ?? 10_000,
          /** `default`, `linear`, `dynamic`, `llama3`, `yarn` … */
          kind,
          factor: scaling?.factor,
          lowFrequencyFactor: scaling?.low_freq_factor,
          highFrequencyFactor: scaling?.high_freq_factor,
          originalMaxPositions: scaling?.original_max_position_embeddings,
        },
        /** Of the projections of query, key and value. */
        attentionBias: config.attention_bias || otherwise.queryBias === true,
        /** Of the projection after them. */
        outputBias: config.attention_bias,
        feedForwardBias: config.mlp_bias,
        /** Whether queries and keys are normalised head by head. */
        headNorm: otherwise.headNorm === true,
        slidingWindow: config.use_sliding_window === false ? undefined : config.sliding_window,
      };
    });
}

/** T5 1.0 has `relu`, T5 1.1 and mT5 `gated-gelu`. */
function t5Like(otherwise: { readonly vocabulary: number; readonly feedForward: string; readonly width: number; readonly inner: number; readonly layers: number; readonly heads: number }) {
  return z
    .object({
      vocab_size: or(count, otherwise.vocabulary),
      d_model: or(count, otherwise.width),
      d_kv: or(count, 64),
      d_ff: or(count, otherwise.inner),
      num_layers: or(layers, otherwise.layers),
      num_decoder_layers: maybe(layers),
      num_heads: or(heads, otherwise.heads),
      relative_attention_num_buckets: or(count, 32),
      relative_attention_max_distance: or(count, 128),
      layer_norm_epsilon: or(epsilon, 1e-6),
      feed_forward_proj: or(activation, otherwise.feedForward),
    })
    .transform(config => {
      const gated = config.feed_forward_proj.startsWith('gated-');
      const named = gated ? config.feed_forward_proj.slice('gated-'.length) : config.feed_forward_proj;
      return {
        vocabularySize: config.vocab_size,
        hiddenSize: config.d_model,
        headSize: config.d_kv,
        intermediateSize: config.d_ff,
        encoderLayers: config.num_layers,
        decoderLayers: config.num_decoder_layers ?? config.num_layers,
        heads: config.num_heads,
        relativeBuckets: config.relative_attention_num_buckets,
        relativeDistance: config.relative_attention_max_distance,
        layerNormEpsilon: config.layer_norm_epsilon,
        gated,
        // "gated-gelu" has always meant the approximation by tanh (transformers, configuration_t5.py).
        activation: gated && named === 'gelu' ? 'gelu_new' : named,
      };
    });
}

/** BART, mBART, Marian, M2M-100, Whisper: an encoder and a decoder with names of fairseq's. */
function bartLike(otherwise: { readonly vocabulary: number; readonly positions: number; readonly activation: string; readonly layers: number; readonly width: number; readonly heads: number; readonly inner: number; readonly scaled?: boolean }) {
  return z
    .object({
      vocab_size: or(count, otherwise.vocabulary),
      d_model: or(count, otherwise.width),
      encoder_layers: or(layers, otherwise.layers),
      encoder_attention_heads: or(heads, otherwise.heads),
      encoder_ffn_dim: or(count, otherwise.inner),
      decoder_layers: or(layers, otherwise.layers),
      decoder_attention_heads: or(heads, otherwise.heads),
      decoder_ffn_dim: or(count, otherwise.inner),
      decoder_vocab_size: maybe(count),
      activation_function: or(activation, otherwise.activation),
      max_position_embeddings: or(count, otherwise.positions),
      scale_embedding: or(flag, otherwise.scaled ?? false),
      share_encoder_decoder_embeddings: or(flag, true),
      num_mel_bins: or(count, 80),
      max_source_positions: or(count, 1500),
      max_target_positions: or(count, 448),
    })
    .refine(config => divides(config.d_model, config.encoder_attention_heads) && divides(config.d_model, config.decoder_attention_heads), indivisible)
    .transform(config => ({
      vocabularySize: config.vocab_size,
      decoderVocabularySize: config.decoder_vocab_size ?? config.vocab_size,
      hiddenSize: config.d_model,
      encoderLayers: config.encoder_layers,
      encoderHeads: config.encoder_attention_heads,
      encoderIntermediateSize: config.encoder_ffn_dim,
      decoderLayers: config.decoder_layers,
      decoderHeads: config.decoder_attention_heads,
      decoderIntermediateSize: config.decoder_ffn_dim,
      activation: config.activation_function,
      layerNormEpsilon: 1e-5,
      maxPositions: config.max_position_embeddings,
      scaleEmbedding: config.scale_embedding,
      shareEmbeddings: config.share_encoder_decoder_embeddings,
      /** Of Whisper: rows of the spectrogram, frames after the convolutions, tokens. */
      speech: { melBins: config.num_mel_bins, maxSource: config.max_source_positions, maxTarget: config.max_target_positions },
    }));
}

const side = z.union([count.transform(length => [length, length] as const), z.tuple([count, count])]);

/** ViT, and DeiT, which has one more token. */
const vit = z
  .object({
    ...layerFields({}),
    image_size: or(side, [224, 224] as const),
    patch_size: or(side, [16, 16] as const),
    num_channels: or(z.int().min(1).max(1000), 3),
    qkv_bias: or(flag, true),
  })
  .refine(headsDivide, indivisible)
  .refine(config => config.patch_size[0] <= config.image_size[0] && config.patch_size[1] <= config.image_size[1], { message: 'patch_size is over image_size' })
  .transform(config => ({
    ...layerSizes(config),
    /** Height and width, in pixels. */
    image: config.image_size,
    patch: config.patch_size,
    channels: config.num_channels,
    attentionBias: config.qkv_bias,
  }));

const bart = { vocabulary: 50_265, positions: 1024, activation: 'gelu', layers: 12, width: 1024, heads: 16, inner: 4096 } as const;
const roberta = bertLike({ vocabulary: 50_265 });

/** By `model_type`. */
export const architectures = {
  bert: bertLike({ vocabulary: 30_522 }),
  roberta,
  'xlm-roberta': roberta,
  camembert: roberta,
  electra: bertLike({ vocabulary: 30_522, embedding: 128, width: 256, heads: 4 }),
  distilbert,
  albert,
  gpt2,
  llama: llamaLike({}),
  mistral: llamaLike({ keyValueHeads: 8 }),
  qwen2: llamaLike({ queryBias: true }),
  qwen3: llamaLike({ headSize: 128, headNorm: true }),
  t5: t5Like({ vocabulary: 32_128, feedForward: 'relu', width: 512, inner: 2048, layers: 6, heads: 8 }),
  mt5: t5Like({ vocabulary: 250_112, feedForward: 'gated-gelu', width: 512, inner: 1024, layers: 8, heads: 6 }),
  marian: bartLike({ ...bart, vocabulary: 58_101 }),
  bart: bartLike(bart),
  mbart: bartLike(bart),
  m2m_100: bartLike({ ...bart, vocabulary: 128_112, activation: 'relu', scaled: true }),
  whisper: bartLike({ vocabulary: 51_865, positions: 448, activation: 'gelu', layers: 4, width: 384, heads: 6, inner: 1536 }),
  vit,
  deit: vit,
} as const;

export type KnownModelType = keyof typeof architectures;
export type ArchitectureOf<Type extends KnownModelType> = Readonly<z.output<(typeof architectures)[Type]>>;

export function isKnownModelType(type: string): type is KnownModelType {
  return Object.hasOwn(architectures, type);
}
