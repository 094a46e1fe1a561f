import { css } from 'lit';

export const styles = css`
  :host { display: block; container-type: inline-size; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 10px 0 6px; }
  .bar label { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .bar .over-time { flex: 1 1 120px; max-width: 320px; }
  .over-time input { flex: 1 1 auto; min-width: 60px; margin: 0; accent-color: var(--vscode-focusBorder); }
  .progress { height: 2px; }
  .waiting { display: flex; align-items: center; gap: 10px; margin: 4px 0; }
  .text { margin: 0 0 4px; line-height: 1.5; overflow-wrap: anywhere; }
  .text .quiet { margin-inline-end: 8px; }
  .quiet { color: var(--map-muted); }
  p.quiet { margin: 8px 0; line-height: 1.45; max-width: 80ch; }
`;
