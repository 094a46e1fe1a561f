import { css } from 'lit';

/** What nobody sees: words for the ear alone, and the element that colours and fonts are read from. At the top: below a map that scrolls they would make the page longer. */
export const hiddenStyles = css`
  .probe, .hidden {
    position: absolute;
    top: 0;
    left: 0;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    pointer-events: none;
  }
`;
