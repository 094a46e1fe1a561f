/** Where a tooltip goes, in CSS pixels of the map. */
import type { MapFocus } from './data.ts';
import type { MapLayout, Scroll } from './layout.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Puts the tooltip beside what is in focus. */
export function placeTooltip(tooltip: HTMLElement, map: HTMLElement, focus: MapFocus, layout: MapLayout, scroll: Scroll): void {
  // The legend below the map may be covered, and the page's edge is the last limit.
  const room = { width: map.clientWidth, height: window.innerHeight - map.getBoundingClientRect().top };
  const { left, top } = tooltipPosition(anchorOf(focus, layout, scroll), tooltip.getBoundingClientRect(), room);
  tooltip.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}

function anchorOf({ rows, columns }: MapFocus, { left, top, cellWidth, cellHeight }: MapLayout, scroll: Scroll): Box {
  const x = columns === undefined ? 0 : left + columns.first * cellWidth - scroll.left;
  const y = rows === undefined ? 0 : top + rows.first * cellHeight - scroll.top;
  return { left: x, right: columns === undefined ? left : x + cellWidth, top: y, bottom: rows === undefined ? top : y + cellHeight };
}

/** Below and to the right of what it explains; to the other side, or above, where there is no room. Never covers it. */
export function tooltipPosition(
  anchor: Box, tooltip: { width: number; height: number }, room: { width: number; height: number },
): { left: number; top: number } {
  const gap = 6;
  const left = Math.max(0, Math.min(anchor.right + gap, room.width - tooltip.width));
  const covers = left < anchor.right + gap;
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - tooltip.height;
  if (!covers && below + tooltip.height <= room.height) return { left, top: below };
  return { left, top: below + tooltip.height <= room.height || above < 0 ? below : above };
}
