/** How a tensor's values are spread: a bar for each bin, from the smallest to the largest. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { TensorStatistics } from '../../../protocol/checkpoint.ts';
import { valueText } from '../format.ts';

const height = 100;
/** What holds anything at all shows. */
const lowest = 1.5;

/** @returns nothing where there is no finite value */
export function histogram({ histogram: counts, minimum, maximum, mean }: TensorStatistics): TemplateResult | typeof nothing {
  const most = Math.max(0, ...counts);
  if (minimum === null || maximum === null || most === 0) return nothing;
  const width = (maximum - minimum) / counts.length;
  const at = (value: number): number => (maximum > minimum ? (100 * (value - minimum)) / (maximum - minimum) : 50);
  const bar = (count: number, bin: number): unknown => {
    if (count === 0) return nothing;
    const tall = Math.max(lowest, (height * count) / most);
    const range = `${valueText(minimum + bin * width)} … ${valueText(minimum + (bin + 1) * width)}`;
    return svg`<rect class="bin" x=${(100 * bin) / counts.length} y=${height - tall} width=${86 / counts.length} height=${tall}><title>${range}: ${count.toLocaleString('en')}</title></rect>`;
  };
  const line = (name: string, value: number): unknown => svg`<line class=${name} x1=${at(value)} x2=${at(value)} y1="0" y2=${height}/>`;
  return html`
    <figure class="histogram">
      <svg viewBox="0 0 100 ${height}" preserveAspectRatio="none" role="img"
        aria-label="Histogram from ${valueText(minimum)} to ${valueText(maximum)}; most values are ${aroundText(counts, minimum, width)}">
        ${minimum < 0 && maximum > 0 ? line('zero', 0) : nothing}
        ${counts.map(bar)}
        ${mean === null ? nothing : line('mean', mean)}
      </svg>
      <figcaption aria-hidden="true"><span>${valueText(minimum)}</span>${minimum < 0 && maximum > 0 ? html`<span class="key zero">0</span>` : nothing}<span class="key mean">mean</span><span>${valueText(maximum)}</span></figcaption>
    </figure>`;
}

/** Where the tallest bar stands, for the ear. */
function aroundText(counts: readonly number[], minimum: number, width: number): string {
  const bin = counts.indexOf(Math.max(...counts));
  return `between ${valueText(minimum + bin * width)} and ${valueText(minimum + (bin + 1) * width)}`;
}

export const histogramStyles = css`
  .histogram { margin: 8px 0 4px; }
  .histogram svg { display: block; width: 100%; height: 96px; border-bottom: 1px solid var(--map-edge); }
  .histogram .bin { fill: var(--attention-colour); }
  .histogram .bin:hover { fill: var(--vscode-foreground); }
  .histogram line { stroke: var(--map-edge); stroke-width: 1px; vector-effect: non-scaling-stroke; }
  .histogram line.mean { stroke: var(--map-against); stroke-dasharray: 4 3; pointer-events: none; }
  .histogram figcaption { display: flex; justify-content: space-between; gap: 8px; margin-top: 3px; font-size: 11px; color: var(--map-muted); font-variant-numeric: tabular-nums; }
  .histogram .key::before { content: ''; display: inline-block; width: 12px; margin-inline-end: 4px; vertical-align: middle; border-top: 1px solid var(--map-edge); }
  .histogram .key.mean::before { border-top: 1px dashed var(--map-against); }
`;
