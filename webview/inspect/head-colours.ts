/** The colours of heads, as a page's styles have them. */
import { css, unsafeCSS } from 'lit';
import { colourOf, inkOn, palette } from '../../protocol/head-colours.ts';

/** The CSS variable of a head's colour. */
export function colourVariable(head: number): string {
  return `--head-${colourOf(head)}`;
}

/** The CSS variable of what is written on it. */
export function inkVariable(head: number): string {
  return `--head-ink-${colourOf(head)}`;
}

/** `--head-0`, `--head-ink-0` and so on, by the page's `color-scheme`. */
export const headColours = css`
  :host { ${unsafeCSS(palette.map(({ light, dark }, index) => `--head-${index}: light-dark(${light}, ${dark}); --head-ink-${index}: light-dark(${inkOn(light)}, ${inkOn(dark)});`).join(' '))} }
`;
