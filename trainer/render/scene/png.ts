/** A scene as PNG: for screens, and for programs that take no vectors. Its letters are outlines of fonts, as in every reader of PDF. */
import { encode } from 'fast-png';
import { Failure } from '../../../protocol/failure.ts';
import { turn } from '../../inspection/reading/turn.ts';
import { printableWord } from '../printable.ts';
import { Fonts } from './fonts.ts';
import { outlinesOf } from './glyphs.ts';
import { type Outline, Raster } from './raster.ts';
import { colours, type Line, type Scene } from './scene.ts';

export interface Png {
  readonly bytes: Uint8Array;
  /** Letters that no font at hand has. */
  readonly missing: readonly string[];
}

/** Pixels of a point. */
const scale = 2;
/** Each takes 16 bytes while it is drawn. */
const mostPixels = 1 << 24;
/** The longest take some tens of microseconds each. */
const linesInATurn = 1000;

/** @throws Failure `bad-argument` where it is too large to be drawn in pixels; AbortError */
export async function pngOf({ width, height, shapes }: Scene, signal: AbortSignal, fonts = new Fonts()): Promise<Png> {
  const [wide, high] = [width * scale, height * scale];
  if (wide * high > mostPixels) {
    throw new Failure('bad-argument', `This drawing has ${wide.toLocaleString('en')} × ${high.toLocaleString('en')} pixels; at most ${mostPixels.toLocaleString('en')} are drawn.`, 'Write SVG or PDF, which have none.');
  }
  const raster = new Raster(wide, high, colours.paper);
  for (const shape of shapes) {
    await turn(signal);
    if (shape.kind === 'rectangles') {
      for (const { x, y, width, height } of shape.rectangles) {
        const [left, right] = [x, x + width].map(at => (shape.x + at * shape.unit) * scale);
        const [top, bottom] = [y, y + height].map(at => (shape.y + at * shape.unit) * scale);
        raster.rectangle(left ?? 0, top ?? 0, right ?? 0, bottom ?? 0, shape.colour, shape.opacity);
      }
    } else if (shape.kind === 'strokes') {
      for (const [index, line] of shape.lines.entries()) {
        if (index % linesInATurn === linesInATurn - 1) await turn(signal);
        raster.trace(stroked(line, shape.thickness));
      }
      raster.paint(shape.colour, shape.opacity);
    } else {
      const runs = await fonts.runsOf(printableWord(shape.text));
      for (const outlines of outlinesOf(shape, runs, await fonts.carried(), scale)) {
        for (const outline of outlines) raster.trace(outline);
        raster.paint(shape.colour, 1);
      }
    }
  }
  return { bytes: encode({ width: wide, height: high, data: raster.pixels, channels: 3 }), missing: fonts.missing };
}

/** A line as the rectangle that it covers, in pixels; all go the same way about. */
function stroked({ from: [x0, y0], to: [x1, y1] }: Line, thickness: number): Outline {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length === 0) return [];
  const [across, down] = [((y0 - y1) / length) * (thickness / 2), ((x1 - x0) / length) * (thickness / 2)];
  return [x0 + across, y0 + down, x1 + across, y1 + down, x1 - across, y1 - down, x0 - across, y0 - down].map(value => value * scale);
}
