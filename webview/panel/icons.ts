/** Icons of 16 × 16, drawn in the text's colour: an icon font would be one more resource to load. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const shapes = {
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.5 10.5h-.5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1h6.5a1 1 0 0 1 1 1v.5"/>`,
  replace: svg`<path d="M2 4h7M2 8h4M2 12h4M8.5 12.5l5-5M13.8 11V7.2H10"/>`,
  insert: svg`<path d="M2 3.5h12M2 12.5h5M10.5 8.5v6M8 12l2.5 2.5L13 12"/>`,
  again: svg`<path d="M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.5V4.5h-3"/>`,
  model: svg`<path d="M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8.2 13.5 5M8 8.2v6"/>`,
  stop: svg`<rect x="3.5" y="3.5" width="9" height="9" rx="1"/>`,
  warning: svg`<path d="M8 2.2 14.4 13.5H1.6zM8 6.5v3.6M8 11.3v.9"/>`,
  error: svg`<circle cx="8" cy="8" r="6"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>`,
  info: svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.3v3.9M8 4.7v.9"/>`,
  eye: svg`<path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.9"/>`,
  compare: svg`<path d="M2 5h10M9.5 2.5 12 5 9.5 7.5M14 11H4M6.5 8.5 4 11l2.5 2.5"/>`,
  chevron: svg`<path d="m6 3.5 4.5 4.5L6 12.5"/>`,
  search: svg`<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>`,
  fold: svg`<path d="M4.5 6.5 8 3l3.5 3.5M4.5 12.5 8 9l3.5 3.5"/>`,
  unfold: svg`<path d="M4.5 3.5 8 7l3.5-3.5M4.5 9.5 8 13l3.5-3.5"/>`,
  close: svg`<path d="m4 4 8 8m0-8-8 8"/>`,
  play: svg`<path d="M4.5 2.8 12.8 8l-8.3 5.2z"/>`,
  pause: svg`<path d="M5 3v10M11 3v10"/>`,
  subwords: svg`<rect x="1.5" y="5" width="5.5" height="6" rx="1"/><rect x="9" y="5" width="5.5" height="6" rx="1"/>`,
  zoomIn: svg`<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.3 3.3M5 7h4M7 5v4"/>`,
  zoomOut: svg`<circle cx="7" cy="7" r="4.5"/><path d="m10.4 10.4 3.3 3.3M5 7h4"/>`,
  whole: svg`<path d="M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5"/><rect x="5" y="5" width="6" height="6"/>`,
  table: svg`<rect x="2" y="2.5" width="12" height="11" rx="1"/><path d="M2 6.2h12M2 9.8h12M6 2.5v11"/>`,
  pin: svg`<path d="M5.5 2h5M6.5 2v4.5L4.5 9.5h7L9.5 6.5V2M8 9.5V14"/>`,
  undo: svg`<path d="M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3.5 2.5 6.5l3 3"/>`,
  redo: svg`<path d="M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10M10.5 3.5l3 3-3 3"/>`,
  save: svg`<path d="M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

export type Icon = keyof typeof shapes;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor"
    stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shapes[name]}</svg>`;
}
