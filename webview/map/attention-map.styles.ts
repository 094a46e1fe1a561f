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
  .scroller {
    flex: 0 1 auto;
    min-height: 0;
    overflow: auto;
    outline: none;
    touch-action: pan-x pan-y;
  }
  .scroller:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .extent { position: relative; }
  canvas { position: sticky; top: 0; left: 0; display: block; }
  .probe, .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    pointer-events: none;
  }
  .tooltip {
    position: absolute;
    z-index: 1;
    top: 0;
    left: 0;
    pointer-events: none;
    max-width: min(320px, 90%);
    padding: 4px 8px;
    font-size: 12px;
    line-height: 1.5;
    color: var(--vscode-editorHoverWidget-foreground, var(--vscode-foreground));
    background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
    border: 1px solid var(--vscode-editorHoverWidget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
  }
  .tooltip[hidden] { display: none; }
  .tooltip strong { font-weight: 600; overflow-wrap: anywhere; }
  .tooltip table { border-spacing: 0; }
  .tooltip td { padding: 0 8px 0 0; overflow-wrap: anywhere; }
  .tooltip .number { font-variant-numeric: tabular-nums; padding: 0; text-align: end; }
  .tooltip svg { display: block; }
  .tooltip rect.full { fill: var(--map-tile); }
  .tooltip rect.part { fill: var(--map-heat); }
  .tooltip rect.against { fill: var(--map-against); }
  .legend {
    flex: none;
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 4px 20px;
    margin-top: 8px;
    font-size: 11px;
    color: var(--map-muted);
    font-variant-numeric: tabular-nums;
  }
  .legend canvas { position: static; width: 110px; height: 10px; }
  .legend div[hidden] { display: none; }
  .legend div { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 6px; }
`;
