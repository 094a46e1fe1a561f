/** What stands below a drawing: what it is, how it is read, and what its colours mean. */
import { textWidth } from '../text-width.ts';
import type { MapReading } from '../../../protocol/inspection.ts';
import { notesOfReading } from './describe.ts';
import { colours, type Label, label, type Shape } from '../scene/scene.ts';

export const margin = 8;
const size = 8;
const lineHeight = 11;
/** A drawing of a few words is narrower than what is said of it. */
const leastWidth = 240;

export interface Foot {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** What colours mean. */
export interface Legend {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export interface Footing {
  /** That the drawing above has anyhow. */
  readonly width: number;
  readonly top: number;
  /** Draws it from a place on. */
  readonly legend: (x: number, y: number) => Legend;
  readonly name: string;
  readonly reading: MapReading;
  /** More than how it is read. */
  readonly notes: readonly string[];
}

export function footOf({ width: wanted, top, legend, name, reading, notes }: Footing): Foot {
  const colour = legend(margin, top);
  const width = Math.max(wanted, leastWidth, colour.width + 2 * margin);
  const lines = wrap([name, ...notesOfReading(reading), ...notes].join(' · '), width - 2 * margin);
  const below = top + colour.height + 4;
  const labels = lines.map((line, index): Label => label(line, margin, below + (index + 1) * lineHeight, { size, colour: colours.quiet }));
  return { width, height: colour.height + 4 + lines.length * lineHeight + margin, shapes: [...colour.shapes, ...labels] };
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
