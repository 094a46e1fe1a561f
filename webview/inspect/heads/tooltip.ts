/** The small window beside a token: what it looks at, or what looks at it. */
import { html, nothing, type TemplateResult } from 'lit';
import { colourVariable } from '../head-colours.ts';
import type { SideDescription } from './words.ts';

export function sideTooltip({ heading, pieces, partners }: SideDescription): TemplateResult {
  return html`
    <strong dir="auto">${heading}</strong>
    ${pieces === '' ? nothing : html`<div><code dir="auto">${pieces}</code></div>`}
    <table role="presentation">${partners.map(({ text, head, weight }) => html`
      <tr>
        <td dir="auto">${text}</td>
        <td><span class="swatch" .style=${`background: var(${colourVariable(head)})`}></span>head ${head + 1}</td>
        <td class="number">${weight.toFixed(4)}</td>
      </tr>`)}</table>`;
}
