/** Which rows and columns have their labels drawn: as many as can be read, and always those in focus. */
import { count, within, type IndexRange } from './data.ts';

/**
 * Every nth of what is visible, the same ones wherever the map is scrolled, so that labels keep still; none so near to one in focus
 * that they would overlap.
 *
 * @param cell a cell's size, and `pitch`: how far apart labels must be
 */
export function labelled(visible: IndexRange, cell: number, pitch: number, focus: IndexRange | undefined): number[] {
  const every = everyNth(cell, pitch);
  const focused = focus === undefined ? [] : inFocus(focus, visible, every);
  // A label in focus is bold, and may be moved a little to be seen whole.
  const clear = (1.5 * pitch) / cell;
  const labels = [...focused];
  for (let index = Math.ceil(visible.first / every) * every; index < visible.end; index += every) {
    const isNear = every > 1 && focused.some(other => Math.abs(other - index) < clear);
    if (!isNear && !within(focus, index)) labels.push(index);
  }
  return labels;
}

/** A power of two: going nearer, labels come between those that are there. */
export function everyNth(cell: number, pitch: number): number {
  return cell >= pitch ? 1 : 2 ** Math.ceil(Math.log2(pitch / cell));
}

/** Of a long stretch in focus as many as have room, its first among them. */
function inFocus(focus: IndexRange, visible: IndexRange, every: number): number[] {
  const first = Math.max(focus.first, visible.first);
  const end = Math.min(focus.end, visible.end);
  return Array.from({ length: Math.max(0, Math.ceil(count({ first, end }) / every)) }, (_, index) => first + index * every);
}
