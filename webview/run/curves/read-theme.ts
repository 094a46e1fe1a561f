/** The colours and fonts that charts are drawn with, read from the page's CSS variables. */

export interface ChartTheme {
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
  readonly background: string;
  readonly font: string;
  /** Of a CSS variable. */
  colour(variable: string): string;
}

/**
 * A canvas understands finished colours only: each variable passes through the computed `color` of an element in the chart's own
 * tree, which resolves every `var()`.
 */
export function readChartTheme(probe: HTMLElement): ChartTheme {
  const colour = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  return {
    text: colour('--map-muted'), grid: colour('--chart-grid'), mark: colour('--map-foreground'), background: colour('--map-background'),
    font: `11px ${getComputedStyle(probe).fontFamily}`, colour,
  };
}
