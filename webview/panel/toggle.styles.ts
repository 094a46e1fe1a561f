import { css } from 'lit';

/** What is switched on has a line around it already: where the keyboard is, there is another. */
export const toggleStyles = css`
  vscode-toolbar-button[toggleable]:focus-within { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; border-radius: 5px; }
`;
