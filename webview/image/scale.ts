/** The scale of what is drawn over a picture, as strong as it is drawn there. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { intensity } from '../../protocol/intensity.ts';
import type { Overlay } from './image-view.ts';

const steps = 10;

/** @param strength how opaque the strongest patch is, 0…1 */
export function scale({ isEvidence }: Overlay, end: string, strength: number): TemplateResult {
  const from = isEvidence ? -1 : 0;
  const shares = Array.from({ length: steps + 1 }, (_, step) => from + ((1 - from) * step) / steps);
  return html`
    <div class="scale" aria-hidden="true">
      <span>${isEvidence ? end.replace('+', '−') : '0'}</span>
      <svg viewBox="0 0 110 10" preserveAspectRatio="none">
        <defs><linearGradient id="scale">${shares.map((share, step) => stop(share, step / steps, strength))}</linearGradient></defs>
        <rect width="110" height="10" fill="url(#scale)"/>
        ${isEvidence ? svg`<path class="crosses" d="M2 1l8 8m0-8l-8 8M16 1l8 8m0-8l-8 8M30 1l8 8m0-8l-8 8"/>` : ''}
      </svg>
      <span>${end}</span><span>${isEvidence ? 'evidence against and for' : 'share of attention'}</span>
    </div>`;
}

function stop(share: number, offset: number, strength: number): SVGTemplateResult {
  return svg`<stop class=${share < 0 ? 'against' : 'for'} offset=${offset} stop-opacity=${intensity(Math.abs(share)) * strength}/>`;
}
