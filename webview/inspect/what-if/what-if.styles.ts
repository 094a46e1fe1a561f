import { css } from 'lit';
import { fieldStyles } from '../../panel/field.styles.ts';

/** How what is to be changed is chosen and listed. */
export const whatIfStyles = css`
  ${fieldStyles}
  :host { display: block; container-type: inline-size; color: var(--map-foreground); }
  fieldset { margin: 0; padding: 0; border: none; min-width: 0; }
  .line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; padding: 3px 0; min-width: 0; }
  /* What is typed does not part from what it is for. */
  .together { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .together button { flex: none; }
  .together label { white-space: nowrap; }
  .together input { flex: 0 1 auto; }
  .line label { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .line select { max-width: 180px; }
  .quiet, .told { color: var(--map-muted); }
  .told { margin: 4px 0; line-height: 1.5; }
  .wrong { margin: 4px 0; color: var(--vscode-errorForeground, inherit); }
  button {
    padding: 2px 9px;
    font: inherit;
    color: var(--vscode-button-secondaryForeground, inherit);
    background: var(--vscode-button-secondaryBackground, transparent);
    border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    cursor: pointer;
  }
  button:hover:enabled { background: var(--vscode-button-secondaryHoverBackground, var(--vscode-toolbar-hoverBackground)); }
  button:focus-visible, summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  button:disabled { opacity: 0.5; cursor: default; }
  button.bare { display: flex; padding: 3px; background: none; color: inherit; border-color: transparent; }
  input, textarea { min-width: 0; }
  input[type='number'] { width: 64px; }
  input[type='text'] { width: 130px; }
  textarea { box-sizing: border-box; flex: 1 1 100%; resize: vertical; font-family: var(--vscode-editor-font-family, monospace); }
  summary { cursor: pointer; width: fit-content; padding: 2px 0; border-radius: 2px; }
  ol { margin: 4px 0; padding: 0; list-style: none; }
  li { display: flex; align-items: center; gap: 8px; min-height: 26px; overflow-wrap: anywhere; }
  li > span { flex: 0 1 auto; min-width: 0; }
  attention-matrix { max-height: clamp(240px, 60vh, 520px); }
`;
