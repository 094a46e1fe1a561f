/** The scales beside a map: what its colours mean, where they end and what a weight is. */
import { html, nothing, type TemplateResult } from 'lit';
import type { MapReading } from '../../protocol/inspection.ts';
import { scaleNotes, strengthOn } from '../../protocol/map-scale.ts';
import { reachOf, type AnyMap } from './data.ts';
import { drawCell } from './draw-cells.ts';
import type { Key } from './framed.ts';
import type { Context } from './surface.ts';
import type { MapTheme } from './theme.ts';

const steps = 11;
const size = { width: 110, height: 10 };

export function legend(map: AnyMap): TemplateResult {
  const { evidence, measure } = map;
  const end = scaleEnd(endOf(map));
  const more = map.scale === 'clipped' ? ' and more' : '';
  const note = scaleNotes[map.scale ?? 'linear'];
  const on = note === '' ? nothing : html`<span>${note}</span>`;
  const signed = evidence === undefined ? nothing : html`
    <div><span>−${end}${more}</span><canvas class="signed"></canvas><span>+${end}${more}</span>
      <span>${evidence.isDifference !== true ? 'evidence against and for' : measure === undefined ? 'less and more attention' : `${measure}, less and more`}</span>${on}</div>`;
  return html`
    <div class="legend" aria-hidden="true">
      ${evidence?.first === 0 ? nothing : html`<div><span>0</span><canvas class="plain"></canvas><span>${scaleEnd(map.scale === 'clipped' ? endOf(map) : (map.full ?? 1))}${more}</span><span>${measure ?? 'share of attention'}</span>${on}</div>`}
      ${signed}
    </div>`;
}

/** The same for a picture. */
export function scaleKeys(map: AnyMap, theme: MapTheme, ratio: number): readonly Key[] {
  const { evidence, measure } = map;
  const more = map.scale === 'clipped' ? ' and more' : '';
  const [end, note] = [scaleEnd(endOf(map)), scaleNotes[map.scale ?? 'linear']];
  const drawn = (from: 0 | -1): OffscreenCanvas => {
    const canvas = new OffscreenCanvas(Math.round(size.width * ratio), Math.round(size.height * ratio));
    const context = canvas.getContext('2d');
    if (context !== null) drawScale(context, map, theme, from);
    return canvas;
  };
  const said = [evidence === undefined ? (measure ?? 'share of attention') : `${measure ?? 'attention'}, less and more`, note].filter(part => part !== '').join(', ');
  return [{ of: 'scale', drawing: drawn(evidence === undefined ? 0 : -1), from: evidence === undefined ? '0' : `−${end}${more}`, to: `${evidence === undefined ? '' : '+'}${end}${more}`, said }];
}

/** The weight that its scale ends with: of a map with evidence, that of the evidence. */
function endOf(map: AnyMap): number {
  const { full, strong } = reachOf(map, map.evidence?.first ?? 0);
  return map.scale === 'clipped' ? strong : full;
}

/** Eleven cells each, a step of weight apart, drawn as the map draws its own. */
export function drawLegends(root: ParentNode, map: AnyMap, theme: MapTheme, ratio: number): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>('.legend canvas')) {
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    const context = canvas.getContext('2d');
    if (context !== null) drawScale(context, map, theme, canvas.classList.contains('signed') ? -1 : 0);
  }
}

function drawScale(context: Context, map: AnyMap, theme: MapTheme, from: 0 | -1): void {
  const { width, height } = context.canvas;
  const end = endOf(map);
  for (let step = 0; step < steps; step++) {
    const left = Math.round((step * width) / steps);
    const right = Math.round(((step + 1) * width) / steps);
    const weight = end * (from + ((1 - from) * step) / (steps - 1));
    drawCell(context, theme, strengthOn(map.scale ?? 'linear', weight, reachOf(map, map.evidence?.first ?? 0)), left, 0, right - left - 1, height);
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
