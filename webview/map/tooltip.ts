/** The small window beside the cell in focus. */
import { html, svg, type TemplateResult } from 'lit';
import { exact, type Description } from './describe.ts';

const barWidth = 48;

export function tooltipContent(description: Description): TemplateResult {
  return html`
    <strong dir="auto">${description.heading}</strong>
    <table role="presentation">
      ${description.entries.map(entry => html`
        <tr>
          ${description.heading.includes(' → ') ? '' : html`<td dir="auto">${entry.label}</td>`}
          <td>${bar(entry.weight)}</td>
          <td class="number">${exact(entry.weight)}</td>
        </tr>`)}
    </table>`;
}

function bar(weight: number): TemplateResult {
  return html`<svg width=${barWidth} height="8" aria-hidden="true">
    ${svg`<rect class="full" width=${barWidth} height="8"/><rect class="part" width=${barWidth * Math.min(1, weight)} height="8"/>`}
  </svg>`;
}

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
