/** The bar at the top: which model, and what can be done with what it made. */
import { html, nothing, type TemplateResult } from 'lit';
import { capitalised } from '../../protocol/outcome.ts';
import type { PanelCommand } from '../../protocol/panel.ts';
import { icon, type Icon } from './icons.ts';
import { shortName } from './short-name.ts';
import { contentOf, modelOf, type Stage } from './state.ts';

/** What the inspector adds to it. */
export interface InspectedHeader {
  readonly model: string | undefined;
  /** What was inspected before. */
  readonly history: TemplateResult;
}

export function header(stage: Stage, run: (command: PanelCommand) => void, inspected: InspectedHeader | undefined): TemplateResult {
  const model = inspected?.model ?? modelOf(stage);
  const button = (command: PanelCommand, name: string, shape: Icon): TemplateResult => toolbarButton(name, shape, () => run(command));
  return html`
    <header>
      <h1 title=${model ?? ''}>${model === undefined ? 'Attention Scope' : shortName(model)}</h1>
      ${inspected?.history ?? nothing}
      <nav aria-label="Actions">
        ${stage.kind === 'running' ? button('cancel', 'Cancel', 'stop') : nothing}
        ${stage.kind === 'done' ? uses(stage, button) : nothing}
        ${button('select-model', 'Select Model', 'model')}
      </nav>
    </header>`;
}

/** What can be done with what is there. */
function uses(stage: Stage, button: (command: PanelCommand, name: string, shape: Icon) => TemplateResult): TemplateResult | typeof nothing {
  const content = contentOf(stage);
  if (content === undefined) return nothing;
  if (content.kind === 'classification') return button('copy', 'Copy Labels', 'copy');
  if (content.target.text.trim() === '') return nothing;
  const name = capitalised(content.kind);
  return html`
    ${button('copy', `Copy ${name}`, 'copy')}
    ${content.kind === 'translation' ? button('replace', 'Replace Selection', 'replace') : button('insert', `Insert ${name}`, 'insert')}`;
}

export function toolbarButton(name: string, shape: Icon, run: () => void): TemplateResult {
  return html`
    <vscode-toolbar-button label=${name} title=${name} @click=${run}>
      ${icon(shape)}<span class="name">${name}</span>
    </vscode-toolbar-button>`;
}
