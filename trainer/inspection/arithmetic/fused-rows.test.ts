/** The numbers behind rows of operators that attend as a whole, each alone in a graph, against a plain computation from what they are given. */
import { expect, test } from 'vitest';
import { openOnnx } from '../../onnx/open.ts';
import { type Feed, type Single, singleFeeds, singleModel } from '../../taps/single-operator.fixture.ts';
import { noise, stored, withModel } from '../../taps/tapped.fixture.ts';
import { byHand, off } from './by-hand.fixture.ts';
import { type NumberedTap, numberedTaps } from './graph-row.fixture.ts';
import type { Row } from './row.ts';

const [length, heads, width] = [5, 4, 16];
const hidden = heads * width;
const mask = (shape: readonly number[], values: readonly number[]): Feed => ({ dtype: 'int32', shape, values });

const projecting = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}): Single => ({
  operator: 'Attention', outputs: ['output'], attributes: { num_heads: heads, ...attributes },
  inputs: { input: { shape: [1, length, 8] }, weights: stored('weights', [8, 3 * hidden]), bias: stored('bias', [3 * hidden]), ...more },
});
const multiHead = (more: Single['inputs'] = {}, attributes: Single['attributes'] = {}): Single => ({
  operator: 'MultiHeadAttention', outputs: ['output'], attributes: { num_heads: heads, ...attributes },
  inputs: { query: { shape: [1, length, hidden] }, key: { shape: [1, 7, hidden] }, value: { shape: [1, 7, hidden] }, ...more },
});
const standard = (shared: number, more: Single['inputs'] = {}, attributes: Single['attributes'] = {}): Single => ({
  operator: 'Attention', domain: '', opset: 23, outputs: ['output'], attributes,
  inputs: { query: { shape: [1, heads, length, width] }, key: { shape: [1, shared, 7, width] }, value: { shape: [1, shared, 7, width] }, ...more },
});
const grouped: Single = {
  operator: 'GroupQueryAttention', outputs: ['output', 'present_key', 'present_value'], attributes: { num_heads: heads, kv_num_heads: 2 },
  inputs: {
    query: { shape: [1, length, hidden] }, key: { shape: [1, length, 2 * width] }, value: { shape: [1, length, 2 * width] }, past_key: undefined, past_value: undefined,
    seqlens_k: mask([1], [length - 1]), total: mask([1], [length]),
  },
};

async function only(single: Single): Promise<NumberedTap> {
  const feeds = await singleFeeds(single);
  return withModel(singleModel(single), async file => {
    const [tap] = await numberedTaps(await openOnnx(file), feeds);
    if (tap === undefined) throw new Error('no attention was found');
    return tap;
  });
}

type Side = (head: number, position: number) => readonly number[];

/** Of an input in which heads lie side by side, or on an axis of their own. */
const given = (name: string, rows: number, layout: 'side by side' | 'apart', count = heads): Side => (head, position) => {
  const all = noise(rows * count * width, name.length);
  const shared = Math.floor(head / (heads / count));
  const first = layout === 'apart' ? (shared * rows + position) * width : (position * count + shared) * width;
  return [...all.subarray(first, first + width)];
};

/** x W + b, of queries (0), keys (1) or values (2). */
const made = (which: 0 | 1 | 2): Side => (head, position) => {
  const [x, w, b] = [noise(length * 8, 'input'.length), noise(8 * 3 * hidden, 'weights'.length + 8 * 3 * hidden), noise(3 * hidden, 'bias'.length + 3 * hidden)];
  return Array.from({ length: width }, (_, feature) => {
    const column = which * hidden + head * width + feature;
    let sum = b[column] ?? 0;
    for (let from = 0; from < 8; from++) sum += (x[position * 8 + from] ?? 0) * (w[from * 3 * hidden + column] ?? 0);
    return sum;
  });
};

interface Case {
  readonly single: Single;
  readonly sides: readonly [query: Side, key: Side, value: Side];
  /** What is added to a score; left out, nothing. */
  readonly mask?: (query: number, key: number) => number;
}
const later = (query: number, key: number): number => (key > query ? -Infinity : 0);
const apartSides = (shared: number): Case['sides'] => [given('query', length, 'apart'), given('key', 7, 'apart', shared), given('value', 7, 'apart', shared)];
const besideSides: Case['sides'] = [given('query', length, 'side by side'), given('key', 7, 'side by side'), given('value', 7, 'side by side')];
const madeSides: Case['sides'] = [made(0), made(1), made(2)];

const cases: Readonly<Record<string, Case>> = {
  'com.microsoft.Attention': { single: projecting(), sides: madeSides },
  'com.microsoft.Attention with padding': { single: projecting({ mask: mask([1, length], [1, 1, 1, 0, 0]) }), sides: madeSides, mask: (_, key) => (key < 3 ? 0 : -10000) },
  'com.microsoft.Attention, looking back': { single: projecting({}, { unidirectional: 1 }), sides: madeSides, mask: later },
  'MultiHeadAttention': { single: multiHead(), sides: besideSides },
  'MultiHeadAttention with a bias of positions': {
    single: multiHead({ bias: undefined, padding: undefined, attention_bias: { shape: [1, heads, length, 7], values: Array.from({ length: heads * length * 7 }, (_, at) => Math.sin(Math.floor(at / 7) % length) + (at % 7)) } }),
    sides: besideSides,
    mask: (query, key) => Math.sin(query) + key,
  },
  'Attention': { single: standard(heads), sides: apartSides(heads) },
  'Attention of shared keys': { single: standard(2), sides: apartSides(2) },
  'Attention, looking back': { single: standard(heads, {}, { is_causal: 1 }), sides: apartSides(heads), mask: later },
  'Attention under a mask': {
    single: standard(heads, { mask: { shape: [length, 7], values: Array.from({ length: length * 7 }, (_, at) => Math.cos(at)) } }),
    sides: apartSides(heads),
    mask: (query, key) => Math.cos(query * 7 + key),
  },
  'GroupQueryAttention': {
    single: grouped,
    sides: [given('query', length, 'side by side'), given('key', length, 'side by side', 2), given('value', length, 'side by side', 2)],
    mask: later,
  },
};

test.each(Object.entries(cases))('%s', async (_, { single, sides: [query, key, value], mask: added = () => 0 }) => {
  const tap = await only(single);
  expect([tap.whyNot, tap.heads, tap.queries]).toEqual([undefined, heads, length]);
  for (let head = 0; head < heads; head++) {
    for (let position = 0; position < length; position++) {
      const row = tap.row(head, position);
      if (row.score !== 'dot-product') throw new Error('it is no dot product');
      const expected: Row = {
        score: 'dot-product', query: query(head, position), keys: row.keys.map((__, at) => key(head, at)), values: row.keys.map((__, at) => value(head, at)),
        scale: width ** -0.5, mask: row.keys.map((__, at) => added(position, at)), products: [], scores: [], weights: [], output: [],
      };
      const { weights, output } = byHand(expected);
      expect(off(row.query, expected.query)).toBeLessThan(1e-5);
      row.keys.forEach((one, at) => expect(off(one, expected.keys[at] ?? [])).toBeLessThan(1e-5));
      row.values.forEach((one, at) => expect(off(one, expected.values[at] ?? [])).toBeLessThan(1e-5));
      expect(row.scale).toBeCloseTo(expected.scale, 6);
      row.mask.forEach((one, at) => (one === null ? expect(expected.mask[at]).toBeLessThan(-1e3) : expect(Math.abs(one - (expected.mask[at] ?? 0))).toBeLessThan(1e-2 * Math.max(1e-3, Math.abs(expected.mask[at] ?? 0)))));
      expect(off(row.weights, weights)).toBeLessThan(1e-5);
      expect(off(row.output, output)).toBeLessThan(1e-5);
      expect(off(tap.norms(head), expected.values.map(one => Math.hypot(...one)))).toBeLessThan(1e-5);
      expect(off(row.weights, tap.weights(head, position))).toBeLessThan(1e-5);
    }
  }
});

test.each<[string, Single, string]>([
  ['turned by position', { ...grouped, attributes: { ...grouped.attributes, do_rotary: 1 }, inputs: { ...grouped.inputs, cos: { shape: [16, width / 2] }, sin: { shape: [16, width / 2] } } }, 'do_rotary'],
  ['capped', standard(heads, {}, { softcap: { float: 0.5 } }), 'capped'],
])('an operator whose scores are %s says why they cannot be told', async (_, single, why) => {
  expect((await only(single)).whyNot).toContain(why);
});
