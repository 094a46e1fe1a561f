/** The tabs of a page: one stop for Tab, arrows within (WAI-ARIA Authoring Practices, tabs with automatic activation). */
import { css, html, nothing, type TemplateResult } from 'lit';

export interface TabName<Key extends string> {
  readonly key: Key;
  readonly name: string;
  /** How many things are behind it, as text. */
  readonly count?: string | undefined;
}

export function tabList<Key extends string>(label: string, tabs: readonly TabName<Key>[], chosen: Key, choose: (key: Key) => void): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ key }) => key === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    choose(tab.key);
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.querySelector<HTMLElement>(`[data-tab="${tab.key}"]`)?.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} @keydown=${onKey}>
      ${tabs.map(({ key, name, count }) => html`
        <button role="tab" data-tab=${key} id="tab-${key}" aria-selected=${key === chosen} aria-controls="tab-panel" tabindex=${key === chosen ? 0 : -1}
          @click=${() => choose(key)}>${name}${count === undefined ? nothing : html`<span class="tab-count">${count}</span>`}</button>`)}
    </div>`;
}

/** As the tabs of VS Code's own panels. */
export const tabStyles = css`
  .tabs { flex: none; display: flex; gap: 12px; padding: 0 12px; border-bottom: 1px solid var(--line); }
  .tabs button {
    display: flex;
    align-items: center;
    gap: 6px;
    height: 30px;
    padding: 0 5px;
    font: inherit;
    color: var(--vscode-panelTitle-inactiveForeground, var(--map-muted));
    background: none;
    border: none;
    border-bottom: 1px solid transparent;
    margin-bottom: -1px;
    cursor: pointer;
  }
  .tabs button:hover { color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground)); }
  .tabs button[aria-selected='true'] {
    color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
    border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
  }
  /* In contrast themes the line below them all has the colour of the one that is chosen. */
  .tabs button[aria-selected='true'] { outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -3px; }
  .tabs button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -2px; }
  @container (max-width: 400px) {
    .tabs { gap: 2px; padding: 0 8px; }
  }
  .tab-count {
    padding: 1px 5px;
    font-size: 11px;
    border-radius: 8px;
    color: var(--vscode-badge-foreground, inherit);
    background: var(--vscode-badge-background, var(--map-tile));
    border: 1px solid var(--vscode-contrastBorder, transparent);
    font-variant-numeric: tabular-nums;
  }
`;
