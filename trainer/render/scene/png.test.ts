import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { Fonts } from './fonts.ts';
import { pngOf } from './png.ts';
import { label, type Scene, type Shape } from './scene.ts';

const unhurried = new AbortController().signal;
/** A machine without a font, as servers are. */
const bare = (): Fonts => new Fonts([]);

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly missing: readonly string[];
  /** Red, green, blue. */
  at(x: number, y: number): readonly number[];
  /** How many pixels between these are not as white as paper. */
  ink(left: number, top: number, right: number, bottom: number): number;
}

async function draw(shapes: readonly Shape[], fonts = bare()): Promise<Drawn> {
  const { bytes, missing } = await pngOf({ width: 100, height: 60, title: 'A map', description: 'Cells.', shapes }, unhurried, fonts);
  const { width, height, channels, data } = decode(bytes);
  const at = (x: number, y: number): readonly number[] => [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
  const ink = (left: number, top: number, right: number, bottom: number): number => {
    let inked = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (at(x, y).some(light => light < 250)) inked++;
    return inked;
  };
  return { width, height, missing, at, ink };
}

const cells = (opacity: number, x: number): Shape =>
  ({ kind: 'rectangles', colour: '#0a6ed1', opacity, x, y: 20.3, unit: 5.2, rectangles: [{ x: 0, y: 0, width: 2, height: 1 }, { x: 3, y: 1, width: 1, height: 1 }] });

test('twice the size; cells in their colour, with sharp edges, on white', async () => {
  const drawn = await draw([cells(1, 10)]);
  expect([drawn.width, drawn.height]).toEqual([200, 120]);
  expect([drawn.at(20, 41), drawn.at(40, 50), drawn.at(41, 45), drawn.at(52, 52)]).toEqual([[10, 110, 209], [10, 110, 209], [255, 255, 255], [10, 110, 209]]);
  const colours = new Set(Array.from({ length: 200 * 120 }, (_, place) => drawn.at(place % 200, Math.floor(place / 200)).join()));
  expect(colours).toEqual(new Set(['255,255,255', '10,110,209']));
  expect((await draw([cells(0.25, 10)])).at(20, 41)).toEqual([194, 219, 244]);
});

test('a line is as strong as it covers a pixel, and lines of one shade are no darker where they cross', async () => {
  const strokes = (thickness: number, ...lines: readonly (readonly [number, number, number, number])[]): Shape =>
    ({ kind: 'strokes', colour: '#000000', opacity: 0.5, thickness, lines: lines.map(([x0, y0, x1, y1]) => ({ from: [x0, y0], to: [x1, y1] })) });
  const thin = await draw([strokes(0.75, [10, 10, 90, 10])]);
  expect([17, 18, 19, 20, 21, 22].map(y => thin.at(100, y)[0])).toEqual([255, 255, 159, 159, 255, 255]);
  const crossing = await draw([strokes(4, [10, 30, 90, 30], [90, 10, 10, 50], [50, 55, 50, 5])]);
  expect(crossing.at(100, 60)).toEqual([128, 128, 128]);
  expect(crossing.at(40, 60)).toEqual([128, 128, 128]);
});

test('lines too faint for a step of a pixel add up', async () => {
  const faint: Shape = { kind: 'strokes', colour: '#000000', opacity: 1 / 1000, thickness: 10, lines: [{ from: [0, 30], to: [100, 30] }] };
  expect((await draw(Array.from({ length: 100 }, () => faint))).at(100, 60)[0]).toBe(Math.round(255 * (1 - 1 / 1000) ** 100));
});

test('text is there without a font on the machine, where it belongs, in Latin, Greek and Cyrillic', async () => {
  const drawn = await draw([label('Größe', 50, 10), label('Łódź', 50, 20, { anchor: 'end' }), label('Ωρα', 50, 30, { anchor: 'middle' }), label('Жук', 10, 45, { turn: 90 })]);
  expect(drawn.missing).toEqual([]);
  expect([drawn.ink(100, 4, 160, 24), drawn.ink(40, 25, 100, 44), drawn.ink(80, 44, 120, 60)].every(ink => ink > 60)).toBe(true);
  // Nothing left of where a text begins, nor right of where one ends; what is turned goes upwards.
  expect([drawn.ink(0, 4, 98, 24), drawn.ink(102, 26, 200, 44), drawn.ink(0, 92, 60, 120)]).toEqual([0, 0, 0]);
  expect(drawn.ink(4, 50, 22, 90)).toBeGreaterThan(60);
});

test('a hole in a letter is white', async () => {
  const drawn = await draw([label('O', 10, 50, { size: 40 })]);
  expect([drawn.at(51, 72), drawn.ink(20, 40, 30, 110) > 0]).toEqual([[255, 255, 255], true]);
});

test('letters that no font has are told, and question marks stand there', async () => {
  const [drawn, marks] = await Promise.all([draw([label('日a本', 10, 20)]), draw([label('?a?', 10, 20)])]);
  expect(drawn.missing).toEqual(['日', '本']);
  expect(drawn.ink(0, 0, 200, 120)).toBe(marks.ink(0, 0, 200, 120));
});

test('a font of this machine is used for letters that the carried one has not', async () => {
  const fonts = new Fonts();
  await fonts.runsOf('Ա');
  if (fonts.missing.length > 0) return;
  const drawn = await draw([label('Ա', 10, 20)], fonts);
  expect([drawn.missing, drawn.ink(0, 0, 200, 120) > 10]).toEqual([[], true]);
});

test('what lies outside is cut off', async () => {
  const beyond = await draw([cells(1, -200), { kind: 'strokes', colour: '#000000', opacity: 1, thickness: 2, lines: [{ from: [-500, -500], to: [500, 500] }, { from: [-9, 30], to: [-3, 40] }] }, label('Größe', 97, 62)]);
  expect([beyond.at(60, 60), beyond.at(20, 80)]).toEqual([[0, 0, 0], [255, 255, 255]]);
});

test('what would be too large to be drawn in pixels is refused', async () => {
  const scene: Scene = { width: 2049, height: 2048, title: '', description: '', shapes: [] };
  await expect(pngOf(scene, unhurried, bare())).rejects.toMatchObject({ code: 'bad-argument', message: 'This drawing has 4,098 × 4,096 pixels; at most 16,777,216 are drawn.', hint: 'Write SVG or PDF, which have none.' });
});

test('it ends when it is no longer wanted', async () => {
  await expect(pngOf({ width: 9, height: 9, title: '', description: '', shapes: [label('a', 1, 8)] }, AbortSignal.abort(), bare())).rejects.toThrow(/abort/i);
});

test('it ends in the middle of a shape of many lines', async () => {
  const ending = new AbortController();
  const lines = Array.from({ length: 5000 }, (_, index) => ({ from: [1, index % 60], to: [99, 60 - (index % 60)] } as const));
  const drawing = pngOf({ width: 100, height: 60, title: '', description: '', shapes: [{ kind: 'strokes', colour: '#000000', opacity: 1, thickness: 1, lines }] }, ending.signal, bare());
  setImmediate(() => setImmediate(() => ending.abort()));
  await expect(drawing).rejects.toThrow(/abort/i);
});
