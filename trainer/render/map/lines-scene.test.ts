import { expect, test } from 'vitest';
import { plainReading } from '../../../protocol/inspection.ts';
import { axisOf } from '../../inspection/reading/reading.fixture.ts';
import { linesScene } from './lines-scene.ts';
import type { ReadLines } from './read-out.ts';

const side = (text: string): ReadLines['rows'] => {
  const axis = axisOf(text);
  return { axis, labels: axis.tokens.map((token, index) => ({ first: index, end: index + 1, text: token.text, special: false })) };
};

const read: ReadLines = {
  model: 'bert', kind: 'encoder', layer: 3, reading: plainReading, shown: [0, 9], rows: side('a b'), columns: side('x y'),
  queries: Uint16Array.of(0, 0, 1, 1), keys: Uint16Array.of(1, 0, 1, 0), heads: Uint8Array.of(0, 0, 9, 0), weights: Float32Array.of(0.002, 0.5, 0.5, 1),
  hidden: { lines: 3, mass: 0.003, largest: 0.001 },
};

test('lines of each head in its colour, as strong as their weight; what is too faint is told', () => {
  const { scene, faint } = linesScene(read);
  const strokes = scene.shapes.flatMap(shape => (shape.kind === 'strokes' ? [shape] : []));
  expect(strokes.map(({ colour, opacity, lines }) => [colour, Number(opacity.toFixed(2)), lines.length])).toEqual([['#0078cc', 0.5, 1], ['#b41848', 0.5, 1], ['#0078cc', 1, 1]]);
  expect(faint).toBe(1);
  const texts = scene.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : [])).join(' ');
  expect(texts).toMatch(/^from to a b x y heads 1 10 bert · Encoder: layer 4 · opacity is the weight · 4 weaker lines are not drawn$/);
  expect(scene.description).toMatch(/^Lines from 2 tokens to 2\. The strongest: b → x 1 \(head 1\); b → y 0\.5 \(head 10\);/);
});

test('a line leads from its row to its column', () => {
  const lines = linesScene(read).scene.shapes.flatMap(shape => (shape.kind === 'strokes' ? shape.lines : []));
  expect(lines.map(({ from, to }) => [to[0] - from[0], to[1] - from[1]])).toEqual([[180, 0], [180, 0], [180, -14]]);
});
