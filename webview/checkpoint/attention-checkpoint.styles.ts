import { css } from 'lit';

export const styles = css`
  :host { display: flex; flex-direction: column; height: 100vh; overflow: hidden; container-type: inline-size; }
  header { flex: none; display: flex; align-items: center; gap: 8px; padding: 10px 8px 6px 16px; }
  .title { flex: 1 1 auto; min-width: 0; }
  h1, .title p { margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  h1 { font-size: 1.25em; font-weight: 600; line-height: 1.4; }
  .title p { min-height: 1.5em; line-height: 1.5; color: var(--map-muted); }
  nav { flex: none; display: flex; gap: 2px; }
  .icon { flex: none; }
  vscode-toolbar-button .icon { margin: 3px 0; }
  vscode-toolbar-button .name { margin-inline-start: 5px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size, 13px); }
  .changed {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 2px 16px 6px;
    padding: 4px 4px 4px 10px;
    border: 1px solid var(--line);
    border-radius: 3px;
  }
  .changed span { flex: 1 1 auto; }
  .progress { flex: none; height: 2px; }
  .waiting { margin: 12px 16px; color: var(--map-muted); }
  .notice { margin: 8px 16px; }
  .panel { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0; }
  @container (max-width: 560px) {
    header { padding-inline-start: 10px; }
    nav .name { display: none; }
    .title p { white-space: normal; }
  }
`;
