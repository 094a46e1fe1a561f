/** Text as outlines; fontkit shapes it. */
import type { PathCommand } from 'fontkit';
import type { Face, Run } from './fonts.ts';
import type { Outline } from './raster.ts';
import type { Label } from './scene.ts';

/** A curve of a letter becomes so many straight lines: at the sizes that labels have, they are within a tenth of a pixel of it. */
const steps = 6;

/**
 * Each run's outlines, in pixels.
 *
 * @param runs of the label's text
 * @param usual what a run without a face is written in
 * @param scale pixels of a point
 */
export function outlinesOf({ x, y, size, anchor, turn }: Label, runs: readonly Run[], usual: Face, scale: number): Outline[][] {
  const shaped = runs.map(({ text, face }) => {
    const { font } = face ?? usual;
    const { glyphs, positions, advanceWidth } = font.layout(text);
    const unit = (size * scale) / font.unitsPerEm;
    return { glyphs, positions, unit, width: advanceWidth * unit };
  });
  const width = shaped.reduce((sum, run) => sum + run.width, 0);
  const [sine, cosine] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  let [along, up] = [{ start: 0, middle: -width / 2, end: -width }[anchor], 0];
  return shaped.map(({ glyphs, positions, unit }) => glyphs.flatMap((glyph, index) => {
    const { xAdvance = 0, yAdvance = 0, xOffset = 0, yOffset = 0 } = positions[index] ?? {};
    const [left, base] = [along + xOffset * unit, up + yOffset * unit];
    along += xAdvance * unit;
    up += yAdvance * unit;
    // Fonts count upwards, pixels downwards.
    const { commands } = glyph.path.transform(unit * cosine, -unit * sine, -unit * sine, -unit * cosine, x * scale + left * cosine - base * sine, y * scale - left * sine - base * cosine);
    return flatten(commands);
  }));
}

function flatten(commands: readonly PathCommand[]): number[][] {
  const outlines: number[][] = [];
  for (const { command, args } of commands) {
    const outline = outlines.at(-1);
    if (command === 'moveTo') outlines.push([...args]);
    else if (command === 'lineTo') outline?.push(...args);
    else if (command !== 'closePath') {
      const controls = [...(outline?.slice(-2) ?? []), ...args];
      for (let step = 1; step <= steps; step++) outline?.push(...onCurve(controls, step / steps));
    }
  }
  return outlines;
}

/** A place on a Bézier curve of any degree, after de Casteljau: x and y. */
function onCurve(controls: readonly number[], share: number): readonly number[] {
  if (controls.length <= 2) return controls;
  return onCurve(controls.slice(2).map((next, index) => (controls[index] ?? 0) + (next - (controls[index] ?? 0)) * share), share);
}
