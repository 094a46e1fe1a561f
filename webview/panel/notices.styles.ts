import { css } from 'lit';

/** What pages say in words, in sight or for the ear alone. */
export const noticeStyles = css`
  .notice {
    display: flex;
    gap: 8px;
    margin: 4px 0;
    padding: 8px 10px;
    line-height: 1.45;
    border: 1px solid var(--notice-border, var(--line));
    border-radius: 3px;
    background: var(--notice-background, transparent);
  }
  .notice.warning {
    --notice-border: var(--vscode-inputValidation-warningBorder);
    --notice-background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .notice.error {
    --notice-border: var(--vscode-inputValidation-errorBorder);
    --notice-background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
  .notice p { margin: 0; overflow-wrap: anywhere; }
  .notice ul { margin: 0; padding-inline-start: 16px; }
  .notice vscode-button { margin-top: 8px; }
  .empty {
    flex: 1 1 auto;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    max-width: 38ch;
    margin: 0 auto;
    text-align: center;
    line-height: 1.5;
  }
  .empty p { margin: 0; color: var(--map-muted); }
  .empty p:first-child { font-size: 1.25em; color: var(--vscode-foreground); }
  summary { cursor: pointer; width: fit-content; border-radius: 2px; }
  summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
