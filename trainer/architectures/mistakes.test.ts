/** Weights and configs that do not fit each other, or that are of what nothing here computes: told by name. */
import { expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { TensorEntry, TensorFile } from '../formats/tensor-file.ts';
import { parseConfig } from '../huggingface/config.ts';
import { buildModel } from './build.ts';
import { fixtureFolder, openFolder } from './reference.fixture.ts';

interface Changes {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tensors?: (tensors: readonly TensorEntry[]) => readonly TensorEntry[];
}

/** What is told when a fixture is built with something changed. */
async function told(name: string, { config: changes = {}, tensors = same => same }: Changes): Promise<string> {
  const { config, file } = await openFolder(fixtureFolder(name));
  const changed: TensorFile = { ...file, path: '/models/theirs.safetensors', tensors: tensors(file.tensors) };
  try {
    const text = JSON.stringify({ ...config.json, ...changes });
    await buildModel(parseConfig(text, '/models/config.json'), changed);
    return 'nothing';
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.code}: ${thrown.message}`;
  } finally {
    await file.close();
  }
}

const edit = (name: string, change: (entry: TensorEntry) => Partial<TensorEntry>): Changes => ({
  tensors: tensors => tensors.map(entry => (entry.name === name ? { ...entry, ...change(entry) } : entry)),
});
const query = 'bert.encoder.layer.1.attention.self.query.weight';

test('a tensor that is missing is named, with what it should be', async () => {
  expect(await told('bert-classifier', { tensors: tensors => tensors.filter(({ name }) => name !== query) })).toBe(
    'broken-model: /models/theirs.safetensors: it holds no tensor "encoder.layer.1.attention.self.query.weight" ' +
      'or "bert.encoder.layer.1.attention.self.query.weight"; ' +
      'expected "encoder.layer.1.attention.self.query.weight" of [16, 16].',
  );
});

test('a layer more than there are weights for', async () => {
  expect(await told('llama-biased', { config: { num_hidden_layers: 9999 } })).toContain('"layers.2.input_layernorm.weight"');
});

test('a tensor that the architecture does not have is named: what would be left out is another model', async () => {
  const extra: TensorEntry = { name: 'bert.encoder.layer.0.attention.self.distance_embedding.weight', dtype: 'float32', shape: [2], bytes: 8 };
  expect(await told('bert-classifier', { tensors: tensors => [...tensors, extra] })).toContain(
    `it holds "${extra.name}", which a model of config.json's kind does not have`,
  );
  expect(await told('bert-classifier', { config: { num_hidden_layers: 1 } })).toMatch(/it holds "bert\.encoder\.layer\.1\..*" and 15 more/);
  const buffer: TensorEntry = { name: 'bert.embeddings.position_ids', dtype: 'int64', shape: [1, 20], bytes: 160 };
  expect(await told('bert-classifier', { tensors: tensors => [...tensors, buffer] })).toBe('nothing');
});

test('a tensor of another shape is named, with both', async () => {
  expect(await told('gpt2', { config: { vocab_size: 41 } })).toContain('tensor "transformer.wte.weight" is of [40, 16]; expected [41, 16], as config.json says');
});

test.each([
  ['of whole numbers', (): Partial<TensorEntry> => ({ dtype: 'int8' }), 'is of int8; expected one of float32, float16, bfloat16, float64'],
  [
    'between its own boundaries',
    ({ place }: TensorEntry): Partial<TensorEntry> => ({ place: { file: place?.file ?? '', offset: 4002 } }),
    'begins at byte 4002; expected a multiple of 4',
  ],
])('a tensor %s', async (_about, change, message) => {
  expect(await told('bert-classifier', edit(query, change))).toContain(`tensor "${query}" ${message}`);
});

test('a tensor that lies in pieces', async () => {
  const scattered = (tensors: readonly TensorEntry[]): TensorEntry[] =>
    tensors.map(({ place, ...entry }) => (entry.name === query || place === undefined ? entry : { ...entry, place }));
  expect(await told('bert-classifier', { tensors: scattered })).toContain(`tensor "${query}" does not lie in one piece`);
});

test('two names for the same tensor', async () => {
  const twice = (tensors: readonly TensorEntry[]): TensorEntry[] =>
    tensors.flatMap(entry => (entry.name === query ? [entry, { ...entry, name: query.slice('bert.'.length) }] : [entry]));
  expect(await told('bert-classifier', { tensors: twice })).toContain(`it holds both "${query}" and "${query.slice(5)}"; expected one of them`);
});

test('weights that lie in several folders', async () => {
  const apart = edit(query, () => ({ place: { file: new URL(import.meta.url).pathname, offset: 0 } }));
  expect(await told('bert-classifier', apart)).toContain('its weights lie in 2 folders');
});

test.each([
  ['bert-states', { position_embedding_type: 'relative_key' }, 'position_embedding_type is "relative_key"; expected "absolute"'],
  ['bert-states', { is_decoder: true }, 'is_decoder is true; expected an encoder'],
  ['bert-states', { hidden_act: 'sine' }, 'the activation is "sine"; expected one of gelu,'],
  ['gpt2', { add_cross_attention: true }, 'add_cross_attention is true'],
  ['llama-biased', { rope_scaling: { rope_type: 'longrope', factor: 2 } }, 'rotary positions are of kind "longrope"'],
  ['llama-biased', { rope_scaling: { rope_type: 'linear' } }, 'rotary positions of kind "linear" have no "factor"'],
  ['llama-biased', { partial_rotary_factor: 0.5 }, 'partial_rotary_factor is 0.5; expected 1'],
  ['qwen3', { layer_types: ['full_attention', 'linear_attention'] }, 'layer 1 is of type "linear_attention"'],
  ['t5', { relative_attention_max_distance: 90_000_000 }, 'relative_attention_max_distance is 90000000; expected 17 to 100000'],
  ['marian', { max_position_embeddings: 90_000_000 }, 'max_position_embeddings is 90000000; expected at most'],
  ['bart', { architectures: ['BartForSequenceClassification'] }, 'architectures are [BartForSequenceClassification]; expected a model that writes'],
  ['bert-states', { model_type: 'deberta' }, 'unknown-model: /models/config.json: a model of type "deberta" was found; of weights alone, bert, distilbert'],
])('%s with %o', async (name, config, message) => {
  expect(await told(name, { config })).toContain(message);
});
