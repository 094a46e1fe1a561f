import { css } from 'lit';

/** A view of an inspection: what is chosen above it, and what is told below. */
export const viewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    color: var(--map-foreground);
  }
  .bar { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 2px 0 8px; }
  /* In a wide page what serves a view stays by it. */
  .foot { flex: none; display: flex; align-items: start; gap: 10px; max-width: 960px; margin-top: 6px; }
  .foot > vscode-toolbar-button { margin-inline-start: auto; }
  .foot .icon { display: block; margin: 3px 0; }
  .told { flex: 0 1 auto; min-height: 1.5em; margin: 0; line-height: 1.5; color: var(--map-muted); font-variant-numeric: tabular-nums; }
`;
