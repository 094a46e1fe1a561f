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
