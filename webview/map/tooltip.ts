/** The small window beside the cell in focus. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import { exact, type Description } from './describe.ts';

const barWidth = 48;

export function tooltipContent(description: Description): TemplateResult {
  return html`
    <strong dir="auto">${description.heading}</strong>
    ${description.raw === '' ? nothing : html`<div class="raw" dir="auto">${description.raw}</div>`}
    <table role="presentation">
      ${description.entries.map(entry => html`
        <tr>
          ${description.of === 'cell' ? '' : html`<td dir="auto">${entry.label}</td>`}
          <td>${bar(entry.strength)}</td>
          <td class="number">${exact(entry)}</td>
        </tr>`)}
    </table>`;
}

function bar(strength: number): TemplateResult {
  return html`<svg width=${barWidth} height="8" aria-hidden="true">
    ${svg`<rect class="full" width=${barWidth} height="8"/>
      <rect class=${strength < 0 ? 'part against' : 'part'} width=${barWidth * Math.min(1, Math.abs(strength))} height="8"/>`}
  </svg>`;
}
