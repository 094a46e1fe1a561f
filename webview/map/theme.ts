/** The colours and fonts that a map is drawn with, read from VS Code's CSS variables. */

export interface MapTheme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  /** The colour of attention: its opacity is the weight. */
  readonly heat: string;
  /** The colour of evidence against something. */
  readonly against: string;
  /** What a cell of weight 0 looks like. */
  readonly tile: string;
  /** Behind the row and column in focus. */
  readonly band: string;
  /** Around the cell in focus. */
  readonly outline: string;
  /** Beside the strips that stay in place, once something has scrolled beneath them. */
  readonly edge: string;
  readonly fontFamily: string;
  /** CSS pixels. */
  readonly fontSize: number;
  /** In high-contrast themes a weight is also the size of its square, so that colour alone never carries it. */
  readonly highContrast: boolean;
}

const colours = {
  foreground: '--map-foreground',
  muted: '--map-muted',
  background: '--map-background',
  heat: '--map-heat',
  against: '--map-against',
  tile: '--map-tile',
  band: '--map-band',
  outline: '--map-outline',
  edge: '--map-edge',
} as const;

/**
 * Reads the theme from an element inside the map's own tree: a canvas understands finished colours only, so each
 * variable passes through the element's computed `color`, which resolves every `var()` and mix.
 */
export function readTheme(probe: HTMLElement): MapTheme {
  const resolved = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const style = getComputedStyle(probe);
  return {
    foreground: resolved(colours.foreground),
    muted: resolved(colours.muted),
    background: resolved(colours.background),
    heat: resolved(colours.heat),
    against: resolved(colours.against),
    tile: resolved(colours.tile),
    band: resolved(colours.band),
    outline: resolved(colours.outline),
    edge: resolved(colours.edge),
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize) || 13,
    highContrast: isHighContrast(),
  };
}

/** VS Code names the kind of theme in the body's classes; the light one of high contrast carries both of these. */
export function isHighContrast(): boolean {
  const { classList } = document.body;
  return classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
}

/** Calls back when VS Code changes the theme: it rewrites the body's classes and the root's variables. */
export function observeTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}
