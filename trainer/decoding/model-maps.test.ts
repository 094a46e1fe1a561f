import { expect, test } from 'vitest';
import type { MapPlace } from '../models/map-place.ts';
import type { MapOutput } from './decoder-signature.ts';
import { ModelMaps } from './model-maps.ts';

const outputs: MapOutput[] = [0, 1].map(layer => ({ name: `attention.${layer}`, heads: 2, rank: 3, keys: 'source' }));
const attention: MapPlace[] = [0, 1].flatMap(layer => [0, 1].map(head => ({ kind: 'cross' as const, layer, head, output: `attention.${layer}` })));
const best = { layer: 1, head: 'mean', shift: 1 } as const;
const model = new ModelMaps({ id: 'toy', attention, alignment: best }, outputs);
const row = (...weights: number[]): Float32Array => Float32Array.from(weights);

test('every head of every layer can be chosen, and the mean of a layer', () => {
  expect(model.all.map(({ layer, head }) => `${layer} ${head}`)).toEqual(['0 mean', '0 0', '0 1', '1 mean', '1 0', '1 1']);
  expect(model.best).toEqual({ kind: 'cross', layer: 1, head: 'mean' });
});

test('only the outputs that hold the chosen map are asked for', () => {
  expect(model.choose({ kind: 'cross', layer: 0, head: 1 }).outputs.map(({ name }) => name)).toEqual(['attention.0']);
});

test('a shifted row is that of the step after, the mean that of the heads; the last token keeps its own', () => {
  const maps = [[row(1, 0), row(0, 1)], [row(0.5, 0.5), row(0, 1)], [row(0.25, 0.75), row(0.75, 0.25)]];
  expect(model.choose().rows(maps, 2)).toEqual([[0.25, 0.75], [0.5, 0.5], [0.5, 0.5]]);
  expect(model.choose({ kind: 'cross', layer: 1, head: 1 }).rows(maps, 2)).toEqual([[0, 1], [0.75, 0.25], [0.75, 0.25]]);
});

test('a map that the model does not have is refused, with those it has', () => {
  expect(() => model.choose({ kind: 'cross', layer: 2, head: 0 })).toThrow(/no map “Decoder, over the source: layer 3, head 1” \(cross:2:0\) to show here; it has .*layer 1, mean of its heads” \(cross:0:mean\)/);
  expect(() => model.choose({ kind: 'decoder', layer: 0, head: 0 })).toThrow(/no map “Decoder: layer 1, head 1” \(decoder:0:0\)/);
});

test('a manifest that names an output or an alignment that is not there is a broken model', () => {
  expect(() => new ModelMaps({ id: 'toy', attention: [{ kind: 'cross', layer: 0, head: 2, output: 'attention.0' }] }, outputs)).toThrow(/no output "attention.0" with a head 2/);
  expect(() => new ModelMaps({ id: 'toy', attention, alignment: { layer: 5, head: 0, shift: 0 } }, outputs)).toThrow(/names no map of layer 5/);
});

test('a model without attention has no map, and rows of zeros', () => {
  const none = new ModelMaps({ id: 'none', attention: [] }, []);
  expect(none.best).toBeUndefined();
  expect(none.choose().rows([[]], 3)).toEqual([[0, 0, 0]]);
});
