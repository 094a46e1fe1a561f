import { css } from 'lit';

export const styles = css`
  :host { position: relative; display: flex; flex-direction: column; min-height: 0; color: var(--map-foreground); }
  .titles { flex: none; position: relative; height: 18px; line-height: 18px; font-size: 11px; color: var(--map-muted); }
  .titles span { position: absolute; }
  .titles .query { right: calc(100% - var(--query-end, 0px)); }
  .titles .key { left: var(--key-start, 0px); }
  .scroller { flex: 1 1 auto; min-height: 0; overflow: hidden auto; scrollbar-width: none; touch-action: pan-y; }
  .extent { position: relative; }
  .sight { position: sticky; top: 0; left: 0; overflow: hidden; }
  canvas { display: block; width: 100%; height: 100%; }
  .column { position: absolute; top: 0; bottom: 0; pointer-events: none; outline: none; }
  .column:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
