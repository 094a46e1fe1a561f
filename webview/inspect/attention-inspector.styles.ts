import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 4px;
    min-width: 0;
    container-type: inline-size;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    color: var(--map-foreground);
  }
  .tabs { flex-wrap: wrap; padding: 0; gap: 0 4px; margin: 4px 0; }
  section:first-child > h2 { margin-top: 0; }
  .view { min-width: 0; }
  .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; min-width: 0; padding-bottom: 4px; }
  .tools > .reading { flex: 0 1 auto; min-width: 0; max-width: 100%; margin: 0; }
  .tools > .reading[open] { flex-basis: 100%; }
  token-search { flex: 1 1 160px; max-width: 200px; }
  .tools p { flex-basis: 100%; margin: 0; }
  .quiet { color: var(--map-muted); }
  .progress { height: 2px; }
  .waiting { display: flex; align-items: center; gap: 10px; }
  /* A map scrolls in itself, in a part of the page that leaves its texts in reach. */
  attention-matrix { max-height: clamp(280px, 100vh - 260px, 860px); }
  /* With what stands above them. */
  attention-heads, attention-model { max-height: clamp(340px, 100vh - 220px, 900px); }
  .link { padding: 0; font: inherit; color: var(--vscode-textLink-foreground, inherit); background: none; border: none; border-radius: 2px; cursor: pointer; }
  .link:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  input[type='number'] { width: 64px; }
  input[type='checkbox'] { margin: 0; accent-color: var(--vscode-focusBorder); }
`;
