/** How a series is told from the others, each way by itself: colour, marker, dashes. */
export interface SeriesStyle {
  /** The class that the stylesheet gives a colour. */
  readonly name: string;
  /** For programs that know no stylesheets. */
  readonly colour: string;
  /** A path around 0, 0. */
  readonly marker: string;
  /** Of `stroke-dasharray`; none for a solid line. */
  readonly dashes: string;
}

/**
 * The colours of Okabe and Ito 2008, "Color Universal Design", told apart by people of every kind of colour vision; those
 * too faint on white, or too dark on black, made just as much darker or lighter that they stand out 3 : 1 (WCAG 2.2,
 * criterion 1.4.11).
 */
export const seriesColours = [
  { light: '#0072b2', dark: '#3a8fd0' },
  { light: '#d55e00', dark: '#e8702a' },
  { light: '#009068', dark: '#00b383' },
  { light: '#c08000', dark: '#e69f00' },
  { light: '#3098d4', dark: '#7cc8f2' },
  { light: '#c0699a', dark: '#d98fb8' },
  { light: '#1f1d1a', dark: '#ece8e1' },
  { light: '#978b00', dark: '#f0e442' },
] as const;

/** Circle, square, triangle, diamond, triangle on its head, plus, cross, star. */
const markers = [
  'M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z',
  'M-3.6-3.6h7.2v7.2h-7.2Z',
  'M0-4.8L4.6 3.4h-9.2Z',
  'M0-5.2L5.2 0L0 5.2L-5.2 0Z',
  'M0 4.8L4.6-3.4h-9.2Z',
  'M-1.5-4.8h3v3.3h3.3v3h-3.3v3.3h-3v-3.3h-3.3v-3h3.3Z',
  'M0-2.2L2.5-4.7L4.7-2.5L2.2 0L4.7 2.5L2.5 4.7L0 2.2L-2.5 4.7L-4.7 2.5L-2.2 0L-4.7-2.5L-2.5-4.7Z',
  'M0-5.6L1.5-1.9L5.3-1.7L2.4 .8L3.3 4.5L0 2.5L-3.3 4.5L-2.4 .8L-5.3-1.7L-1.5-1.9Z',
] as const;

const dashes = ['', '7 4', '2 3', '9 3 2 3'] as const;

export function seriesStyle(index: number): SeriesStyle {
  const slot = index % seriesColours.length;
  return {
    name: `s${slot}`,
    colour: seriesColours[slot]?.light ?? '',
    marker: markers[slot] ?? '',
    // Shifted each time the colours begin anew.
    dashes: dashes[(index + Math.floor(index / seriesColours.length)) % dashes.length] ?? '',
  };
}

const ink = { light: '#1f1d1a', dark: '#ece8e1' };
const quiet = { light: '#6b665e', dark: '#a09a8f' };
const line = { light: '#8a8478', dark: '#8a8478' };

/** On a transparent ground: what is drawn has to do on a light page and on a dark one. */
export const chartStyle = `
.chart{${variables('light')}}
@media(prefers-color-scheme:dark){.chart{${variables('dark')}}}
.chart text{fill:var(--ink)}.chart .quiet{fill:var(--quiet)}.chart .shade{fill:var(--ink)}.chart .grid,.chart .axis{stroke:var(--line)}
${seriesColours.map((_, slot) => `.chart .s${slot}{color:var(--s${slot})}`).join('')}
.chart .line,.chart .whisker,.chart .leader{stroke:currentColor}.chart .mark,.chart .band{fill:currentColor}
`;

/** The same for programs that know no stylesheets. */
export const plainColours = { ink: ink.light, quiet: quiet.light, line: line.light };

function variables(scheme: 'light' | 'dark'): string {
  const series = seriesColours.map((colour, slot) => `--s${slot}:${colour[scheme]}`);
  return [`--ink:${ink[scheme]}`, `--quiet:${quiet[scheme]}`, `--line:${line[scheme]}`, ...series].join(';');
}
