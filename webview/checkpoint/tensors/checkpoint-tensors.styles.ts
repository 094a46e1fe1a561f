import { css } from 'lit';

export const styles = css`
  :host { flex: 1 1 auto; display: flex; min-height: 0; container-type: inline-size; }
  .split { flex: 1 1 auto; display: flex; min-width: 0; min-height: 0; }
  .list { flex: 1 1 auto; display: flex; flex-direction: column; min-width: 0; min-height: 0; }
  .bar { flex: none; display: flex; align-items: center; gap: 8px; padding: 8px 12px 6px 16px; }
  .filter { flex: 0 1 420px; width: auto; min-width: 0; }
  .lens { display: flex; padding-inline-start: 3px; color: var(--map-muted); }
  .count { flex: none; color: var(--map-muted); font-variant-numeric: tabular-nums; }
  .folding { flex: none; display: flex; gap: 2px; margin-inline-start: auto; }
  .folding .name { display: none; }
  .icon { flex: none; }
  vscode-toolbar-button .icon { margin: 3px 0; }
  .header {
    flex: none;
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(96px, 22%) minmax(72px, 12%) 92px;
    gap: 0 12px;
    height: 24px;
    align-items: center;
    padding-inline-end: 16px;
    border-bottom: 1px solid var(--line);
    color: var(--map-muted);
  }
  .header button {
    display: flex;
    align-items: center;
    gap: 4px;
    width: fit-content;
    padding: 1px 4px;
    margin-inline-start: 12px;
    font: inherit;
    color: inherit;
    background: none;
    border: none;
    border-radius: 3px;
    cursor: pointer;
  }
  .header button.size { justify-self: end; margin-inline: 0 -4px; }
  .header button:hover { color: var(--vscode-foreground); }
  .header button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .header button[aria-pressed='true'] { color: var(--vscode-foreground); font-weight: 600; }
  .header .icon { width: 12px; height: 12px; rotate: 90deg; }
  tensor-tree { flex: 1 1 auto; }
  .unlisted { flex: none; margin: 0; padding: 6px 16px; border-top: 1px solid var(--line); color: var(--map-muted); }
  aside { flex: 0 0 clamp(260px, 32%, 420px); min-height: 0; padding: 8px 16px 16px; border-inline-start: 1px solid var(--line); overflow: hidden auto; position: relative; }
  aside:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  aside h2 { margin: 14px 0 4px; font-size: 11px; font-weight: 600; letter-spacing: 0.04em; text-transform: uppercase; color: var(--map-muted); }
  aside h2:first-child { margin-top: 4px; }
  aside h2.subject { margin: 3px 0 8px; padding-inline-end: 28px; font-size: 13px; letter-spacing: 0; text-transform: none; color: inherit; }
  .back { position: absolute; inset: 6px 10px auto auto; }
  .alone { flex: 1 1 auto; min-width: 0; padding: 8px 16px 16px; overflow: auto; }
  @container (max-width: 640px) {
    .split { flex-direction: column; }
    .list { flex: 1 1 55%; }
    aside { flex: 0 1 45%; border-inline-start: none; border-top: 1px solid var(--line); }
  }
  @container (max-width: 460px) {
    .header { grid-template-columns: minmax(0, 1fr) minmax(80px, 30%) 76px; }
    .header .dtype { display: none; }
    .bar { padding-inline: 10px; }
  }
`;
