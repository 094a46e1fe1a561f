/** How strong a weight looks in a terminal, from nothing (0) to full (4), by its rounded percentage. */
export type Level = 0 | 1 | 2 | 3 | 4;

export const levels: readonly { readonly from: number; readonly block: string; readonly legend: string }[] = [
  { from: 0, block: '·', legend: '· <5' },
  { from: 5, block: '░', legend: '░ 5–19' },
  { from: 20, block: '▒', legend: '▒ 20–39' },
  { from: 40, block: '▓', legend: '▓ 40–69' },
  { from: 70, block: '█', legend: '█ ≥70' },
];

export function levelOf(percentage: number): Level {
  if (percentage >= 70) return 4;
  if (percentage >= 40) return 3;
  if (percentage >= 20) return 2;
  return percentage >= 5 ? 1 : 0;
}

/**
 * Backgrounds of the 256-colour palette from grey to amber, under black digits (contrast 5.9 : 1 and more). Colour
 * grows rather than lightness, so that strong stands out on dark and on light terminals alike.
 */
const backgrounds = { 1: 102, 2: 137, 3: 172, 4: 208 } as const;

/** SGR sequences around text, or the bare text where colour is off. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly shade: (text: string, level: Level) => string;
}

export function styleFor(colour: boolean): Style {
  const sgr = (codes: string) => (text: string) => (colour ? `\x1b[${codes}m${text}\x1b[0m` : text);
  const dim = sgr('2');
  return {
    bold: sgr('1'),
    dim,
    shade: (text, level) => (level === 0 ? dim(text) : sgr(`38;5;16;48;5;${backgrounds[level]}`)(text)),
  };
}
