import { css } from 'lit';

export const styles = css`
  :host { display: flex; flex-direction: column; height: 100vh; overflow: hidden; container-type: inline-size; }
  header { flex: none; display: flex; align-items: center; gap: 8px; padding: 10px 8px 6px 16px; }
  .title { flex: 1 1 auto; min-width: 0; }
  h1, .title p { margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  h1 { font-size: 1.25em; font-weight: 600; line-height: 1.4; }
  .title p { min-height: 1.5em; line-height: 1.5; color: var(--map-muted); font-variant-numeric: tabular-nums; }
  nav { flex: none; display: flex; gap: 2px; }
  .icon { flex: none; }
  vscode-toolbar-button .icon { margin: 3px 0; }
  vscode-toolbar-button .name { margin-inline-start: 5px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size, 13px); }
  .notice { flex: none; margin: 8px 16px 0; }
  .panel { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0; }
  .scroller { flex: 1 1 auto; min-height: 0; overflow: hidden auto; display: flex; flex-direction: column; padding: 0 16px 16px; }
  .waiting { margin: 12px 16px; color: var(--map-muted); }
  @container (max-width: 640px) {
    .tabs { overflow: auto hidden; scrollbar-width: none; }
    .tabs button { flex: none; margin-bottom: 0; }
  }
  @container (max-width: 560px) {
    header { padding-inline-start: 10px; }
    nav .name { display: none; }
    .title p { white-space: normal; }
    .scroller { padding-inline: 10px; }
  }
`;
