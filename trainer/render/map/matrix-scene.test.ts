import { expect, test } from 'vitest';
import { plainReading } from '../../../protocol/inspection.ts';
import { axisOf } from '../../inspection/reading/reading.fixture.ts';
import { renderScene } from '../scene/svg.ts';
import { matrixScene } from './matrix-scene.ts';
import type { ReadOut } from './read-out.ts';

function readOf(written: { readonly rows: string; readonly columns: string }, cells: readonly number[], more: Partial<ReadOut> = {}): ReadOut {
  const sideOf = (text: string): ReadOut['rows'] => {
    const axis = axisOf(text);
    return { axis, labels: axis.tokens.map((token, index) => ({ first: index, end: index + 1, text: token.text, special: token.special })) };
  };
  return {
    about: { model: '/models/de-en', choice: { of: 'heads', kind: 'cross', layer: 1, heads: [2], by: 'mean' }, heads: 4, text: written.columns, changes: 0, reading: plainReading },
    rows: sideOf(written.rows), columns: sideOf(written.columns),
    cells: Float32Array.from(cells), step: { rows: 1, columns: 1 }, isSigned: false, full: Math.max(...cells.map(Math.abs)), strong: Math.max(...cells.map(Math.abs)), hidden: { cells: 0, mass: 0 },
    ...more,
  };
}

/** Without the legend's thirty steps. */
const drawn = (read: ReadOut): string => renderScene(matrixScene(read)).split('\n').filter(line => !line.includes('v2h-1z')).join('\n');

test('a small map, whole', () => {
  expect(drawn(readOf({ rows: 'a <b>', columns: 'Hund schläft .' }, [0.5, 0.5, 0, 0.001, 0, 1]))).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" width="240" height="146" viewBox="0 0 240 146" role="img" aria-labelledby="title" aria-describedby="desc" font-family="Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', sans-serif">
    <title id="title">de-en · Decoder, over the source: layer 2, head 3</title>
    <desc id="desc">2 rows by 3 columns. The strongest of each row: a → Hund 0.5; &lt;b&gt; → . 1.</desc>
    <path fill="#ffffff" d="M0 0h240v146h-240z"/>
    <path transform="translate(53 47.642) scale(1)" shape-rendering="crispEdges" fill="#1f1d1a" fill-opacity="0.03" d="M0 0h54v36h-54z"/>
    <path transform="translate(53 47.642) scale(18)" shape-rendering="crispEdges" fill="#0a6ed1" fill-opacity="0.614" d="M0 0h2v1h-2z"/>
    <path transform="translate(53 47.642) scale(18)" shape-rendering="crispEdges" fill="#0a6ed1" d="M2 1h1v1h-1z"/>
    <path fill="none" stroke="#ffffff" stroke-width="0.75" d="M53 65.642L107 65.642M71 47.642L71 83.642M89 47.642L89 83.642"/>
    <path fill="none" stroke="#5f5b54" stroke-width="0.75" d="M41 31.142L48 31.142M46 29.142L48 31.142M46 33.142L48 31.142M44.5 36.642L44.5 43.642M42.5 41.642L44.5 43.642M46.5 41.642L44.5 43.642"/>
    <text x="38" y="33.642" font-size="8" fill="#5f5b54" text-anchor="end">input</text>
    <text x="38" y="43.642" font-size="8" fill="#5f5b54" text-anchor="end">output</text>
    <text x="48" y="59.642" font-size="9" fill="#1f1d1a" text-anchor="end">a</text>
    <text x="48" y="77.642" font-size="9" fill="#1f1d1a" text-anchor="end">&lt;b&gt;</text>
    <text transform="translate(65 42.642) rotate(-50)" font-size="9" fill="#1f1d1a">Hund</text>
    <text transform="translate(83 42.642) rotate(-50)" font-size="9" fill="#1f1d1a">schläft</text>
    <text transform="translate(101 42.642) rotate(-50)" font-size="9" fill="#1f1d1a">.</text>
    <text x="8" y="110.642" font-size="8" fill="#1f1d1a">0</text>
    <text x="128" y="110.642" font-size="8" fill="#1f1d1a" text-anchor="end">1</text>
    <text x="8" y="126.642" font-size="8" fill="#5f5b54">de-en · Decoder, over the source: layer 2,</text>
    <text x="8" y="137.642" font-size="8" fill="#5f5b54">head 3</text>
    </svg>
    "
  `);
});

test('what is less than 0 has another colour, and the scale goes both ways', () => {
  const svg = drawn(readOf({ rows: 'a', columns: 'x y' }, [-0.5, 0.25], { isSigned: true }));
  expect(svg).toMatch(/fill="#c4620a" d="M0 0h1v1h-1z"/);
  expect(svg).toMatch(/fill="#0a6ed1" fill-opacity="0\.614" d="M1 0h1v1h-1z"/);
  expect([...svg.matchAll(/>([−+]?[\d.]+)</g)].map(([, number]) => number)).toEqual(['−0.5', '0', '+0.5']);
});

test('how it was read is written below, and in words for who cannot see it', () => {
  const reading = { ...plainReading, unit: 'words', normalise: 'row', keep: { by: 'top', count: 5 } } as const;
  const { about, ...read } = readOf({ rows: 'a', columns: 'x y' }, [0.25, 0.75], { hidden: { cells: 1200, mass: 1 } });
  const scene = matrixScene({ ...read, about: { ...about, reading } });
  const texts = scene.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : [])).join(' ');
  expect(texts).toContain('de-en · Decoder, over the source: layer 2, head 3 · by words · each row sums to 1 · the 5 largest of each row · 1,200 smaller weights are left out');
  expect(scene.title).toBe('de-en · Decoder, over the source: layer 2, head 3');
  expect(scene.description).toBe('1 rows by 2 columns. The strongest of each row: a → y 0.75.');
});

test('all that is drawn lies within the picture', () => {
  const long = Array.from({ length: 60 }, (_, index) => `Donaudampfschiff${index}`).join(' ');
  const scene = matrixScene(readOf({ rows: 'a', columns: long }, Array.from({ length: 60 }, (_, index) => index / 60)));
  for (const shape of scene.shapes) {
    if (shape.kind !== 'rectangles') continue;
    for (const { x, y, width, height } of shape.rectangles) {
      expect(shape.x + (x + width) * shape.unit).toBeLessThanOrEqual(scene.width);
      expect(shape.y + (y + height) * shape.unit).toBeLessThanOrEqual(scene.height);
    }
  }
});

test('every label of a text of a few sentences is written, though its map has one row', () => {
  const words = Array.from({ length: 60 }, (_, index) => `w${index}`);
  const scene = matrixScene(readOf({ rows: 'a', columns: words.join(' ') }, words.map(() => 0.1)));
  const labels = scene.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : []));
  expect(words.filter(word => !labels.includes(word))).toEqual([]);
});

test('where a row and a column both are of one text only, it is hatched once', () => {
  const [n, x] = [Number.NaN, 0.5];
  const scene = matrixScene(readOf({ rows: 'a b c d', columns: 'a b c d' }, [x, n, n, x, n, n, n, n, n, n, n, n, x, n, n, x], { isSigned: true, full: 1, strong: 1 }));
  const hatches = scene.shapes.flatMap(shape => (shape.kind === 'strokes' && shape.thickness === 0.6 ? shape.lines : []));
  // Two rows whole; two columns in a row above them and in one below.
  const lines = (long: number, side: number): number => Math.floor((long - side) / 4) + 1;
  expect(hatches).toHaveLength(2 * lines(4 * 18, 18) + 2 * 2 * lines(18, 18));
});

test('its corner says what looks and what is looked at', () => {
  const texts = (kind: 'encoder' | 'cross'): string => {
    const { about, ...read } = readOf({ rows: 'a', columns: 'x y' }, [0.25, 0.75]);
    return matrixScene({ ...read, about: { ...about, choice: { of: 'rollout', kind, layer: 0 } } }).shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : [])).slice(0, 2).join(' ');
  };
  expect([texts('encoder'), texts('cross')]).toEqual(['to from', 'input output']);
});

test('what only one of two texts has is hatched, and is no number', () => {
  const { about, ...read } = readOf({ rows: 'a b', columns: 'x y' }, [0.5, -0.25, Number.NaN, Number.NaN], { isSigned: true, full: 0.5 });
  const scene = matrixScene({ ...read, about: { ...about, minus: about } });
  const hatch = scene.shapes.flatMap(shape => (shape.kind === 'strokes' && shape.opacity === 0.5 ? shape.lines : []));
  expect(hatch).not.toEqual([]);
  expect(renderScene(scene)).not.toContain('NaN');
  expect(scene.description).toBe('2 rows by 2 columns. The strongest of each row: a → x 0.5.');
  expect(scene.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : [])).join(' ')).toContain('hatched: in one of both only');
});

test('the scale that it is drawn on is written below, and its legend is on it', () => {
  const read = readOf({ rows: 'a', columns: 'x y' }, [0.25, 1], { strong: 0.5 });
  const of = (scale: Parameters<typeof matrixScene>[1]): string => renderScene(matrixScene(read, scale));
  expect(of('linear')).not.toMatch(/square|1 %/);
  expect(of('root')).toMatch(/square|root/);
  // A quarter of full strength shows as half of it.
  expect(of('root')).toMatch(/fill-opacity="0\.614" d="M0 0h1v1h-1z"/);
  expect(of('clipped')).toMatch(/>0\.5<[\s\S]*strongest/);
});
