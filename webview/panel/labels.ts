/** The labels of a classification, each with a bar as long as its probability. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { LabelProbability } from '../../protocol/classification.ts';
import { percent } from '../../protocol/classified-text.ts';

/** More than these are summed up. */
const most = 10;

export function labelBars(labels: readonly LabelProbability[]): TemplateResult {
  const rest = labels.length - most;
  return html`
    <ol class="labels" aria-label="Labels, most probable first">
      ${labels.slice(0, most).map(({ label, probability }) => html`
        <li>
          <span class="label" dir="auto" title=${label}>${label}</span>
          <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            ${svg`<rect class="full" width="100" height="1"/><rect class="part" width=${100 * probability} height="1"/>`}
          </svg>
          <span class="share">${percent(probability)}</span>
        </li>`)}
    </ol>
    ${rest > 0 ? html`<p class="rest">and ${rest} more, less probable</p>` : nothing}`;
}

export const labelStyles = css`
  .labels { display: grid; grid-template-columns: fit-content(40%) minmax(60px, 1fr) auto; gap: 5px 10px; align-items: center; margin: 0; padding: 2px; list-style: none; }
  .labels li { display: contents; }
  .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .labels li:first-child .label, .labels li:first-child .share { font-weight: 600; }
  .bar { width: 100%; height: 10px; border-radius: 2px; }
  .bar .full { fill: var(--map-tile); }
  .bar .part { fill: var(--map-heat); }
  .share { font-variant-numeric: tabular-nums; text-align: end; }
  .rest { margin: 4px 2px; color: var(--map-muted); }
`;
