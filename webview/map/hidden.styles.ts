import { css } from 'lit';

/** What nobody sees: words for the ear alone, and the element that colours and fonts are read from. */
export const hiddenStyles = css`
  .probe, .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    pointer-events: none;
  }
`;
