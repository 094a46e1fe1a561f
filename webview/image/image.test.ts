import { describe, expect, test } from 'vitest';
import { classifiedDisc, discPng } from '../../test/panel/classified-sample.ts';
import { withoutOrientation } from './decode.ts';
import { fit, isSmall } from './draw-image.ts';
import { ImageView } from './image-view.ts';
import { fresh, recall } from './remembered.ts';

const disc = classifiedDisc(28, 7);
const view = new ImageView(disc);
const middle = view.grid.at(17, 10) ?? -1;

describe('what is drawn over an image', () => {
  test('pooling, its heads, evidence, and each layer of the encoder', () => {
    expect(view.choices.map(({ name }) => name)).toEqual([
      'Pooling, mean of heads', 'Pooling, head 1', 'Pooling, head 2', 'Evidence for disc', 'Evidence for square',
      'Layer 1, mean of heads', 'Layer 1, head 1', 'Layer 1, head 2', 'Layer 2, mean of heads', 'Layer 2, head 1', 'Layer 2, head 2',
    ]);
  });

  test('the pooling as it is, the most attended patch at full strength', () => {
    const { weights, full, isEvidence } = view.overlay(view.choice(''), undefined);
    expect([weights, isEvidence]).toEqual([disc.attention, false]);
    expect(full).toBe(Math.max(...disc.attention));
  });

  test('evidence of both labels on one scale, below 0 where it is against', () => {
    const [disced, squared] = ['evidence-0', 'evidence-1'].map(key => view.overlay(view.choice(key), undefined));
    expect(disced?.full).toBe(squared?.full);
    expect(disced?.weights[middle]).toBeGreaterThan(0);
    expect(squared?.weights[middle]).toBeLessThan(0);
  });

  test('in a layer what the patch pointed at looks at, or all on average', () => {
    const choice = view.choice('layer-1-0');
    const looked = view.overlay(choice, middle).weights;
    expect(looked.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(looked.indexOf(Math.max(...looked))).toBe(middle);
    expect(view.overlay(choice, undefined).weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });

  test('each patch in words', () => {
    expect(view.grid.name(middle)).toBe('row 3, column 5');
    expect(view.sentence(view.choice(''), middle)).toMatch(/^Row 3, column 5 got \d+ % of the attention; it speaks for disc \(\+\d\.\d\), against square \(−\d\.\d\)\.$/);
    expect(view.sentence(view.choice('layer-0'), middle)).toMatch(/^Row 3, column 5 looks at itself \(\d+ %\); row \d/);
  });
});

describe('patches', () => {
  test('stand in rows and columns, and are found by their points', () => {
    expect([view.grid.rows, view.grid.columns]).toEqual([7, 7]);
    expect(view.grid.cellOf(9)).toEqual({ row: 1, column: 2 });
    expect(view.grid.indexOf({ row: 1, column: 2 })).toBe(9);
    expect(view.grid.at(11.9, 4)).toBe(9);
    expect(view.grid.at(28, 4)).toBeUndefined();
  });
});

describe('a picture', () => {
  test('is drawn as large as there is room, a small one at a whole multiple', () => {
    expect(fit({ width: 28, height: 28 }, { width: 500, height: 400 })).toEqual({ width: 392, height: 392 });
    expect(fit({ width: 4000, height: 2000 }, { width: 500, height: 400 })).toEqual({ width: 500, height: 250 });
    expect(isSmall({ width: 28, height: 28 }, { width: 392, height: 392 })).toBe(true);
    expect(isSmall({ width: 4000, height: 2000 }, { width: 1000, height: 500 })).toBe(false);
  });

  test('of a JPEG loses what would turn it, and nothing else', () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 3, 7, 0xff, 0xe1, 0, 4, 1, 2, 0xff, 0xdb, 0, 2, 0xff, 0xda, 0, 2, 0xff, 0xe1, 0, 9);
    expect(Array.from(withoutOrientation(jpeg))).toEqual([0xff, 0xd8, 0xff, 0xe0, 0, 3, 7, 0xff, 0xdb, 0, 2, 0xff, 0xda, 0, 2, 0xff, 0xe1, 0, 9]);
    for (const other of [new Uint8Array(discPng(4)), Uint8Array.of(0xff, 0xd8), Uint8Array.of()]) expect(Array.from(withoutOrientation(other))).toEqual(Array.from(other));
  });
});

test('what an older panel left behind is read with care', () => {
  expect(recall('x')).toEqual(fresh);
  expect(recall({ uri: 7, map: null, strength: 200, patch: -1 })).toEqual(fresh);
  const left = { uri: 'file:///a.png', map: 'layer-0', shown: false, strength: 40, patch: 3 };
  expect(recall(left)).toEqual(left);
});
