import { css } from 'lit';

/** As VS Code draws its own trees. */
export const styles = css`
  :host { display: flex; flex-direction: column; min-height: 0; container-type: inline-size; }
  [role='tree'] { flex: 1 1 auto; min-height: 0; overflow: hidden auto; outline: none; user-select: none; }
  .extent { position: relative; overflow: hidden; }
  .rows { position: absolute; inset: 0 0 auto; }
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(96px, 22%) minmax(72px, 12%) 92px;
    align-items: center;
    gap: 0 12px;
    height: 22px;
    padding-inline-end: 16px;
    cursor: default;
    white-space: nowrap;
  }
  .row > span { overflow: hidden; text-overflow: ellipsis; }
  .name { display: flex; align-items: center; padding-inline-start: calc(4px + var(--depth) * 12px); }
  .label { overflow: hidden; text-overflow: ellipsis; }
  .twistie { flex: none; display: flex; align-items: center; justify-content: center; width: 18px; height: 22px; color: var(--map-muted); }
  .twistie .icon { width: 14px; height: 14px; }
  .twistie.open .icon { rotate: 90deg; }
  .shape, .dtype { color: var(--map-muted); }
  .shape, .size { font-variant-numeric: tabular-nums; }
  .size { position: relative; height: 22px; line-height: 22px; text-align: end; }
  /* How much of the whole it is. */
  .size .bar { position: absolute; inset: auto 0 2px 0; width: 100%; height: 2px; rotate: 180deg; }
  .size .bar rect { fill: var(--attention-colour); }
  .row:hover { background: var(--vscode-list-hoverBackground); color: var(--vscode-list-hoverForeground, inherit); }
  .row.chosen { background: var(--vscode-list-inactiveSelectionBackground); color: var(--vscode-list-inactiveSelectionForeground, inherit); }
  [role='tree']:focus .row.chosen { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground, inherit); }
  [role='tree']:focus .row.chosen :is(.shape, .dtype, .twistie) { color: inherit; }
  [role='tree']:focus-visible:not([aria-activedescendant]) { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  /* Contrast themes alone have this colour: there colour alone would not tell what is chosen or pointed at. */
  .row:hover { outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
  .row.chosen { outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
  [role='tree']:focus-visible .row.chosen { outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder)); }
  @container (max-width: 460px) {
    .row { grid-template-columns: minmax(0, 1fr) minmax(80px, 30%) 76px; }
    .dtype { display: none; }
  }
`;
