import { css } from 'lit';

/** The `--map-…` colours come from the page's style sheet, which knows the kind of theme. */
export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    position: relative;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    color: var(--map-foreground);
  }
  /* The foot's box begins so far below the map's top that it can't be drawn up over the map before that much of it is in sight. */
  .scroller {
    flex: 0 1 auto;
    min-height: 0;
    margin-bottom: -180px;
    overflow: auto;
    outline: none;
    scrollbar-color: var(--vscode-scrollbarSlider-background, auto) transparent;
    touch-action: pan-x pan-y;
    user-select: none;
  }
  .scroller:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .extent { position: relative; }
  /* Stands over a cell that is to be brought into view, and can't be seen. */
  .spot { position: absolute; pointer-events: none; }
  canvas { position: sticky; top: 0; left: 0; display: block; }
  .tooltip .raw { color: var(--map-muted); overflow-wrap: anywhere; }
  .tooltip svg { display: block; }
  .tooltip rect.full { fill: var(--map-tile); }
  .tooltip rect.part { fill: var(--map-heat); }
  .tooltip rect.against { fill: var(--map-against); }
  /* A map of which a good part is seen, and that reaches below the window, has its scale and its buttons in sight. */
  .foot {
    flex: none;
    position: sticky;
    bottom: 0;
    padding-bottom: 2px;
    background: var(--map-background);
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 2px 20px;
    /* In a wide page what serves a map stays by it. */
    padding-inline-end: max(0px, 100% - 960px);
    margin-top: 6px;
  }
  .scroller:not([hidden]) ~ .foot { margin-top: 186px; }
  .legend {
    flex: 1 1 auto;
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 4px 20px;
    font-size: 11px;
    color: var(--map-muted);
    font-variant-numeric: tabular-nums;
  }
  .legend canvas { position: static; width: 110px; height: 10px; }
  .legend div { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 6px; }
  .toolbar { display: flex; gap: 2px; margin-inline-start: auto; }
  .toolbar .icon { display: block; margin: 3px 0; }
`;
