import { expect, test } from 'vitest';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import { textAxis } from './axes.ts';
import type { HeldLayer } from './held.ts';
import { HeldPasses } from './held-passes.ts';
import type { Pass } from './pass.ts';
import { headMatrix, weightsOf } from './reading/matrix.ts';

const side = 4;

function layerOf(layer: number, weight: number): HeldLayer {
  const whole = { first: 0, end: side };
  const weights = new Float32Array(side * side).fill(weight);
  return { kind: 'encoder', layer, heads: 1, queries: 0, keys: 0, rows: side, columns: side, shifts: [0], blocks: [{ rows: whole, columns: whole, weights }] };
}

/** Of layers with 64 bytes each. */
function passOf(layers: number, weight = 0.25): Pass {
  const tokens = Array.from({ length: side }, (_, index) => ({ text: 'a', start: index, end: index + 1 }));
  return {
    model: 'm', axes: [textAxis('source', { text: 'aaaa', tokens, words: [] })], layers: Array.from({ length: layers }, (_, layer) => layerOf(layer, weight)),
    usual: undefined, image: undefined, output: { kind: 'read' }, warnings: [],
  };
}

const asked: OpenInspectionParams = { model: 'm', text: 'aaaa', languageId: 'plaintext', beam: 1, interventions: [] };
const hold = (passes: HeldPasses, pass: Pass): string => passes.hold(pass, asked, { folder: '/m' }).inspection.id;
const gone = { code: 'inspection-gone', hint: 'Ask for it again.' };

function held(passes: HeldPasses, id: string): boolean {
  try {
    passes.get(id);
    return true;
  } catch (thrown) {
    expect(thrown).toMatchObject(gone);
    return false;
  }
}

test('what was not looked at for the longest is forgotten first', () => {
  const passes = new HeldPasses({ floats: 1000, all: 3 * 64 });
  const [one, two, three] = [hold(passes, passOf(1)), hold(passes, passOf(1)), hold(passes, passOf(1))];
  passes.get(one);
  const four = hold(passes, passOf(1));
  expect([one, two, three, four].map(id => held(passes, id))).toEqual([true, false, true, true]);
  hold(passes, passOf(3));
  expect([one, three, four].map(id => held(passes, id))).toEqual([false, false, false]);
});

test('images count, and so do passes themselves', () => {
  const passes = new HeldPasses({ floats: 1000, all: 1000 });
  const withImage = (): string => passes.hold(passOf(1), asked, { folder: '/m', image: new Uint8Array(600) }).inspection.id;
  const [one, two] = [withImage(), withImage()];
  expect([one, two].map(id => held(passes, id))).toEqual([false, true]);
  const small = new HeldPasses();
  const ids = Array.from({ length: 101 }, () => hold(small, passOf(0)));
  expect([ids[0], ids[1], ids[100]].map(id => held(small, id ?? ''))).toEqual([false, true, true]);
});

test('what came out of a model that only reads counts: of every token, of the text, and scores', () => {
  for (const states of [{ tokens: { width: 150, numbers: new Float32Array(150) } }, { vector: new Float32Array(150) }, { scores: new Float32Array(150) }]) {
    const passes = new HeldPasses({ floats: 1000, all: 1000 });
    const [one, two] = [hold(passes, { ...passOf(1), states }), hold(passes, { ...passOf(1), states })];
    expect([one, two].map(id => held(passes, id)), Object.keys(states).join()).toEqual([false, true]);
  }
});

test('what is closed is gone, and so is what never was', () => {
  const passes = new HeldPasses();
  const id = hold(passes, passOf(1));
  passes.close(id);
  expect([id, 'of another engine'].map(one => held(passes, one))).toEqual([false, false]);
});

test('a pass of many weights is held in bytes, off by no more than half a step', () => {
  const passes = new HeldPasses({ floats: 64, all: 1000 });
  const [small, large] = [passes.get(hold(passes, passOf(1, 0.29))), passes.get(hold(passes, passOf(2, 0.29)))];
  expect([small.inspection.isRounded, large.inspection.isRounded]).toEqual([false, true]);
  const [layer] = large.layers;
  if (layer === undefined) throw new Error('it has layers');
  expect(layer.blocks[0]?.weights).toBeInstanceOf(Uint8Array);
  for (const weight of weightsOf(headMatrix(layer, 0))) expect(Math.abs(weight - 0.29)).toBeLessThanOrEqual(1 / 510);
});

test('of a pass that is larger than all the room, the first layers are held, and that is told', () => {
  const passes = new HeldPasses({ floats: 64, all: 40 });
  const { inspection } = passes.get(hold(passes, passOf(5)));
  expect(inspection.layers.map(({ layer }) => layer)).toEqual([0, 1]);
  expect(inspection.warnings).toEqual([expect.stringContaining('only those of the first 2 of 5 layers are shown')]);
});

test('what is no number counts as 0, and of which layers that is is told', () => {
  const passes = new HeldPasses();
  const pass = passOf(4);
  for (const layer of [1, 3]) pass.layers[layer]?.blocks[0]?.weights.fill(Number.NaN, 4, 8);
  const { inspection, layers } = passes.get(hold(passes, pass));
  expect(layers.map(({ blocks }) => blocks[0]?.weights.every(weight => weight === 0.25))).toEqual([true, false, true, false]);
  expect([...(layers[1]?.blocks[0]?.weights.subarray(2, 10) ?? [])]).toEqual([0.25, 0.25, 0, 0, 0, 0, 0.25, 0.25]);
  expect(inspection.warnings).toEqual([expect.stringMatching(/^Some weights are no numbers.*: “Encoder: layers 2, 4” \(encoder:1, encoder:3\)\.$/)]);
  expect(passes.get(hold(passes, passOf(1))).inspection.warnings).toEqual([]);
});
