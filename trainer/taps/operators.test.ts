/** Every fused operator, alone in a graph, in every form that its masks and caches come in. */
import { describe, expect, test } from 'vitest';
import type { NewTensor } from '../onnx/messages.ts';
import { type Feed, isStored, type Single, singleFeeds, singleModel } from './single-operator.fixture.ts';
import { byHead, changed, distance, findIn, noise, numbersOf, runTapped, sizeOf, stored, type Tapped, unevenness, weighed, withModel } from './tapped.fixture.ts';

async function run(single: Single): Promise<Tapped> {
  const feeds = await singleFeeds(single);
  return withModel(singleModel(single), file => runTapped(file, feeds));
}

/** The one map, after what holds of every one: nothing else has changed, and its rows sum to one. */
function only(result: Tapped): NonNullable<Tapped['plain'][string]> {
  expect(result.untapped).toEqual([]);
  expect(result.taps).toHaveLength(1);
  expect(changed(result)).toEqual({});
  const [map] = [...result.maps.values()];
  if (map === undefined) throw new Error('nothing was tapped');
  expect(map.type).toBe('float32');
  expect(unevenness(map)).toBeLessThan(1e-5);
  return map;
}

const [batch, length, heads, width] = [2, 5, 3, 4];
const hidden = heads * width;

describe('com.microsoft.Attention', () => {
  const input = { shape: [batch, length, 8] };
  const weights = stored('weights', [8, 3 * hidden]);
  const bias = stored('bias', [3 * hidden]);
  const mask = (shape: readonly number[], values: readonly number[]): Feed => ({ dtype: 'int32', shape, values });

  /** Values as the operator projects them, and its past ones. */
  function valuesOf(single: Single): { data: ArrayLike<number>; dims: readonly number[] } {
    const [x, w, b] = [noise(batch * length * 8, 'input'.length), float32(single.inputs['weights']), float32(single.inputs['bias'])];
    const columns = w.length / 8;
    const wide = columns - 2 * hidden;
    const projected = Float64Array.from({ length: batch * length * wide }, (_, index) => {
      const [row, column] = [Math.floor(index / wide), 2 * hidden + (index % wide)];
      return Array.from({ length: 8 }, (__, at) => (x[row * 8 + at] ?? 0) * (w[at * columns + column] ?? 0)).reduce((sum, term) => sum + term, b[column] ?? 0);
    });
    const fresh = byHead(projected, [batch, length, heads, wide / heads]);
    const past = single.inputs['past'];
    if (past === undefined || isStored(past)) return fresh;
    const kept = past.shape[3] ?? 0;
    const all = noise(sizeOf(past.shape), 'past'.length);
    const old = all.subarray(all.length / 2);
    const chunks = Array.from({ length: batch * heads }, (_, head) => [
      ...old.subarray(head * kept * width, (head + 1) * kept * width), ...fresh.data.subarray(head * length * width, (head + 1) * length * width),
    ]);
    return { data: chunks.flat(), dims: [batch, heads, kept + length, width] };
  }

  const float32 = (given: Feed | NewTensor | undefined): Float32Array =>
    given !== undefined && isStored(given) && given.data instanceof Uint8Array ? new Float32Array(given.data.buffer) : new Float32Array(0);

  const single = (more: Partial<Single['inputs']> = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
    operator: 'Attention', outputs, attributes: { num_heads: heads, ...attributes },
    inputs: { input, weights, bias, mask: undefined, past: undefined, attention_bias: undefined, ...more },
  });

  const right = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
  const left = [1, 1, 1, 1, 1, 0, 0, 1, 1, 1];
  const past = { shape: [2, batch, heads, 3, width] };
  const present = ['output', 'present'];

  test.each<[string, Single]>([
    ['without a mask', single()],
    ['with lengths', single({ mask: mask([batch], [5, 3]) })],
    ['with ends and starts', single({ mask: mask([2 * batch], [5, 4, 1, 2]) })],
    ['with a mask of keys', single({ mask: mask([batch, length], right) })],
    ['with a mask of one number', single({ mask: mask([1, 1], [1]) })],
    ['with a mask of one number a text', single({ mask: mask([batch, 1], [1, 0]) })],
    ['with a mask of queries and keys', single({ mask: mask([batch, length, length], Array.from({ length: batch * length * length }, (_, index) => (index % 3 === 1 ? 0 : 1))) })],
    ['looking back', single({}, { unidirectional: 1 })],
    ['looking back, padded on the right', single({ mask: mask([batch, length], right) }, { unidirectional: 1 })],
    ['looking back, padded on the left', single({ mask: mask([batch, length], left) }, { unidirectional: 1 })],
    ['looking back, padded on the left, hidden as far as can be', single({ mask: mask([batch, length], left) }, { unidirectional: 1, mask_filter_value: { float: -3.4028234663852886e38 } })],
    ['looking back within a mask of queries and keys', single({ mask: mask([batch, length, length], Array.from({ length: batch * length * length }, (_, index) => (index % 4 === 1 ? 0 : 1))) }, { unidirectional: 1 })],
    ['with a past', single({ past }, { unidirectional: 1 }, present)],
    ['with a past and a mask', single({ past, mask: mask([batch, length + 3], [1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]) }, { unidirectional: 1 }, present)],
    ['with a present and no past', single({}, { unidirectional: 1 }, present)],
    ['with a bias of scores', single({ attention_bias: { shape: [batch, heads, length, length] } })],
    ['with a bias for all texts, and a mask', single({ mask: mask([batch, length], right), attention_bias: { shape: [1, heads, length, length] } })],
    ['with a bias for all heads, looking back', single({ attention_bias: { shape: [batch, 1, length, length] } }, { unidirectional: 1 })],
    ['with a scale and a filter of its own', single({ mask: mask([batch, length], right) }, { scale: { float: 0.3 }, mask_filter_value: { float: -2 } })],
    ['with wider values', single({ weights: stored('weights', [8, 2 * hidden + 18]), bias: stored('bias', [2 * hidden + 18]) }, { qkv_hidden_sizes: [hidden, hidden, 18] })],
  ])('%s', async (_, one) => {
    const result = await run(one);
    const map = only(result);
    expect(map.dims.slice(0, 3)).toEqual([batch, heads, length]);
    expect(distance(weighed(map, valuesOf(one)), numbersOf(result.plain['output']?.data ?? []))).toBeLessThan(1e-5);
    expect(result.taps[0]).toMatchObject({ kind: one.attributes?.['unidirectional'] === 1 ? 'decoder' : 'encoder', heads });
  });

  test.each<[string, Single, RegExp]>([
    ['turning positions in', single({}, { do_rotary: 1 }), /do_rotary/],
    ['with a mask of four axes', single({ mask: mask([batch, 1, 8, 8], Array.from({ length: batch * 64 }, () => 1)) }), /four axes/],
    ['with one buffer for past and present', single({ past }, { past_present_share_buffer: 1 }, present), /one buffer/],
  ])('%s it is told why not', async (_, one, why) => {
    const { taps, untapped } = await findIn(singleModel(one));
    expect(taps).toEqual([]);
    expect(untapped).toEqual([{ operator: 'com.microsoft.Attention', node: 'attends', why: expect.stringMatching(why) }]);
  });
});

describe('com.microsoft.QAttention', () => {
  const bytes = (name: string, dtype: 'int8' | 'uint8', count: number, shape: readonly number[]): NewTensor =>
    ({ name, dtype, shape, data: Uint8Array.from(noise(count, name.length + count), number => (number * 100 + (dtype === 'int8' ? 0 : 128)) & 255) });
  const quantised = { dtype: 'uint8', shape: [batch, length, 8], values: [...noise(batch * length * 8)].map(number => Math.round(number * 100 + 120)) } as const;
  const single = (more: Partial<Single['inputs']> = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
    operator: 'QAttention', outputs, attributes: { num_heads: heads, ...attributes },
    inputs: {
      input: quantised, weights: bytes('weights', 'int8', 8 * 3 * hidden, [8, 3 * hidden]), bias: stored('bias', [3 * hidden]),
      input_scale: stored('input_scale', [], [0.01]), weight_scale: stored('weight_scale', [], [0.02]), mask: undefined,
      input_zero: bytes('input_zero', 'uint8', 1, []), weight_zero: { name: 'weight_zero', dtype: 'int8', shape: [], data: Uint8Array.of(3) }, past: undefined, ...more,
    },
  });

  test.each<[string, Single]>([
    ['with one scale', single()],
    ['without zero points', single({ input_zero: undefined, weight_zero: undefined })],
    ['with a scale for each column', single({ weight_scale: stored('weight_scale', [3 * hidden], [...noise(3 * hidden)].map(number => 0.02 + number / 100)), weight_zero: bytes('weight_zero', 'int8', 3 * hidden, [3 * hidden]) })],
    ['with unsigned weights', single({ weights: bytes('weights', 'uint8', 8 * 3 * hidden, [8, 3 * hidden]), weight_zero: bytes('weight_zero', 'uint8', 1, []) })],
    ['with a mask', single({ mask: { dtype: 'int32', shape: [batch, length], values: [1, 1, 1, 1, 0, 1, 1, 1, 0, 0] } })],
    ['looking back on a past', single({ past: { shape: [2, batch, heads, 3, width] } }, { unidirectional: 1 }, ['output', 'present'])],
  ])('%s', async (_, one) => {
    const result = await run(one);
    const map = only(result);
    // The values, as the operator leaves them in its past; or from what it was given.
    const values = projectedValues(one);
    const output = numbersOf(result.plain['output']?.data ?? []);
    const present = result.plain['present'];
    const all = present === undefined ? values : { data: numbersOf(present.data).slice(sizeOf(present.dims) / 2), dims: present.dims.slice(1) };
    expect(distance(weighed(map, all), output)).toBeLessThan(1e-5);
  });

  function projectedValues({ inputs }: Single): { data: Float64Array; dims: number[] } {
    const list = (name: string, otherwise: readonly number[] = [0]): readonly number[] => {
      const given = inputs[name];
      if (given === undefined) return otherwise;
      if (!isStored(given)) return given.values ?? [];
      const { data, dtype } = given;
      if (!(data instanceof Uint8Array)) return otherwise;
      return Array.from(dtype === 'int8' ? new Int8Array(data) : dtype === 'uint8' ? data : new Float32Array(data.buffer));
    };
    const [x, w, b, scale, scales, zero, zeros] = [list('input'), list('weights'), list('bias'), list('input_scale'), list('weight_scale'), list('input_zero'), list('weight_zero')];
    const of = (numbers: readonly number[], column: number): number => numbers[numbers.length === 1 ? 0 : column] ?? 0;
    const projected = Float64Array.from({ length: batch * length * hidden }, (_, index) => {
      const [row, column] = [Math.floor(index / hidden), 2 * hidden + (index % hidden)];
      const sum = Array.from({ length: 8 }, (__, at) => ((x[row * 8 + at] ?? 0) - of(zero, 0)) * ((w[at * 3 * hidden + column] ?? 0) - of(zeros, column)));
      return sum.reduce((total, term) => total + term, 0) * of(scale, 0) * of(scales, column) + (b[column] ?? 0);
    });
    return byHead(projected, [batch, length, heads, width]);
  }
});

describe('com.microsoft.MultiHeadAttention', () => {
  const wide = { query: { shape: [batch, length, hidden] }, key: { shape: [batch, 7, hidden] }, value: { shape: [batch, 7, hidden] } };
  const none = { bias: undefined, padding: undefined, attention_bias: undefined, past_key: undefined, past_value: undefined };
  const single = (more: Partial<Single['inputs']> = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
    operator: 'MultiHeadAttention', outputs, attributes: { num_heads: heads, ...attributes }, inputs: { ...wide, ...none, ...more },
  });
  const own = { query: wide.query, key: { shape: [batch, length, hidden] }, value: { shape: [batch, length, hidden] } };
  const pasts = { past_key: { shape: [batch, heads, 3, width] }, past_value: { shape: [batch, heads, 3, width] } };
  const presents = ['output', 'present_key', 'present_value'];
  const integers = (shape: readonly number[], values: readonly number[]): Feed => ({ dtype: 'int32', shape, values });

  test.each<[string, Single]>([
    ['over another text', single()],
    ['over another text, long enough to be computed block by block', single({ query: { shape: [1, 70, 64] }, key: { shape: [1, 300, 64] }, value: { shape: [1, 300, 64] } }, { num_heads: 2 })],
    ['with lengths', single({ padding: integers([batch], [7, 4]) })],
    ['with a mask of keys', single({ padding: integers([batch, 7], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]) })],
    ['with a bias of its projection', single({ bias: stored('bias', [3 * hidden]) })],
    ['with a bias of scores', single({ attention_bias: { shape: [1, heads, length, 7] } })],
    ['looking back', single(own, { unidirectional: 1 })],
    ['with a past', single({ ...own, ...pasts }, { unidirectional: 1 }, presents)],
    ['with a scale of its own', single({}, { scale: { float: 0.2 } })],
    ['with keys and values as a cache has them', single({ key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] } })],
    ['with scores as an output already', single({}, {}, ['output', '', '', 'scores'])],
  ])('%s', async (_, one) => {
    const result = await run(one);
    const map = only(result);
    const value = one.inputs['value'];
    if (value === undefined || isStored(value)) throw new Error('values are fed');
    const [many = heads, long = 0] = [map.dims[1], value.shape.at(value.shape.length === 4 ? 2 : 1)];
    const bias = one.inputs['bias'];
    const added = bias !== undefined && isStored(bias) && bias.data instanceof Uint8Array ? new Float32Array(bias.data.buffer).subarray(2 * hidden) : [];
    const given = noise(sizeOf(value.shape), 'value'.length);
    const fresh = value.shape.length === 4 ? { data: given, dims: value.shape } : byHead(given.map((number, index) => number + (added[index % hidden] ?? 0)), [value.shape[0] ?? 1, long, many, (value.shape[2] ?? 0) / many]);
    const present = result.plain['present_value'];
    const values = present === undefined ? fresh : { data: numbersOf(present.data), dims: present.dims };
    expect(distance(weighed(map, values), numbersOf(result.plain['output']?.data ?? []))).toBeLessThan(1e-5);
  });
});

describe('Attention of operator set 23', () => {
  const four = { query: { shape: [batch, heads, length, width] }, key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] } };
  const single = (more: Partial<Single['inputs']> = {}, attributes: Single['attributes'] = {}, outputs = ['output']): Single => ({
    operator: 'Attention', domain: '', opset: 23, outputs, attributes, inputs: { ...four, mask: undefined, past_key: undefined, past_value: undefined, ...more },
  });
  const own = { key: { shape: [batch, heads, length, width] }, value: { shape: [batch, heads, length, width] } };
  const pasts = { past_key: { shape: [batch, heads, 3, width] }, past_value: { shape: [batch, heads, 3, width] } };

  test.each<[string, Single]>([
    ['over another text', single()],
    ['long enough to be computed block by block', single({ query: { shape: [1, 2, 70, 32] }, key: { shape: [1, 2, 300, 32] }, value: { shape: [1, 2, 300, 32] } })],
    ['looking back', single(own, { is_causal: 1 })],
    ['with a mask', single({ mask: { shape: [length, 7] } })],
    ['with a past', single({ ...own, ...pasts }, { is_causal: 1 }, ['output', 'present_key', 'present_value'])],
    ['with a soft cap and a scale', single({}, { softcap: { float: 0.5 }, scale: { float: 0.7 } })],
    ['of shared keys', single({ query: { shape: [batch, 4, length, width] }, key: { shape: [batch, 2, 7, width] }, value: { shape: [batch, 2, 7, width] } })],
    ['heads not apart', single({ query: { shape: [batch, length, hidden] }, key: { shape: [batch, 7, hidden] }, value: { shape: [batch, 7, hidden] } }, { q_num_heads: heads, kv_num_heads: heads })],
    ['of operator set 24, texts of different lengths', { ...single({ nonpad_kv_seqlen: { dtype: 'int64', shape: [batch], values: [7, 4] } }), opset: 24 }],
    ['with scores as an output already', single({}, { qk_matmul_output_mode: 0 }, ['output', '', '', 'scores'])],
    ['with the weights as an output already', single({}, { qk_matmul_output_mode: 3 }, ['output', '', '', 'weights'])],
  ])('%s', async (_, one) => {
    const result = await run(one);
    const map = only(result);
    const value = one.inputs['value'];
    if (value === undefined || isStored(value)) throw new Error('values are fed');
    const given = noise(sizeOf(value.shape), 'value'.length);
    const flat = value.shape.length === 3;
    const fresh = flat ? byHead(given, [batch, 7, heads, width]) : { data: given, dims: value.shape };
    const present = result.plain['present_value'];
    const values = present === undefined ? fresh : { data: numbersOf(present.data), dims: present.dims };
    const output = result.plain['output'];
    const [many = 0, long = 0] = [map.dims[1], map.dims[2]];
    const made = weighed(map, values);
    const asGiven = output?.dims.length === 4 ? byHead(made, [map.dims[0] ?? 0, long, many, made.length / ((map.dims[0] ?? 1) * long * many)]).data : made;
    expect(distance(asGiven, numbersOf(output?.data ?? []))).toBeLessThan(1e-5);
  });
});

describe('com.microsoft.GroupQueryAttention', () => {
  const [many, shared, wide] = [4, 2, 16];
  const single = (more: Partial<Single['inputs']> = {}, attributes: Single['attributes'] = {}): Single => ({
    operator: 'GroupQueryAttention', outputs: ['output', 'present_key', 'present_value'], attributes: { num_heads: many, kv_num_heads: shared, ...attributes },
    inputs: {
      query: { shape: [batch, length, many * wide] }, key: { shape: [batch, length, shared * wide] }, value: { shape: [batch, length, shared * wide] },
      past_key: undefined, past_value: undefined, seqlens_k: { dtype: 'int32', shape: [batch], values: [length - 1, length - 1] },
      total: { dtype: 'int32', shape: [1], values: [length] }, ...more,
    },
  });
  const cached = {
    query: { shape: [batch, 1, many * wide] }, key: { shape: [batch, 1, shared * wide] }, value: { shape: [batch, 1, shared * wide] },
    past_key: { shape: [batch, shared, length, wide] }, past_value: { shape: [batch, shared, length, wide] },
    total: { dtype: 'int32', shape: [1], values: [length + 1] },
  } as const;
  const angles = { cos: { shape: [16, wide / 2] }, sin: { shape: [16, wide / 2] } };

  test.each<[string, Single]>([
    ['of a whole text', single()],
    ['one step further', single({ ...cached, seqlens_k: { dtype: 'int32', shape: [batch], values: [length, length] } })],
    ['one step further, texts of different lengths', single({ ...cached, seqlens_k: { dtype: 'int32', shape: [batch], values: [length, length - 3] } })],
    ['turned by position', single(angles, { do_rotary: 1 })],
    ['within a window', single({}, { local_window_size: 2 })],
    ['with a soft cap', single({}, { softcap: { float: 0.5 } })],
    ['queries, keys and values in one', single({ query: { shape: [batch, length, (many + 2 * shared) * wide] }, key: undefined, value: undefined })],
  ])('%s', async (_, one) => {
    const result = await run(one);
    const map = only(result);
    expect(result.taps[0]).toMatchObject({ kind: 'decoder', heads: many });
    const present = result.plain['present_value'];
    expect(distance(weighed(map, { data: numbersOf(present?.data ?? []), dims: present?.dims ?? [] }), numbersOf(result.plain['output']?.data ?? []))).toBeLessThan(1e-5);
  });
});

describe('com.microsoft.DecoderMaskedMultiHeadAttention', () => {
  const step = { shape: [batch, 1, hidden] };
  test.each<[string, Single, string, number]>([
    ['over its past', {
      operator: 'DecoderMaskedMultiHeadAttention', outputs: ['output', 'present_key', 'present_value'], attributes: { num_heads: heads, past_present_share_buffer: 1 },
      inputs: {
        query: step, key: step, value: step, mask: undefined, attention_bias: undefined, past_key: { shape: [batch, heads, 9, width] }, past_value: { shape: [batch, heads, 9, width] },
        past_sequence_length: { dtype: 'int32', shape: [1], values: [4] },
      },
    }, 'decoder', 5],
    ['over another text', {
      operator: 'DecoderMaskedMultiHeadAttention', outputs: ['output'], attributes: { num_heads: heads },
      inputs: { query: step, key: { shape: [batch, heads, 7, width] }, value: { shape: [batch, heads, 7, width] } },
    }, 'cross', 7],
  ])('%s', async (_, one, kind, keys) => {
    const result = await run(one);
    const map = only(result);
    expect(result.taps[0]).toMatchObject({ kind, heads });
    expect(map.dims).toEqual([batch, heads, 1, keys]);
    const present = result.plain['present_value'];
    const longest = present?.dims[2] ?? keys;
    const all = present === undefined ? noise(batch * heads * keys * width, 'value'.length) : numbersOf(present.data);
    const values = Array.from({ length: batch * heads }, (_value, head) => [...all.slice(head * longest * width, (head * longest + keys) * width)]).flat();
    expect(distance(weighed(map, { data: values, dims: [batch, heads, keys, width] }), numbersOf(result.plain['output']?.data ?? []))).toBeLessThan(1e-5);
  });
});

describe('operators that give out nothing', () => {
  test.each([
    ['PackedAttention', /CUDA only/], ['PackedMultiHeadAttention', /CUDA only/], ['DecoderMaskedSelfAttention', /CUDA only/], ['DecoderAttention', /CUDA only/],
    ['PagedAttention', /CUDA only/], ['LongformerAttention', /window/], ['SparseAttention', /sparse/], ['LinearAttention', /state/], ['SomeNewAttention', /not known/],
  ])('%s is told with its reason', async (operator, why) => {
    const { taps, untapped } = await findIn(singleModel({ operator, inputs: { x: { shape: [1, 2, 3] } }, outputs: ['output'] }));
    expect(taps).toEqual([]);
    expect(untapped).toEqual([{ operator: `com.microsoft.${operator}`, node: 'attends', why: expect.stringMatching(why) }]);
  });
});
