/** The runs that the charts are of: each with its line, which can be hidden, and taken away but for the first. */
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { ShownRun } from '../../protocol/run-page.ts';
import { icon } from '../panel/icons.ts';
import { styleOf } from './curves/style.ts';

export function runList(runs: readonly ShownRun[], hidden: readonly string[], toggle: (folder: string) => void, remove: (folder: string) => void): TemplateResult | typeof nothing {
  if (runs.length < 2) return nothing;
  return html`
    <ul class="runs" aria-label="Runs">${runs.map(({ folder, name, isGone }, place) => {
      const isHidden = hidden.includes(folder);
      const { colour, dash } = styleOf(place);
      return html`
        <li class=${isHidden ? 'off' : ''}>
          <button aria-pressed=${!isHidden} title="${isHidden ? 'Show' : 'Hide'} the curves of ${folder}" @click=${() => toggle(folder)}>
            <svg class="line" width="26" height="8" aria-hidden="true">${svg`<line x1="0" x2="26" y1="4" y2="4" stroke=${`var(${colour})`} stroke-width="2.5" stroke-dasharray=${dash.join(' ')}/>`}</svg>
            <span>${name}${isGone ? ' (gone)' : ''}</span>
          </button>
          ${place === 0 ? nothing : html`<button class="remove" aria-label="Take ${name} away" title="Compare no longer" @click=${() => remove(folder)}>${icon('close')}</button>`}
        </li>`;
    })}</ul>`;
}

export const runListStyles = css`
  .runs { flex: none; display: flex; flex-wrap: wrap; gap: 4px 8px; margin: 0; padding: 8px 16px 0; list-style: none; }
  .runs li { display: flex; align-items: center; max-width: 100%; border: 1px solid var(--line); border-radius: 3px; }
  .runs li.off { opacity: 0.55; }
  .runs li.off span { text-decoration: line-through; }
  .runs button { display: flex; align-items: center; gap: 6px; min-width: 0; height: 22px; padding: 0 7px; font: inherit; color: inherit; background: none; border: none; border-radius: 2px; cursor: pointer; }
  .runs button:hover { background: var(--vscode-toolbar-hoverBackground); }
  .runs button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .runs span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .runs .remove { padding: 0 3px; }
  .runs .line { flex: none; }
`;
