/** What a picture becomes for those who do not see it, or would rather read: a table. */
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, type TemplateResult } from 'lit';
import { icon } from '../panel/icons.ts';

/** @param tells what stands in the table */
export function tableToggle(isTable: boolean, tells: string, toggle: () => void): TemplateResult {
  return html`<vscode-toolbar-button toggleable .checked=${isTable} label="Show as Table" title="Show as Table: ${tells}" @change=${toggle}>${icon('table')}</vscode-toolbar-button>`;
}
