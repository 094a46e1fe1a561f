/** What looks and what is looked at, written where rows and columns begin: a map that has lost its text still says which is which. */
import { type MapSides, sideNames } from '../../../protocol/map-name.ts';
import type { MapKind } from '../../../protocol/trace.ts';
import { colours, label, type Line, type Shape } from '../scene/scene.ts';
import { textWidth } from '../text-width.ts';

const size = 8;
const lineHeight = 10;
const arrow = 7;
const gap = 3;

/** What a matrix' corner needs for them. */
export function cornerSize(kind: MapKind): { readonly width: number; readonly height: number } {
  const { rows, columns } = sideNames[kind];
  return { width: Math.ceil(Math.max(textWidth(rows, size), textWidth(columns, size))) + gap + arrow, height: 2 * lineHeight };
}

/** In a matrix' corner: columns' name leads right, rows' name down. */
export function cornerNames(kind: MapKind, right: number, bottom: number): Shape[] {
  const { rows, columns } = sideNames[kind];
  const [above, middle, tip] = [bottom - lineHeight - 2.5, right - arrow / 2, bottom];
  const lines: Line[] = [
    { from: [right - arrow, above], to: [right, above] }, ...[-2, 2].map((y): Line => ({ from: [right - 2, above + y], to: [right, above] })),
    { from: [middle, tip - arrow], to: [middle, tip] }, ...[-2, 2].map((x): Line => ({ from: [middle + x, tip - 2], to: [middle, tip] })),
  ];
  const end = right - arrow - gap;
  return [
    { kind: 'strokes', colour: colours.quiet, opacity: 1, thickness: 0.75, lines },
    label(columns, end, bottom - lineHeight, { size, colour: colours.quiet, anchor: 'end' }),
    label(rows, end, bottom, { size, colour: colours.quiet, anchor: 'end' }),
  ];
}

/** Above two columns of labels, of which lines lead from the left to the right. */
export function columnTitles(kind: MapKind, left: number, right: number, bottom: number): Shape[] {
  const { rows, columns }: MapSides = sideNames[kind];
  return [label(rows, left, bottom, { size, colour: colours.quiet, anchor: 'end' }), label(columns, right, bottom, { size, colour: colours.quiet })];
}
