/** A drawing in shapes that every vector format has: it is told once, and each format writes it. Lengths are points. */

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Two things for who cannot see it: what it is, and what it shows. */
  readonly title: string;
  readonly description: string;
  /** From the back to the front. */
  readonly shapes: readonly Shape[];
}

export type Shape = Rectangles | Strokes | Label;

/** Rectangles of one colour, in a grid of their own: many of them are one shape. */
export interface Rectangles {
  readonly kind: 'rectangles';
  readonly colour: string;
  readonly opacity: number;
  /** Where 0, 0 of the grid is, and how long 1 of it. */
  readonly x: number;
  readonly y: number;
  readonly unit: number;
  readonly rectangles: readonly Rectangle[];
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Straight lines of one colour, painted as one: where two of them cross it is no darker. */
export interface Strokes {
  readonly kind: 'strokes';
  readonly colour: string;
  readonly opacity: number;
  readonly thickness: number;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** One line of text. */
export interface Label {
  readonly kind: 'label';
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  /** Where its baseline begins, or ends. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** How far it is turned about that place, in degrees against the clock. */
  readonly turn: number;
}

/** What all drawings are made in: on white paper, in the colours that a light theme gives the panel. */
export const colours = { paper: '#ffffff', ink: '#1f1d1a', quiet: '#5f5b54', heat: '#0a6ed1', against: '#c4620a' } as const;

export function label(text: string, x: number, y: number, style: Partial<Pick<Label, 'size' | 'colour' | 'anchor' | 'turn'>> = {}): Label {
  return { kind: 'label', text, x, y, size: 9, colour: colours.ink, anchor: 'start', turn: 0, ...style };
}
