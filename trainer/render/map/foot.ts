/** What stands below a drawing: what it is, how it is read, and what its colours mean. */
import { textWidth } from '../text-width.ts';
import { nameOfMap, notesOfReading } from './describe.ts';
import type { About } from './read-out.ts';
import { colours, type Label, label, type Shape } from '../scene/scene.ts';

export const margin = 8;
const size = 8;
const lineHeight = 11;
/** A drawing of a few words is narrower than what is said of it. */
const leastWidth = 200;

export interface Foot {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/**
 * @param legend draws what colours mean, from a place on, and tells how wide that is
 * @param notes more than how it is read
 */
export function footOf(about: About, { width: wanted, top, legend, notes }: {
  readonly width: number;
  readonly top: number;
  readonly legend: (x: number, y: number) => { readonly width: number; readonly shapes: readonly Shape[] };
  readonly notes: readonly string[];
}): Foot {
  const colour = legend(margin, top);
  const width = Math.max(wanted, leastWidth, colour.width + 2 * margin);
  const told = [nameOfMap(about), ...notesOfReading(about.reading), ...notes].join(' · ');
  const lines = wrap(told, width - 2 * margin);
  const labels = lines.map((line, index): Label => label(line, margin, top + legendHeight + (index + 1) * lineHeight, { size, colour: colours.quiet }));
  return { width, height: legendHeight + lines.length * lineHeight + margin, shapes: [...colour.shapes, ...labels] };
}

export const legendHeight = 22;

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
