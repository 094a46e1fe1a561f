import { css } from 'lit';
import { noticeStyles } from './notices.styles.ts';

export const styles = [noticeStyles, css`
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
    min-width: 6ch;
    margin: 0;
    font-size: inherit;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  header nav { flex: none; display: flex; gap: 2px; }
  header nav .name { margin-inline-start: 5px; white-space: nowrap; }
  .progress { flex: none; height: 2px; }
  main {
    flex: 1 1 auto;
    min-height: 0;
    display: flex;
    flex-direction: column;
    gap: 4px;
    padding: 8px 16px 0;
    overflow: auto;
  }
  /* As a box rather than as padding, over which what sticks to the lower edge would stand. */
  main::after { content: ''; flex: none; height: 8px; }
  .waiting { margin: 2px; line-height: 1.7; color: var(--map-muted); }
  details { flex: none; margin-top: 8px; color: var(--map-muted); }
  details p { margin: 4px 0 0; line-height: 1.5; max-width: 72ch; }
  details.evidence { color: var(--vscode-foreground); }
  /* Narrow panels keep the buttons' icons; their names stay for assistive technology and as tooltips. The history needs their room first. */
  @container (max-width: 760px) {
    header inspection-history ~ nav .name { display: none; }
  }
  @container (max-width: 560px) {
    header { padding-inline-start: 10px; }
    header .name { display: none; }
    main { padding-inline: 10px; }
  }
`];
