import { css } from 'lit';

export const styles = css`
  :host { display: block; container-type: inline-size; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 10px 0 4px; }
  .bar label { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .bar .example { flex: 1 1 260px; }
  .bar .example select { flex: 1 1 auto; }
  .player { position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: 8px; padding: 4px 0 8px; background: var(--vscode-editor-background); }
  .player input { flex: 1 1 auto; min-width: 60px; margin: 0; accent-color: var(--vscode-focusBorder); }
  .player output { flex: none; min-width: 21ch; text-align: end; font-variant-numeric: tabular-nums; }
  .player .newest { flex: none; }
  .parts { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 12px 28px; align-items: start; }
  .map { min-width: 0; min-height: 220px; }
  .map attention-map { max-height: max(320px, 100vh - 190px); }
  .map.loading attention-map { opacity: 0.6; }
  .heads { min-width: 0; display: flex; flex-direction: column; gap: 16px; }
  .heads run-chart { --chart-height: 190px; }
  .quiet { margin: 0; color: var(--map-muted); line-height: 1.45; }
  .notice { margin: 0; }
  .icon { display: block; }
  vscode-toolbar-button .icon { margin: 3px 0; }
  @container (max-width: 760px) {
    .parts { grid-template-columns: minmax(0, 1fr); }
    .player output { min-width: 0; }
  }
`;
