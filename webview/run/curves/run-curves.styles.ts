import { css } from 'lit';

export const styles = css`
  :host { display: block; }
  .bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 20px; padding: 10px 0 8px; background: var(--vscode-editor-background); }
  .bar label { display: flex; align-items: center; gap: 6px; white-space: nowrap; }
  .bar input { accent-color: var(--vscode-focusBorder); }
  .bar input[type='range'] { width: 120px; margin: 0; }
  .bar output { min-width: 4ch; font-variant-numeric: tabular-nums; color: var(--map-muted); }
  .bar .hint { color: var(--map-muted); }
  .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 18px 24px; }
`;
