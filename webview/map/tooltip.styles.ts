import { css } from 'lit';

/** The small window beside what is pointed at. */
export const tooltipStyles = css`
  .tooltip {
    position: absolute;
    z-index: 1;
    top: 0;
    left: 0;
    max-width: min(320px, 90%);
    padding: 4px 8px;
    pointer-events: none;
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
  .tooltip code { font-family: var(--vscode-editor-font-family, monospace); overflow-wrap: anywhere; }
  .tooltip table { border-spacing: 0; }
  .tooltip td { padding: 0 8px 0 0; overflow-wrap: anywhere; }
  .tooltip .number { padding: 0; text-align: end; font-variant-numeric: tabular-nums; }
  .tooltip .swatch { display: inline-block; width: 8px; height: 8px; margin-inline-end: 5px; }
`;
