/** The numbers behind rows of graphs, against a computation from the same weights in plain loops. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { feedsOf, sharedModels, unlessThere } from '../../onnx/shared-models.fixture.ts';
import { floats } from '../../onnx/model.fixture.ts';
import { openOnnx } from '../../onnx/open.ts';
import { Draft } from '../../taps/draft.fixture.ts';
import { minilm, unlessMinilm } from '../../taps/minilm.fixture.ts';
import { integerTensor, noise, tensor, withModel } from '../../taps/tapped.fixture.ts';
import { byHand, off, weighed } from './by-hand.fixture.ts';
import { type NumberedTap, numberedTaps } from './graph-row.fixture.ts';

const [length, width, heads] = [5, 8, 2];
const size = width / heads;
const x = noise(length * width, 3);
const matrices = [noise(width * width, 4), noise(width * width, 5), noise(width * width, 6)] as const;

/** x W of one head: `[position][feature]`. */
function projected(matrix: Float32Array, head: number): number[][] {
  return Array.from({ length }, (_, position) => Array.from({ length: size }, (_, feature) => {
    let sum = 0;
    for (let from = 0; from < width; from++) sum += (x[position * width + from] ?? 0) * (matrix[from * width + head * size + feature] ?? 0);
    return sum;
  }));
}

type Build = (draft: Draft, sides: { readonly query: string; readonly key: string; readonly value: string }) => string;

async function rowsOf(build: Build): Promise<NumberedTap> {
  const draft = new Draft();
  const input = draft.input('x', [1, length, width]);
  const side = (at: 0 | 1 | 2): string => {
    const made = draft.node('MatMul', [input, draft.store(floats(`matrix_${at}`, [...matrices[at]], [width, width]))]);
    return draft.node('Reshape', [made, draft.list([0, 0, heads, size])]);
  };
  draft.output(build(draft, { query: side(0), key: side(1), value: side(2) }), 'y');
  return withModel(draft.model(), async file => {
    const [tap] = await numberedTaps(await openOnnx(file), { x: await tensor([1, length, width], x) });
    if (tap === undefined) throw new Error('no attention was found');
    return tap;
  });
}

const apart = (draft: Draft, value: string, perm = [0, 2, 1, 3]): string => draft.node('Transpose', [value], { perm });
const softmax = (draft: Draft, scores: string): string => draft.node('Softmax', [scores], { axis: -1 });
const isLater = (query: number, key: number): boolean => key > query;
const bias = Array.from({ length: length * length }, (_, at) => Math.sin(at));

/** Each computes the same in another way; what is added to the score of a query and a key. */
const ways: Readonly<Record<string, { readonly build: Build; readonly scale: number; readonly mask: (query: number, key: number) => number }>> = {
  'scaled by a quotient and masked by a choice, as PyTorch exports it': {
    scale: 0.5,
    mask: (query, key) => (isLater(query, key) ? -Infinity : 0),
    build: (draft, { query, key, value }) => {
      const scores = draft.node('Div', [draft.node('MatMul', [apart(draft, query), apart(draft, key, [0, 2, 3, 1])]), draft.number(2)]);
      const later = draft.node('Greater', [draft.store(floats('mask', Array.from({ length: length * length }, (_, at) => (isLater(Math.floor(at / length), at % length) ? 1 : 0)), [1, 1, length, length])), draft.number(0)]);
      return draft.node('MatMul', [softmax(draft, draft.node('Where', [later, draft.number(-1e9), scores])), apart(draft, value)]);
    },
  },
  'with a bias of positions, by Einsum, as TensorFlow exports it': {
    scale: 0.25,
    mask: (query, key) => bias[query * length + key] ?? 0,
    build: (draft, { query, key, value }) => {
      const scores = draft.node('Einsum', [draft.node('Mul', [query, draft.number(1)]), key], { equation: 'bqhd,bkhd->bhqk' });
      const biased = draft.node('Add', [draft.store(floats('bias', bias, [length, length])), draft.node('Mul', [draft.number(0.25), scores])]);
      return draft.node('Einsum', [softmax(draft, biased), value], { equation: 'bhqk,bkhd->bqhd' });
    },
  },
  'keys by queries, and heads folded into the batch': {
    scale: 1,
    mask: () => 0,
    build: (draft, { query, key, value }) => {
      const folded = (side: string, perm = [0, 2, 1, 3]): string => draft.node('Reshape', [apart(draft, side, perm), draft.list([heads, perm[2] === 1 ? length : size, -1])]);
      const turned = draft.node('MatMul', [folded(key), folded(query, [0, 2, 3, 1])]);
      return draft.node('MatMul', [softmax(draft, draft.node('Transpose', [turned], { perm: [0, 2, 1] })), folded(value)]);
    },
  },
  'by a fused product with its scale in it': {
    scale: 0.5,
    mask: () => 0,
    build: (draft, { query, key, value }) => {
      const scores = draft.node('FusedMatMul', [apart(draft, query, [0, 2, 3, 1]), apart(draft, key)], { transA: 1, transB: 1, alpha: { float: 0.5 } }, 'com.microsoft');
      return draft.node('FusedMatMul', [softmax(draft, scores), apart(draft, value)], {}, 'com.microsoft');
    },
  },
};

test.each(Object.entries(ways))('%s: every number of every row is that of its weights', async (_, { build, scale, mask }) => {
  const tap = await rowsOf(build);
  expect([tap.heads, tap.queries, tap.whyNot]).toEqual([heads, length, undefined]);
  for (let head = 0; head < heads; head++) {
    const [queries, keys, values] = matrices.map(matrix => projected(matrix, head));
    for (let query = 0; query < length; query++) {
      const row = tap.row(head, query);
      if (row.score !== 'dot-product') throw new Error('it is no dot product');
      const dots = (keys ?? []).map(key => key.reduce((sum, value, at) => sum + value * (queries?.[query]?.[at] ?? 0), 0));
      const scores = dots.map((product, key) => product * scale + mask(query, key));
      const expected = weighed(scores, values ?? []);
      expect(off(row.query, queries?.[query] ?? [])).toBeLessThan(1e-5);
      row.keys.forEach((key, at) => expect(off(key, keys?.[at] ?? [])).toBeLessThan(1e-5));
      row.values.forEach((value, at) => expect(off(value, values?.[at] ?? [])).toBeLessThan(1e-5));
      expect(off(row.products, dots)).toBeLessThan(1e-5);
      expect(row.scale).toBeCloseTo(scale, 6);
      expect(off(row.mask.map(value => value ?? -Infinity), (keys ?? []).map((_, key) => mask(query, key)))).toBeLessThan(1e-6);
      expect(off(row.scores.map(value => value ?? -Infinity), scores)).toBeLessThan(1e-5);
      expect(off(row.weights, expected.weights)).toBeLessThan(1e-5);
      expect(off(row.output, expected.output)).toBeLessThan(1e-5);
    }
  }
});

test('a soft cap is no scale and no mask, and is told so', async () => {
  const tap = await rowsOf((draft, { query, key, value }) => {
    const scores = draft.node('Tanh', [draft.node('MatMul', [apart(draft, query), apart(draft, key, [0, 2, 3, 1])])]);
    return draft.node('MatMul', [softmax(draft, scores), apart(draft, value)]);
  });
  expect(tap.whyNot).toContain('capped by a tanh');
});

/** What is told of every row leads to the row by hand, and the row is the one that is shown. */
function check(tap: NumberedTap): void {
  for (let head = 0; head < tap.heads; head++) {
    for (let query = 0; query < tap.queries; query++) {
      const row = tap.row(head, query);
      const { weights, output } = byHand(row);
      expect(off(row.weights, tap.weights(head, query))).toBeLessThan(1e-6);
      expect(off(weights, row.weights)).toBeLessThan(2e-5);
      expect(off(output, row.output)).toBeLessThan(2e-5);
      if (tap.norms(head).length > 0) expect(off(tap.norms(head), row.values.map(value => Math.hypot(...value)))).toBeLessThan(1e-5);
    }
  }
}

describe('models that others made', () => {
  test.skipIf(!existsSync(minilm))(`MiniLM, with padding behind its text${unlessMinilm}`, async () => {
    const ids = [101, 1996, 4937, 2938, 2006, 1996, 13523, 102, 0, 0];
    const mask = ids.map(id => (id === 0 ? 0 : 1));
    const taps = await numberedTaps(await openOnnx(minilm), { input_ids: await integerTensor('int64', [1, 10], ids), attention_mask: await integerTensor('int64', [1, 10], mask) });
    expect(taps.map(({ name, heads }) => `${name} × ${heads}`)).toEqual(['encoder.0 × 12', 'encoder.1 × 12', 'encoder.2 × 12']);
    taps.forEach(check);
  });

  test.skipIf(unlessThere !== '')(`of primitive operators and of fused ones: every row of every head${unlessThere}`, async () => {
    const told: string[] = [];
    const without: string[] = [];
    for (const [name, file] of sharedModels) {
      // It takes one token, and keeps a mask of three.
      if (name === 'transform__fusion__attention_distilbert') continue;
      const model = await openOnnx(file);
      const taps = await numberedTaps(model, await feedsOf(model));
      for (const tap of taps) {
        check(tap);
        told.push(`${name} ${tap.name}`);
        if (tap.norms(0).length === 0) without.push(name);
      }
    }
    expect(told.length).toBe(35);
    // Those of an operator set that does not count axes from the end.
    expect(without).toEqual(['transform__fusion__attention_int32_mask', 'transform__fusion__attention_symbolic_batch']);
  });
});
