/** Whether a map is shown in words or in the model's own subword tokens: the button beside its heading. */
import { html, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { Unit } from './view.ts';

export function subwordsToggle(unit: Unit, toggle: () => void): TemplateResult {
  return html`<vscode-toolbar-button toggleable .checked=${unit === 'tokens'} label="Show subword tokens"
    title="Show the model's own subword tokens instead of words" @change=${toggle}>
    ${icon('subwords')}<span class="name">Subwords</span>
  </vscode-toolbar-button>`;
}
