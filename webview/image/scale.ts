/** The scale of what is drawn over a picture. */
import { html, svg, type TemplateResult } from 'lit';
import type { Overlay } from './image-view.ts';

export function scale({ isEvidence }: Overlay, end: string): TemplateResult {
  const stops = isEvidence
    ? svg`<stop class="against" offset="0"/><stop class="from" offset="0.5"/><stop class="to" offset="1"/>`
    : svg`<stop class="from" offset="0"/><stop class="to" offset="1"/>`;
  return html`
    <div class="scale" aria-hidden="true">
      <span>${isEvidence ? end.replace('+', '−') : '0'}</span>
      <svg viewBox="0 0 110 10" preserveAspectRatio="none">
        <defs><linearGradient id="scale">${stops}</linearGradient></defs>
        <rect width="110" height="10" fill="url(#scale)"/>
      </svg>
      <span>${end}</span><span>${isEvidence ? 'evidence against and for' : 'share of attention'}</span>
    </div>`;
}
