/** What can be done with a map besides pointing at it; each also by a key. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icon } from '../panel/icons.ts';
import { tableToggle } from './table-toggle.ts';
import { zoomStep } from './zoom.ts';

export interface MapActions {
  readonly isTable: boolean;
  readonly zoomBy: (factor: number) => void;
  readonly showWhole: () => void;
  readonly toggleTable: () => void;
}

export function toolbar({ isTable, zoomBy, showWhole, toggleTable }: MapActions): TemplateResult {
  const zooming = html`
    ${button('Zoom Out', '−', 'zoomOut', () => zoomBy(1 / zoomStep))}
    ${button('Zoom In', '+, or Control and the wheel', 'zoomIn', () => zoomBy(zoomStep))}
    ${button('Show Whole Map', '0', 'whole', showWhole)}`;
  return html`
    <div class="toolbar" role="group" aria-label="Map">
      ${isTable ? nothing : zooming}
      ${tableToggle(isTable, 'what each row gives most to', toggleTable)}
    </div>`;
}

function button(label: string, key: string, name: Icon, act: () => void): TemplateResult {
  return html`<vscode-toolbar-button label=${label} title="${label} (${key})" @click=${act}>${icon(name)}</vscode-toolbar-button>`;
}
