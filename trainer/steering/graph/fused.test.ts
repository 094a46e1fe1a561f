/** Operators that attend as a whole, each alone in a graph: what is weighed beside them is what they weigh themselves. */
import { describe, expect, test } from 'vitest';
import type { NewTensor } from '../../onnx/messages.ts';
import { openOnnx } from '../../onnx/open.ts';
import { findTaps } from '../../taps/find.ts';
import { type Feed, type Single, singleFeeds, singleModel } from '../../taps/single-operator.fixture.ts';
import { changed, distance, noise, numbersOf, runTapped, stored, withModel } from '../../taps/tapped.fixture.ts';
import { steeredModel } from './steered.fixture.ts';
import { whyNot } from './steer-graph.ts';
import { Uses } from './uses.ts';

const [batch, length, heads, width] = [2, 5, 4, 16];
const hidden = heads * width;
const past = (shared: number): Record<string, Feed> => ({ past_key: { shape: [batch, shared, 3, width] }, past_value: { shape: [batch, shared, 3, width] } });
const mask = (shape: readonly number[], values: readonly number[]): Feed => ({ dtype: 'int32', shape, values });
const own = (rows: number): Record<string, Feed> => ({ query: { shape: [batch, rows, hidden] }, key: { shape: [batch, rows, hidden] }, value: { shape: [batch, rows, hidden] } });
const bytes = (name: string, dtype: 'int8' | 'uint8', shape: readonly number[], count: number): NewTensor =>
  ({ name, dtype, shape, data: Uint8Array.from(noise(count, name.length + count), number => (number * 100 + (dtype === 'int8' ? 0 : 128)) & 255) });

const projecting = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
  operator: 'Attention', outputs, attributes: { num_heads: heads, ...attributes },
  inputs: { input: { shape: [batch, length, 8] }, weights: stored('weights', [8, 3 * hidden]), bias: stored('bias', [3 * hidden]), mask: undefined, past: undefined, attention_bias: undefined, ...more },
});
const multiHead = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
  operator: 'MultiHeadAttention', outputs, attributes: { num_heads: heads, ...attributes },
  inputs: { query: { shape: [batch, length, hidden] }, key: { shape: [batch, 7, hidden] }, value: { shape: [batch, 7, hidden] }, bias: undefined, padding: undefined, attention_bias: undefined, past_key: undefined, past_value: undefined, ...more },
});
const standard = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
  operator: 'Attention', domain: '', opset: 23, outputs, attributes,
  inputs: { query: { shape: [batch, heads, length, width] }, key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] }, mask: undefined, past_key: undefined, past_value: undefined, ...more },
});
const grouped = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}): Single => ({
  operator: 'GroupQueryAttention', outputs: ['output', 'present_key', 'present_value'], attributes: { num_heads: heads, kv_num_heads: 2, ...attributes },
  inputs: {
    query: { shape: [batch, length, hidden] }, key: { shape: [batch, length, 2 * width] }, value: { shape: [batch, length, 2 * width] }, past_key: undefined, past_value: undefined,
    seqlens_k: mask([batch], [length - 1, length - 1]), total: mask([1], [length]), ...more,
  },
});
const step = { shape: [batch, 1, hidden] };

const cases: readonly (readonly [string, Single])[] = [
  ['com.microsoft.Attention', projecting()],
  ['com.microsoft.Attention, masked and looking back', projecting({ mask: mask([batch, length], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]) }, { unidirectional: 1 })],
  ['com.microsoft.Attention with a past', projecting({ past: { shape: [2, batch, heads, 3, width] } }, { unidirectional: 1 }, ['output', 'present'])],
  ['com.microsoft.Attention with wider values', projecting({ weights: stored('weights', [8, 2 * hidden + 24]), bias: stored('bias', [2 * hidden + 24]) }, { qkv_hidden_sizes: [hidden, hidden, 24] })],
  ['com.microsoft.QAttention', {
    operator: 'QAttention', outputs: ['output'], attributes: { num_heads: heads },
    inputs: {
      input: { dtype: 'uint8', shape: [batch, length, 8], values: [...noise(batch * length * 8)].map(number => Math.round(number * 100 + 120)) }, weights: bytes('weights', 'int8', [8, 3 * hidden], 24 * hidden),
      bias: stored('bias', [3 * hidden]), input_scale: stored('input_scale', [], [0.01]), weight_scale: stored('weight_scale', [], [0.02]), mask: undefined, input_zero: bytes('input_zero', 'uint8', [], 1),
    },
  }],
  ['MultiHeadAttention', multiHead()],
  ['MultiHeadAttention, computed block by block', multiHead({ query: { shape: [1, 70, hidden] }, key: { shape: [1, 300, hidden] }, value: { shape: [1, 300, hidden] } })],
  ['MultiHeadAttention with biases and a mask', multiHead({ bias: stored('bias', [3 * hidden]), padding: mask([batch, 7], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]), attention_bias: { shape: [1, heads, length, 7] } })],
  ['MultiHeadAttention with a past', multiHead({ ...own(length), ...past(heads) }, { unidirectional: 1 }, ['output', 'present_key', 'present_value'])],
  ['MultiHeadAttention over a cache of another text', multiHead({ key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] }, bias: stored('bias', [3 * hidden]) })],
  ['MultiHeadAttention with scores as an output', multiHead({}, {}, ['output', '', '', 'scores'])],
  ['Attention', standard()],
  ['Attention, causal and over a past', standard({ key: { shape: [batch, heads, length, width] }, value: { shape: [batch, heads, length, width] }, ...past(heads) }, { is_causal: 1 }, ['output', 'present_key', 'present_value'])],
  ['Attention of shared keys, capped', standard({ key: { shape: [batch, 2, 7, width] }, value: { shape: [batch, 2, 7, width] } }, { softcap: { float: 0.5 } })],
  ['Attention, heads not apart', standard({ query: { shape: [batch, length, hidden] }, key: { shape: [batch, 7, 2 * width] }, value: { shape: [batch, 7, 2 * width] }, mask: { shape: [length, 7] } }, { q_num_heads: heads, kv_num_heads: 2 })],
  ['Attention of texts of different lengths', { ...standard({ nonpad_kv_seqlen: { dtype: 'int64', shape: [batch], values: [7, 4] } }), opset: 24 }],
  ['GroupQueryAttention', grouped()],
  ['GroupQueryAttention, one step further', grouped({ query: step, key: { shape: [batch, 1, 2 * width] }, value: { shape: [batch, 1, 2 * width] }, ...past(2), seqlens_k: mask([batch], [3, 1]), total: mask([1], [4]) })],
  ['GroupQueryAttention, turned by position', grouped({ cos: { shape: [16, width / 2] }, sin: { shape: [16, width / 2] } }, { do_rotary: 1 })],
  ['DecoderMaskedMultiHeadAttention over its past', {
    operator: 'DecoderMaskedMultiHeadAttention', outputs: ['output', 'present_key', 'present_value'], attributes: { num_heads: heads, past_present_share_buffer: 1 },
    inputs: {
      query: step, key: step, value: step, mask: undefined, attention_bias: undefined, past_key: { shape: [batch, heads, 9, width] }, past_value: { shape: [batch, heads, 9, width] },
      past_sequence_length: mask([1], [4]),
    },
  }],
  ['DecoderMaskedMultiHeadAttention over another text', {
    operator: 'DecoderMaskedMultiHeadAttention', outputs: ['output'], attributes: { num_heads: heads },
    inputs: { query: step, key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] } },
  }],
];

test.each(cases)('%s', async (_, single) => withModel(singleModel(single), async file => {
  const feeds = await singleFeeds(single);
  const tapped = await runTapped(file, feeds);
  await steeredModel(tapped.model, async ({ taps: [tap], run }) => {
    const name = tap?.name ?? '';
    const free = await run(feeds);
    expect(changed({ ...tapped, tapped: free.tensors })).toEqual({});
    const map = free.maps[name];
    expect(numbersOf(map?.data ?? [])).toEqual(numbersOf(tapped.maps.get(name)?.data ?? []));
    // Texts of a batch are told alike: the first one's weights, of all heads, are its own.
    const [, count = 0, rows = 0, keys = 0] = map?.dims ?? [];
    const weights = numbersOf(map?.data ?? []);
    const all = Array.from({ length: count * rows }, (__, index) => ({ head: Math.floor(index / rows), query: index % rows, weights: weights.slice(index * keys, (index + 1) * keys) }));
    const [own, told] = [free, await run(feeds, { [name]: { rows: all } }, count)].map(({ tensors }) => numbersOf(tensors['output']?.data ?? []));
    const one = (own?.length ?? 0) / (map?.dims[0] ?? 1);
    expect(distance(told?.slice(0, one) ?? [], own?.slice(0, one) ?? [])).toBeLessThan(1e-5);
    const silent = await run(feeds, { [name]: { silent: Array.from({ length: count }, (__, head) => head) } }, count);
    expect(numbersOf(silent.tensors['output']?.data ?? []).every(number => number === 0)).toBe(true);
    expect(numbersOf(silent.maps[name]?.data ?? [])).toEqual(weights);
    const hidden = await run(feeds, { [name]: { hidden: [1] } }, count);
    const seen = numbersOf(hidden.maps[name]?.data ?? []);
    const kept = weights.map((weight, index) => (index % keys === 1 ? 0 : weight));
    const mass = Array.from({ length: kept.length / keys }, (__, at) => kept.slice(at * keys, (at + 1) * keys).reduce((sum, weight) => sum + weight, 0));
    expect(distance(seen, kept.map((weight, index) => weight / (mass[Math.floor(index / keys)] || 1)))).toBeLessThan(1e-5);
    expect(distance(numbersOf(hidden.tensors['output']?.data ?? []), numbersOf(free.tensors['output']?.data ?? []))).toBeGreaterThan(1e-4);
  });
}));

describe('what ONNX Runtime computes in a way of its own is told why', () => {
  test.each<[string, Single, RegExp]>([
    ['a past that is not handed on', multiHead({ ...own(length), ...past(heads) }), /has a past and hands on none/],
  ])('%s', async (_, single, why) => withModel(singleModel(single), async file => {
    const model = await openOnnx(file);
    const [tap] = (await findTaps(model)).taps;
    expect(tap && whyNot(new Uses(model), tap)).toMatch(why);
  }));
});
