/** The scales beside a map: what its colours mean, where they end and what a weight is. */
import { html, nothing, type TemplateResult } from 'lit';
import type { MapReading } from '../../protocol/inspection.ts';
import type { AnyMap } from './data.ts';
import { drawCell } from './draw-cells.ts';
import type { Context } from './surface.ts';
import type { MapTheme } from './theme.ts';

const steps = 11;
const size = { width: 110, height: 10 };

export function legend({ full = 1, evidence, measure }: AnyMap): TemplateResult {
  const signed = evidence === undefined ? nothing : html`
    <div><span>${scaleEnd(-evidence.full)}</span><canvas class="signed"></canvas><span>+${scaleEnd(evidence.full)}</span>
      <span>${evidence.isDifference !== true ? 'evidence against and for' : measure === undefined ? 'less and more attention' : `${measure}, less and more`}</span></div>`;
  return html`
    <div class="legend" aria-hidden="true">
      ${evidence?.first === 0 ? nothing : html`<div><span>0</span><canvas class="plain"></canvas><span>${scaleEnd(full)}</span><span>${measure ?? 'share of attention'}</span></div>`}
      ${signed}
    </div>`;
}

/** Eleven cells each, drawn as the map draws its own. */
export function drawLegends(root: ParentNode, theme: MapTheme, ratio: number): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>('.legend canvas')) {
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    const context = canvas.getContext('2d');
    if (context !== null) drawScale(context, theme, canvas.classList.contains('signed') ? -1 : 0);
  }
}

function drawScale(context: Context, theme: MapTheme, from: 0 | -1): void {
  const { width, height } = context.canvas;
  for (let step = 0; step < steps; step++) {
    const left = Math.round((step * width) / steps);
    const right = Math.round(((step + 1) * width) / steps);
    drawCell(context, theme, from + ((1 - from) * step) / (steps - 1), left, 0, right - left - 1, height);
  }
}

/** A number at the end of a scale: two digits tell enough. */
function scaleEnd(value: number): string {
  return Number(value.toPrecision(2)).toString().replace('-', '−');
}

/** What a weight is and what normalises it. */
export function measureOf({ valueWeighted, normalise }: MapReading): string {
  const weight = valueWeighted ? 'attention × norm of value' : 'attention';
  switch (normalise) {
    case 'none': return valueWeighted ? weight : 'share of attention';
    case 'row': return `${weight}, each row made to sum to 1`;
    case 'column': return `${weight}, each column made to sum to 1`;
    case 'all': return `${weight}, the whole map made to sum to 1`;
  }
}
