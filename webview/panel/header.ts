/** The bar at the top: which model, and what can be done with its translation. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FromPanel } from '../../protocol/panel.ts';
import { icon, type Icon } from './icons.ts';
import { modelOf, passOf, type Stage } from './state.ts';

export type Command = Extract<FromPanel, { type: 'run' }>['command'];

export function header(stage: Stage, run: (command: Command) => void): TemplateResult {
  const model = modelOf(stage);
  const button = (command: Command, name: string, shape: Icon): TemplateResult => html`
    <vscode-toolbar-button label=${name} title=${name} data-command=${command} @click=${() => run(command)}>
      ${icon(shape)}<span class="name">${name}</span>
    </vscode-toolbar-button>`;
  const written = stage.kind === 'done' && passOf(stage)?.target.text !== '';
  return html`
    <header>
      <h1 title=${model ?? ''}>${model === undefined ? 'Attention Scope' : shortName(model)}</h1>
      <nav aria-label="Actions">
        ${stage.kind === 'running' ? button('cancel', 'Cancel', 'stop') : nothing}
        ${written ? button('copy', 'Copy Translation', 'copy') : nothing}
        ${written ? button('replace', 'Replace Selection', 'replace') : nothing}
        ${button('select-model', 'Select Model', 'model')}
      </nav>
    </header>`;
}

/** A model from a folder is known by its path: its last part is what tells it from others. */
function shortName(model: string): string {
  return model.split(/[\\/]/).findLast(part => part !== '') ?? model;
}
