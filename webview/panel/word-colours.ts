/** How words show their strength: ten tints, and in high contrast ten underlines, as colour alone may not be seen. */
import { css, unsafeCSS } from 'lit';
import { levels } from '../map/scale.ts';

const steps = Array.from({ length: levels }, (_, index) => index + 1);

/** `--word-tint` and `--word-line` come from the page: how much colour, and how thick a line, each step adds. */
export const wordColours = css`
  .word {
    border-radius: 3px;
    padding: 1px 0;
    cursor: default;
    outline: none;
    background: color-mix(in srgb, var(--attention-colour) calc(var(--level, 0) * var(--word-tint)), transparent);
    box-shadow: 0 calc(var(--level, 0) * var(--word-line)) 0 0 var(--attention-colour);
  }
  .word.current { box-shadow: 0 0 0 1.5px var(--map-outline); }
  .word:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  @media (prefers-reduced-motion: no-preference) {
    .word { transition: background-color 80ms; }
  }
  ${unsafeCSS(steps.map(step => `.word[data-level="${step}"] { --level: ${step}; }`).join('\n'))}
`;
