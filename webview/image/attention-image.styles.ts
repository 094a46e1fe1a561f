import { css } from 'lit';

export const styles = css`
  .stage {
    display: grid;
    grid-template-columns: minmax(0, auto) minmax(220px, 1fr);
    gap: 8px 28px;
    align-items: start;
  }
  .picture { width: min(520px, 56cqw); }
  .readout { margin: 10px 0 0; min-height: 3em; max-width: 60ch; line-height: 1.5; overflow-wrap: anywhere; }
  .readout.idle { color: var(--map-muted); }
  .controls { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 8px 10px; align-items: center; margin: 4px 0; }
  .controls .wide { grid-column: 1 / -1; }
  label.check { display: flex; align-items: center; gap: 6px; width: fit-content; }
  input[type='range'], input[type='checkbox'] { accent-color: var(--vscode-focusBorder); margin: 0; }
  input[type='range'] { width: 100%; max-width: 220px; }
  input:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  .scale { display: flex; align-items: center; gap: 6px; font-size: 11px; color: var(--map-muted); font-variant-numeric: tabular-nums; }
  .scale svg { width: 110px; height: 10px; }
  .scale .for { stop-color: var(--map-heat); }
  .scale .against { stop-color: var(--map-against); }
  /* As patches that speak against are crossed out where colour alone would tell them. */
  .scale .crosses { fill: none; stroke: var(--map-against); stroke-width: var(--map-cross); }
  @container (max-width: 560px) {
    .stage { grid-template-columns: minmax(0, 1fr); }
    .picture { width: 100%; }
  }
`;
