import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catchFailure } from '../../protocol/failure.fixture.ts';
import { parseConfig } from './config.ts';
import { parseGenerationConfig } from './generation-config.ts';
import { parseImageProcessing } from './preprocessor-config.ts';

const config = (json: unknown) => parseConfig(JSON.stringify(json), 'm/config.json');

describe('parseConfig', () => {
  it('knows the architecture and fills in what transformers takes for granted', () => {
    const bert = config({ model_type: 'bert', architectures: ['BertForTokenClassification'], hidden_size: 384, num_hidden_layers: 3, num_attention_heads: 12, id2label: { 1: 'B', 0: 'A', 3: 'D' } });
    if (bert.modelType !== 'bert') throw new Error(bert.modelType);
    expect(bert.architecture).toMatchObject({ hiddenSize: 384, layers: 3, heads: 12, intermediateSize: 3072, layerNormEpsilon: 1e-12, typeVocabularySize: 2, embeddingSize: 384, vocabularySize: 30_522 });
    expect(bert.task).toBe('token-classification');
    expect(bert.labels).toEqual(['A', 'B', 'LABEL_2', 'D']);
    expect(bert.tiedEmbeddings).toBe(true);
  });

  it('reads null as left out', () => {
    const gpt2 = config({ model_type: 'gpt2', n_inner: null, n_embd: 48, n_head: 3, pad_token_id: null });
    if (gpt2.modelType !== 'gpt2') throw new Error(gpt2.modelType);
    expect(gpt2.architecture.intermediateSize).toBe(192);
    expect(gpt2.task).toBe('causal-lm');
    expect(gpt2.tokens.pad).toBeUndefined();
  });

  it('reads rotary positions of both versions of transformers', () => {
    const old = config({ model_type: 'llama', hidden_size: 64, num_attention_heads: 8, num_key_value_heads: 4, rope_theta: 500_000, rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 } });
    const current = config({ model_type: 'qwen3', hidden_size: 1024, num_attention_heads: 16, num_key_value_heads: 8, rope_parameters: { rope_type: 'default', rope_theta: 1e6 }, tie_word_embeddings: true });
    if (old.modelType !== 'llama' || current.modelType !== 'qwen3') throw new Error('other');
    expect(old.architecture.rope).toEqual({ kind: 'llama3', theta: 500_000, factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 });
    expect(old.architecture).toMatchObject({ headSize: 8, keyValueHeads: 4, attentionBias: false });
    expect(old.tiedEmbeddings).toBe(false);
    expect(current.architecture.rope).toMatchObject({ kind: 'default', theta: 1e6 });
    expect(current.architecture).toMatchObject({ headSize: 128, headNorm: true });
    expect(current.tiedEmbeddings).toBe(true);
  });

  it('infers what a model is for', () => {
    const taskOf = (json: unknown): unknown => config(json).task;
    expect(taskOf({ architectures: ['RobertaForSequenceClassification'] })).toBe('sequence-classification');
    expect(taskOf({ architectures: ['BertForMaskedLM'] })).toBe('masked-lm');
    expect(taskOf({ architectures: ['GPT2LMHeadModel'] })).toBe('causal-lm');
    expect(taskOf({ architectures: ['MarianMTModel'], model_type: 'marian' })).toBe('seq2seq-lm');
    expect(taskOf({ architectures: ['T5ForConditionalGeneration'] })).toBe('seq2seq-lm');
    expect(taskOf({ architectures: ['WhisperForConditionalGeneration'], model_type: 'whisper' })).toBe('speech-seq2seq');
    expect(taskOf({ architectures: ['ViTForImageClassification'], model_type: 'vit' })).toBe('image-classification');
    expect(taskOf({ architectures: ['BertModel'] })).toBe('feature-extraction');
    expect(taskOf({ model_type: 'mistral' })).toBe('causal-lm');
    expect(taskOf({ model_type: 'mystery' })).toBeUndefined();
    // Two classes are the default, which transformers leaves out.
    expect(config({ model_type: 'distilbert', architectures: ['DistilBertForSequenceClassification'] }).labels).toEqual(['LABEL_0', 'LABEL_1']);
  });

  it('takes models of types that it does not know', () => {
    const other = config({ model_type: 'mamba9', vocab_size: 7, state_size: [1] });
    expect([other.modelType, other.declaredType, other.vocabularySize]).toEqual(['other', 'mamba9', 7]);
  });

  it.each([
    ['{', 'm/config.json is not JSON'],
    ['[]', 'the file: '],
    ['{"model_type":"bert","hidden_size":"big"}', '"hidden_size"'],
    ['{"model_type":"bert","hidden_size":100,"num_attention_heads":12}', 'no multiple of the number of heads'],
    ['{"model_type":"llama","num_attention_heads":8,"num_key_value_heads":3}', 'num_key_value_heads'],
    ['{"model_type":"gpt2","n_layer":1e12}', '"n_layer"'],
    ['{"model_type":"vit","image_size":8}', 'patch_size'],
    ['{"id2label":{"x":"y"}}', '"id2label.x"'],
    ['{"id2label":{"99999999":"y"}}', '"id2label.99999999"'],
  ])('refuses %s', (text, found) => {
    const refusal = catchFailure(() => parseConfig(text, 'm/config.json'));
    expect(refusal.code).toBe('broken-model');
    expect(refusal.message).toContain('m/config.json');
    expect(refusal.message).toContain(found);
  });
});

describe('parseGenerationConfig', () => {
  it('goes before config.json, which speaks where it is silent', () => {
    const marian = config({ model_type: 'marian', decoder_start_token_id: 5, bad_words_ids: [[5]], min_length: 6, max_length: 512, eos_token_id: 0, pad_token_id: 5, forced_eos_token_id: 0 });
    const generation = parseGenerationConfig(JSON.stringify({ min_length: 4, eos_token_id: [0, 9] }), 'm/generation_config.json', marian);
    expect(generation).toMatchObject({ decoderStart: 5, minLength: 4, maxLength: 512, eos: [0, 9], forcedEos: 0, badWords: [[5]], noRepeatNgram: 0, repetitionPenalty: 1 });
  });

  it('knows where a decoder starts', () => {
    const start = (json: unknown): number | undefined => parseGenerationConfig(undefined, 'm/config.json', config(json)).decoderStart;
    expect(start({ model_type: 't5', pad_token_id: 0 })).toBe(0);
    expect(start({ model_type: 'bart', bos_token_id: 0, pad_token_id: 1, decoder_start_token_id: 2 })).toBe(2);
    expect(start({ model_type: 'bart', bos_token_id: 0, pad_token_id: 1 })).toBe(0);
    expect(start({ model_type: 'gpt2', bos_token_id: 3 })).toBeUndefined();
  });

  it('reads tokens that are forced or forbidden', () => {
    const whisper = parseGenerationConfig(JSON.stringify({ forced_decoder_ids: [[1, 50_259], [2, null], [3, 50_363]], suppress_tokens: [-1], begin_suppress_tokens: [220, 50_257] }), 'g', config({ model_type: 'whisper' }));
    expect([...whisper.forcedTokens]).toEqual([[0, 50_259], [2, 50_363]]);
    expect(whisper.suppressed).toEqual([]);
    expect(whisper.suppressedFirst).toEqual([220, 50_257]);
  });

  it('names its file and the key', () => {
    expect(catchFailure(() => parseGenerationConfig('{"repetition_penalty":0}', 'm/generation_config.json', config({}))).message).toMatch(/m\/generation_config\.json.*"repetition_penalty"/);
    expect(catchFailure(() => parseGenerationConfig('{}', 'm/generation_config.json', config({ max_length: 'long' }))).message).toMatch(/m\/config\.json.*"max_length"/);
  });
});

describe('parseImageProcessing', () => {
  const parse = (json: unknown) => parseImageProcessing(JSON.stringify(json), 'm/preprocessor_config.json');
  it('reads what ViT, DeiT and CLIP say, and what they leave out', () => {
    expect(parse({ image_processor_type: 'ViTImageProcessor', size: { height: 384, width: 384 }, resample: 2, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] })).toEqual({
      resize: { kind: 'exact', height: 384, width: 384 }, resample: 'bilinear', crop: undefined, scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5],
    });
    expect(parse({ feature_extractor_type: 'ViTFeatureExtractor', size: 224 })).toMatchObject({ resize: { kind: 'exact', height: 224, width: 224 }, crop: undefined });
    expect(parse({ feature_extractor_type: 'DeiTFeatureExtractor', size: 256, crop_size: 224 })).toMatchObject({ resize: { kind: 'exact', height: 256 }, crop: { height: 224, width: 224 }, resample: 'bicubic', mean: [0.485, 0.456, 0.406] });
    expect(parse({ image_processor_type: 'CLIPImageProcessor', size: { shortest_edge: 336 }, crop_size: 336 })).toMatchObject({ resize: { kind: 'shortest-edge', length: 336 }, crop: { height: 336, width: 336 } });
    expect(parse({ do_resize: false, do_rescale: false, do_normalize: false })).toMatchObject({ resize: undefined, scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1] });
  });

  it('refuses what cannot be', () => {
    expect(() => parse({ image_mean: [0.5], image_std: [0.5, 0.5] })).toThrow('as many numbers');
    expect(() => parse({ image_std: [0, 1, 1] })).toThrow('more than 0');
    expect(() => parse({ size: { height: 1e9, width: 1 } })).toThrow('"size');
  });
});

const folder = fileURLToPath(new URL('../../../shared/models/tiny_t5/', import.meta.url));
const present = existsSync(folder);

it.skipIf(!present)(`reads tiny_t5${present ? '' : ' (skipped: ../shared/models/tiny_t5 is not here)'}`, () => {
  const t5 = parseConfig(readFileSync(`${folder}config.json`, 'utf8'), 'config.json');
  if (t5.modelType !== 't5') throw new Error(t5.modelType);
  expect(t5.architecture).toMatchObject({ hiddenSize: 8, headSize: 4, heads: 2, encoderLayers: 2, decoderLayers: 2, gated: false, activation: 'relu', relativeBuckets: 32 });
  expect(t5.prefixes['translation_en_to_de']).toBe('translate English to German: ');
  expect(parseGenerationConfig(readFileSync(`${folder}generation_config.json`, 'utf8'), 'g', t5)).toMatchObject({ decoderStart: 0, eos: [1] });
});
