import { css } from 'lit';

export const styles = css`
  :host { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0; container-type: inline-size; }
  .scroller { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0; padding: 8px 16px 16px; overflow: hidden auto; }
  .scroller > * { flex: none; }
  .bar { display: flex; align-items: center; flex-wrap: wrap; gap: 6px 16px; min-height: 34px; }
  .bar p { flex: 1 1 240px; margin: 0; line-height: 1.5; }
  .progress { height: 2px; }
  h3 { margin: 14px 0 4px; font-size: inherit; font-weight: 600; }
  /* A map scrolls in itself, below its labels. */
  .map { min-height: 0; max-height: max(260px, 100vh - 170px); }
  .quiet { color: var(--map-muted); }
  .empty { padding: 32px 0 24px; }
`;
