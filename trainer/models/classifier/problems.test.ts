/** What a config of a classifier is told when it cannot be. */
import { expect, test } from 'vitest';
import { imageClassifierSchema, textClassifierSchema } from './config.ts';
import { imageClassifierProblems, textClassifierProblems } from './problems.ts';

const image = imageClassifierSchema.parse({ kind: 'image-classifier', patch: 4, stride: 4, features: 48, heads: 4, inner: 96, layers: 2, pooling: { kind: 'additive', width: 32 } });
const text = textClassifierSchema.parse({
  kind: 'text-classifier',
  embedding: 32,
  encoder: { kind: 'transformer', heads: 4, inner: 64, layers: 1 },
  pooling: { kind: 'self-attentive', width: 16, hops: 4 },
});

test('what fits has no problems', () => {
  expect(textClassifierProblems(text, 100)).toEqual([]);
  expect(imageClassifierProblems(image)).toEqual([]);
  expect(imageClassifierProblems(image, { height: 28, width: 28 })).toEqual([]);
  expect(imageClassifierProblems({ ...image, stride: 2 }, { height: 28, width: 32 })).toEqual([]);
});

test.each([
  [{ height: 30, width: 28 }, { patch: 4, stride: 4 }, /^stride: .*every 4 do not cover 28 × 30 pixels exactly; 1 or 2 do$/],
  [{ height: 29, width: 28 }, { patch: 4, stride: 2 }, /; 1 does$/],
  [{ height: 8, width: 20 }, { patch: 12, stride: 4 }, /^patch: 12 pixels are more than an image of 20 × 8 has; 1 to 8 fit$/],
  [{ height: 28, width: 28 }, { patch: 4, stride: 6 }, /^stride: patches of 4 pixels every 6 leave pixels out; 1 to 4 fit$/],
  [{ height: 224, width: 224 }, { patch: 8, stride: 2 }, /^stride: .* are 11881 of an image/],
])('an image of %o and patches of %o', (size, geometry, problem) => {
  expect(imageClassifierProblems({ ...image, ...geometry }, size)).toEqual([expect.stringMatching(problem)]);
});

test.each([
  [{ window: 9, step: 1, features: 4 }, ['stem.window: 9 pixels of a patch of 8; 1 to 8 fit']],
  [{ window: 5, step: 2, features: 4 }, ['stem.step: windows of 5 pixels every 2 do not cover a patch of 8 exactly; 1 or 3 do']],
  [{ window: 4, step: 2, features: 4 }, []],
])('a patch of 8 pixels read by windows %o', (stem, problems) => {
  expect(imageClassifierProblems({ ...image, patch: 8, stride: 4, stem })).toEqual(problems);
});

test('each problem is told by the key that the config has', () => {
  const wrong = { ...text, embedding: 33, encoder: { ...text.encoder, longest: 50 }, pooling: { kind: 'multi-head', heads: 2 } } as typeof text;
  const keys = textClassifierProblems(wrong, 60).map(problem => problem.split(':')[0]);
  expect(keys).toEqual(['encoder.heads', 'embedding', 'encoder.longest', 'pooling.heads']);
  const odd = imageClassifierProblems({ ...image, features: 50, positions: 'sinusoidal', pooling: { kind: 'self-attentive', width: 8, hops: 0, penalty: -1 } });
  expect(odd.map(problem => problem.split(':')[0])).toEqual(['heads', 'pooling.hops', 'pooling.penalty']);
});

test('heads share what a bidirectional encoder gives', () => {
  const encoder = { kind: 'recurrent', cell: 'gru', hidden: 9, layers: 1, bidirectional: true } as const;
  expect(textClassifierProblems({ ...text, encoder, pooling: { kind: 'multi-head', heads: 6 } })).toEqual([]);
  expect(textClassifierProblems({ ...text, encoder, pooling: { kind: 'multi-head', heads: 4 } })).toEqual([
    'pooling.heads: 4 heads cannot share 18 features evenly; 1, 2, 3, 6, 9 or 18 can',
  ]);
});

test('a key that does not exist is refused, and a kind that does not exist told what there is', () => {
  expect(textClassifierSchema.safeParse({ ...text, vocabulary: 9 }).success).toBe(false);
  const parsed = textClassifierSchema.safeParse({ ...text, pooling: { kind: 'max' } });
  expect(parsed.error?.issues[0]?.message).toBe('expected "mean", "additive", "self-attentive" or "multi-head"');
});
