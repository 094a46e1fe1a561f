import { css } from 'lit';

/** What is typed into, as VS Code draws its own. */
export const fieldStyles = css`
  input:not([type='checkbox']), textarea {
    padding: 2px 5px;
    font: inherit;
    color: var(--vscode-input-foreground, var(--vscode-foreground));
    background: var(--vscode-input-background, var(--vscode-editor-background));
    border: 1px solid var(--vscode-input-border, var(--line));
    border-radius: 2px;
  }
  input:not([type='checkbox']):focus-visible, textarea:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
