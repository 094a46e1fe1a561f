import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100vh;
    overflow: hidden;
    container-type: inline-size;
  }
  header {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 35px;
    padding: 0 8px 0 16px;
    border-bottom: 1px solid var(--line);
  }
  header h1 {
    flex: 1 1 auto;
    min-width: 0;
    margin: 0;
    font-size: inherit;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  header nav { display: flex; gap: 2px; }
  .progress { flex: none; height: 2px; }
  main {
    flex: 1 1 auto;
    min-height: 0;
    display: flex;
    flex-direction: column;
    gap: 4px;
    padding: 8px 16px 12px;
    overflow: auto;
  }
  .written attention-text { font-size: 1.25em; max-height: min(22vh, 220px); }
  .elsewhere { margin: 2px; min-height: 1.4em; color: var(--map-muted); }
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
  .waiting { margin: 2px; line-height: 1.7; color: var(--map-muted); }
  details { flex: none; margin-top: 8px; color: var(--map-muted); }
  details p { margin: 4px 0 0; line-height: 1.5; max-width: 72ch; }
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
  /* Narrow panels keep the buttons' icons; their names stay for assistive technology and as tooltips. */
  @container (max-width: 560px) {
    header { padding-inline-start: 10px; }
    header .name { display: none; }
    main { padding-inline: 10px; }
  }
`;
