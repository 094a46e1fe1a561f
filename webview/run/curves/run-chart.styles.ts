import { css } from 'lit';

/** What stands below are the parts of uPlot's own tree: a canvas, and over it what follows the pointer. */
export const styles = css`
  :host { display: flex; flex-direction: column; min-width: 0; position: relative; }
  h3 { display: flex; justify-content: space-between; gap: 12px; margin: 0; font-size: inherit; font-weight: 600; line-height: 20px; }
  h3 .at { font-weight: normal; color: var(--map-muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .values { display: flex; flex-wrap: wrap; gap: 0 14px; min-height: 18px; max-height: 90px; overflow: hidden auto; margin: 0; padding: 0; list-style: none; line-height: 18px; font-size: 12px; }
  .values li { display: flex; align-items: center; gap: 5px; min-width: 0; }
  .values .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--map-muted); }
  .values .value { font-variant-numeric: tabular-nums; min-width: 6ch; }
  .values button { display: flex; align-items: center; gap: 5px; min-width: 0; padding: 0 2px; font: inherit; color: inherit; background: none; border: none; border-radius: 2px; cursor: pointer; }
  .values button:hover .label { text-decoration: underline; }
  .values button[aria-pressed='true'] .label { color: var(--vscode-foreground); font-weight: 600; }
  .values button:focus-visible, .plot:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 0; }
  .swatch { flex: none; }
  /* Charts side by side stand on one line, however much is told above them. */
  .plot { margin-top: auto; flex: none; position: relative; min-width: 0; height: var(--chart-height, 200px); border-radius: 2px; outline: none; }
  .nothing { display: flex; align-items: center; justify-content: center; height: 100%; color: var(--map-muted); }
  .uplot, .uplot * { box-sizing: border-box; }
  .uplot { position: relative; width: min-content; line-height: 1.5; }
  .u-wrap { position: relative; user-select: none; }
  .u-over, .u-under, .u-axis { position: absolute; }
  .u-under { overflow: hidden; }
  .u-over { cursor: crosshair; }
  .uplot canvas { position: relative; display: block; width: 100%; height: 100%; }
  .u-select { position: absolute; pointer-events: none; background: var(--map-band); border-inline: 1px solid var(--map-edge); }
  .u-cursor-x, .u-cursor-y { position: absolute; inset: 0 auto auto 0; pointer-events: none; will-change: transform; }
  .u-hz .u-cursor-x { height: 100%; border-inline-end: 1px dashed var(--map-muted); }
  .u-hz .u-cursor-y { width: 100%; border-block-end: 1px dashed var(--map-muted); }
  .u-cursor-pt { position: absolute; top: 0; left: 0; border: 0 solid; border-radius: 50%; pointer-events: none; background-clip: padding-box !important; will-change: transform; }
  .u-axis.u-off, .u-select.u-off, .u-cursor-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off { display: none; }
`;
