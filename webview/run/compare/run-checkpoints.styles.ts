import { css } from 'lit';

export const styles = css`
  :host { display: block; container-type: inline-size; }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; padding: 10px 0 8px; }
  .bar label { display: flex; align-items: center; gap: 6px; min-width: 0; }
  .progress { height: 2px; }
  .text { margin: 0 0 6px; line-height: 1.5; overflow-wrap: anywhere; }
  .text .quiet { margin-inline-end: 8px; }
  .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 4px 28px; align-items: start; }
  .pair section, section.difference { min-width: 0; }
  attention-map { max-height: 70vh; }
  .written { min-height: 1.5em; margin: 0 0 4px; line-height: 1.5; overflow-wrap: anywhere; }
  .quiet { color: var(--map-muted); }
  p.quiet { margin: 8px 0; line-height: 1.45; max-width: 80ch; }
  .notice { margin: 8px 0; }
  @container (max-width: 720px) {
    .pair { grid-template-columns: minmax(0, 1fr); }
  }
`;
