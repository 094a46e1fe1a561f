/** A list to choose from, as VS Code draws its own. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

export interface Choice {
  readonly key: string;
  readonly name: string;
  /** What is told where it is pointed at. */
  readonly title?: string;
}

/** Names what is chosen, whatever the user had picked, each time it is rendered: a choice that came to nothing goes back. */
export function select(label: string, choices: readonly Choice[], chosen: string, choose: (key: string) => void): TemplateResult {
  const title = choices.find(({ key }) => key === chosen)?.title ?? label;
  return html`<select aria-label=${label} title=${title} @change=${({ target }: Event) => {
    if (target instanceof HTMLSelectElement) choose(target.value);
  }}>${choices.map(({ key, name, title: told }) => html`<option value=${key} title=${told ?? nothing} ?selected=${key === chosen} .selected=${live(key === chosen)}>${name}</option>`)}</select>`;
}

export const selectStyles = css`
  select {
    min-width: 0;
    max-width: 100%;
    padding: 2px 4px;
    font: inherit;
    font-weight: normal;
    letter-spacing: 0;
    text-transform: none;
    color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
    background: var(--vscode-dropdown-background, var(--vscode-editor-background));
    border: 1px solid var(--vscode-dropdown-border, var(--line));
    border-radius: 3px;
  }
  select:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
