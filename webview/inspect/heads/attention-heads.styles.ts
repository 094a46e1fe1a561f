import { css } from 'lit';

export const styles = css`
  .layers { display: flex; align-items: center; gap: 2px; min-width: 0; }
  .layers select { max-width: 160px; }
  .layers button {
    display: flex;
    padding: 3px;
    color: inherit;
    background: none;
    border: 1px solid transparent;
    border-radius: 3px;
    cursor: pointer;
  }
  .layers button:hover:enabled { background: var(--vscode-toolbar-hoverBackground); outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent); }
  .layers button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .layers button:disabled { opacity: 0.4; cursor: default; }
  .layers .previous .icon { rotate: 180deg; }
  .pair { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .pair select { flex: 0 1 160px; }
  head-lines { flex: 0 1 auto; }
  /* Lines grow only so wide. */
  .foot { flex-wrap: wrap; max-width: 640px; }
  .shade { margin: 0; line-height: 1.5; color: var(--map-muted); }
  .shade::first-letter { text-transform: uppercase; }
  .as-table { flex: 0 1 auto; display: flex; flex-direction: column; min-height: 0; }
`;
