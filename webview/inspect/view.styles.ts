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
  .told { flex: none; min-height: 1.5em; margin: 6px 0 0; line-height: 1.5; color: var(--map-muted); font-variant-numeric: tabular-nums; }
`;
