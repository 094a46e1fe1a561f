/** Where a tooltip goes, in CSS pixels of the map. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
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
