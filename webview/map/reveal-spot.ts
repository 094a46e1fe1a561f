/** Scrolls everything that a map is in, the page itself last, until a cell of it can be seen. */
import type { MapLayout, Scroll } from './layout.ts';

/** What stands at the foot of a map stays in the window. */
const foot = 60;

/** @param spot an element in what is as large as the map, put over the cell */
export function revealSpot(spot: HTMLElement, { left, top, cellWidth, cellHeight }: MapLayout, scroll: Scroll, row: number | undefined, column: number | undefined): void {
  Object.assign(spot.style, {
    left: `${left + (column === undefined ? scroll.left : column * cellWidth)}px`, top: `${top + (row === undefined ? scroll.top : row * cellHeight)}px`,
    width: `${cellWidth}px`, height: `${cellHeight}px`,
    // Labels stay in place over what scrolls beneath them.
    scrollMargin: `${top}px 0 ${foot}px ${left}px`,
  });
  spot.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
}
