import { describe, expect, it } from 'vitest';
import { axisOf, expectRows, passOf, randomMap, type Rows, valuesOf } from './reading.fixture.ts';

const axis = axisOf('a b');
const even: Rows = [[0.5, 0.5], [0.5, 0.5]];
const own: Rows = [[1, 0], [0, 1]];
const first: Rows = [[1, 0], [1, 0]];

describe('heads and layers as one', () => {
  const pass = passOf([axis], [{ heads: [even, own, first] }, { layer: 1, heads: [first, first, own] }]);

  it('are their mean or the largest of them', async () => {
    expectRows((await valuesOf(pass, {}, { heads: [0, 2], by: 'mean' })).rows, [[0.75, 0.25], [0.75, 0.25]]);
    expectRows((await valuesOf(pass, {}, { heads: [0, 2], by: 'max' })).rows, [[1, 0.5], [1, 0.5]]);
    expectRows((await valuesOf(pass, {}, { heads: 'all', by: 'mean' })).rows, [[2.5 / 3, 0.5 / 3], [0.5, 0.5]]);
    expectRows((await valuesOf(pass, {}, { of: 'layers', layers: 'all', by: 'mean' })).rows, [[5.5 / 6, 0.5 / 6], [3.5 / 6, 2.5 / 6]]);
    expectRows((await valuesOf(pass, {}, { of: 'layers', layers: [1], by: 'max' })).rows, [[1, 0], [1, 1]]);
  });

  it('are weighted by their own values each, before they are one', async () => {
    const weighted = passOf([axis], [{ heads: [even, own], values: [[2, 4], [10, 20]] }]);
    expectRows((await valuesOf(weighted, { valueWeighted: true }, { heads: 'all' })).rows, [[5.5, 1], [0.5, 11]]);
  });

  it('are the same held in bytes, but for the rounding', async () => {
    const heads = [randomMap('bytes', 6, 6), randomMap('more', 6, 6)];
    const text = axisOf('a b c d e f');
    const exact = await valuesOf(passOf([text], [{ heads }]), {}, { heads: 'all' });
    const rounded = await valuesOf(passOf([text], [{ heads, inBytes: true }]), {}, { heads: 'all' });
    rounded.rows.flat().forEach((weight, place) => expect(Math.abs(weight - (exact.rows.flat()[place] ?? NaN))).toBeLessThanOrEqual(1 / 510 + 1e-6));
  });

  it.each([
    [{ layer: 2 }, 'There are no maps of “Encoder: layer 3” (encoder:2); there are of “Encoder: layers 1, 2” (encoder:0, encoder:1).'],
    [{ heads: [3] }, 'There is no “Encoder: layer 1, head 4” (encoder:0:3); that layer has 3 heads, encoder:0:0 to encoder:0:2.'],
    [{ heads: [0, -1] }, '(encoder:0:-1)'],
    [{ heads: [] }, 'no head at all'],
    [{ of: 'layers', layers: [] }, 'no layer at all'],
    [{ kind: 'cross' }, 'There are no maps of kind cross; there are encoder.'],
  ] as const)('%j is refused', async (choice, message) => {
    await expect(valuesOf(pass, {}, choice)).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining(message) });
  });

  it('of different sizes are none', async () => {
    const narrowing = passOf([axis], [{ heads: [own] }, { layer: 1, heads: [[[1], [1]]] }]);
    await expect(valuesOf(narrowing, {}, { of: 'layers', layers: 'all' })).rejects.toMatchObject({ message: expect.stringContaining('“Encoder: layer 1” (encoder:0) have 2 × 2 weights, those of “Encoder: layer 2” (encoder:1) have 2 × 1') });
  });
});

describe('attention rollout', () => {
  it('is a layer and what goes around it, times what was before', async () => {
    const pass = passOf([axis], [{ heads: [even, first] }, { layer: 1, heads: [[[0.2, 0.8], [0.6, 0.4]]] }]);
    // Of the first layer, the mean of both heads is [0.75, 0.25] in both rows.
    const below: Rows = [[0.875, 0.125], [0.375, 0.625]];
    expectRows((await valuesOf(pass, {}, { of: 'rollout', layer: 0 })).rows, below);
    // 0.6 · [0.875, 0.125] + 0.4 · [0.375, 0.625], and 0.3 and 0.7 of them.
    expectRows((await valuesOf(pass, {}, { of: 'rollout', layer: 1 })).rows, [[0.675, 0.325], [0.525, 0.475]]);
  });

  it('of causal layers is the product of all of them; each row is shared out whole', async () => {
    const text = axisOf('a b c d e f g h');
    const layers = [0, 1, 2, 3].map(layer => ({ kind: 'decoder', layer, heads: [randomMap(`rollout ${layer}`, 8, 8, { isCausal: true })] } as const));
    const passedOn = layers.map(({ heads: [map = []] }) => map.map((row, query) => row.map((weight, key) => weight / 2 + (query === key ? 0.5 : 0))));
    const product = (one: Rows, other: Rows): number[][] => one.map(row => row.map((_, column) => row.reduce((sum, weight, inner) => sum + weight * (other[inner]?.[column] ?? NaN), 0)));
    const { rows } = await valuesOf(passOf([text], layers), {}, { of: 'rollout', kind: 'decoder', layer: 3 });
    expectRows(rows, passedOn.reduce((before, layer) => product(layer, before)));
    for (const row of rows) expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  it('leaves to itself a token that looks at nothing', async () => {
    expectRows((await valuesOf(passOf([axis], [{ heads: [[[0, 0], [0.5, 0]]] }]), {}, { of: 'rollout' })).rows, [[1, 0], [0.5, 0.5]]);
  });

  it('is refused over a layer that could not be read, as what it passes on is not known', async () => {
    const pass = passOf([axis], [0, 2].map(layer => ({ layer, heads: [[[1, 0], [0.5, 0.5]]] })));
    for (const of of ['rollout', 'flow'] as const) {
      await expect(valuesOf(pass, {}, { of, layer: 2 })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining('no attention of layer 2') });
      await expect(valuesOf(pass, {}, { of, layer: 0 })).resolves.toBeDefined();
    }
  });

  it('is refused of attention to another text', async () => {
    const pass = passOf([axis, axisOf('x y', 'target')], [{ kind: 'cross', queries: 1, keys: 0, heads: [even] }]);
    for (const of of ['rollout', 'flow'] as const) {
      await expect(valuesOf(pass, {}, { of, kind: 'cross' })).rejects.toMatchObject({ code: 'bad-argument', message: expect.stringContaining(`Attention ${of} goes from layer to layer over the same tokens`) });
    }
  });
});

describe('attention flow', () => {
  it('is what a layer has, after a single one', async () => {
    expectRows((await valuesOf(passOf([axis], [{ heads: [[[0.2, 0.8], [0.6, 0.4]]] }]), {}, { of: 'flow' })).rows, [[0.6, 0.4], [0.3, 0.7]]);
  });

  it('is as much as fits through both of two layers, over every position between', async () => {
    const pass = passOf([axis], [{ heads: [[[0.5, 0.5], [1, 0]]] }, { layer: 1, heads: [[[0.2, 0.8], [0.6, 0.4]]] }]);
    // Below, what is passed on is [0.75, 0.25] and [0.5, 0.5]; above, [0.6, 0.4] and [0.3, 0.7]. From position 0 to input 0:
    // min(0.6, 0.75) over position 0, min(0.4, 0.5) over position 1.
    expectRows((await valuesOf(pass, {}, { of: 'flow', layer: 1 })).rows, [[1, 0.25 + 0.4], [0.3 + 0.5, 0.25 + 0.5]]);
  });

  it('of a causal text leads nowhere ahead, and never gives more than one token has', async () => {
    const text = axisOf('a b c d e f');
    const layers = [0, 1, 2].map(layer => ({ kind: 'decoder', layer, heads: [randomMap(`flow ${layer}`, 6, 6, { isCausal: true })] } as const));
    const { rows } = await valuesOf(passOf([text], layers), {}, { of: 'flow', kind: 'decoder', layer: 2 });
    rows.forEach((row, query) => row.forEach((flow, key) => {
      if (key > query) expect(flow).toBe(0);
      else expect(flow).toBeGreaterThan(0);
      expect(flow).toBeLessThanOrEqual(1 + 1e-6);
    }));
  });

  it('is refused of a long text, and says why', async () => {
    const long = passOf([axisOf('a '.repeat(65))], [{ heads: [randomMap('long', 65, 65)] }]);
    await expect(valuesOf(long, {}, { of: 'flow' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'Attention flow was asked for of 65 tokens; it is worked out for at most 64, since every pair of tokens is a flow problem of its own.',
      hint: expect.stringContaining('rollout'),
    });
  });
});
