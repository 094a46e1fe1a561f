import { css } from 'lit';
import { toggleStyles } from './toggle.styles.ts';

/** How the panel's parts stand below each other, each with its heading. */
export const sectionStyles = css`
  ${toggleStyles}
  section { flex: none; min-height: 0; }
  h2 {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    margin: 8px 0 2px;
    min-height: 22px;
    font-size: 11px;
    font-weight: 600;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--map-muted);
  }
  h2 vscode-toolbar-button { text-transform: none; letter-spacing: 0; font-weight: normal; }
  vscode-toolbar-button .icon { margin: 3px 0; }
  vscode-toolbar-button .name {
    margin-inline-start: 5px;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
  }
  h2 .choices { display: flex; align-items: center; gap: 8px; min-width: 0; }
  .icon { flex: none; }
  attention-text { max-height: min(16vh, 160px); }
  .map { flex: 0 1 auto; display: flex; flex-direction: column; min-height: 260px; }
  attention-map { flex: 0 1 auto; margin-top: 4px; }
  @container (max-width: 400px) {
    h2 .name { display: none; }
  }
`;
