/** Whether readers who see colours differently can tell the maps' colours apart, in every theme. */
import { describe, expect, test } from 'vitest';
import { themes } from './themes.ts';

type Colour = readonly [number, number, number];

/** How linear colours look to who lacks one kind of cone (Machado, Oliveira & Fernandes 2009, severity 1). */
const seeing: Readonly<Record<string, readonly [Colour, Colour, Colour]>> = {
  'all cones': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

describe.each(Object.entries(themes))('in the %s theme', (_, { variables }) => {
  const [heat, against, background] = ['attentionScope-attention', 'attentionScope-against', 'editor-background'].map(name => linear(variables[name] ?? ''));
  if (heat === undefined || against === undefined || background === undefined) throw new Error('a theme has these colours');

  test.each(Object.keys(seeing))('more and less are far apart with %s, and both from nothing', name => {
    const [more, less, nothing] = [heat, against, background].map(colour => lab(seen(colour, seeing[name] ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]])));
    expect(distance(more, less)).toBeGreaterThan(60);
    expect(Math.min(distance(more, nothing), distance(less, nothing))).toBeGreaterThan(40);
  });

  test('the stronger, the further from nothing in lightness alone', () => {
    const steps = Array.from({ length: 11 }, (_, step) => lab(mixed(background, heat, step / 10))[0]);
    const from = steps[0] ?? 0;
    const away = steps.map(step => Math.abs(step - from));
    expect(away).toEqual(away.toSorted((one, other) => one - other));
    expect(away.at(-1)).toBeGreaterThan(35);
  });
});

function linear(hex: string): Colour {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function seen(colour: Colour, matrix: readonly [Colour, Colour, Colour]): Colour {
  const channel = (row: Colour): number => Math.max(0, Math.min(1, row.reduce((sum, factor, index) => sum + factor * (colour[index] ?? 0), 0)));
  return [channel(matrix[0]), channel(matrix[1]), channel(matrix[2])];
}

function mixed(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2): number => from[at] + (to[at] - from[at]) * share;
  return [channel(0), channel(1), channel(2)];
}

/** CIE L*a*b* under D65. */
function lab([red, green, blue]: Colour): Colour {
  const root = (value: number): number => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(one: Colour | undefined, other: Colour | undefined): number {
  return Math.hypot(...[0, 1, 2].map(at => (one?.[at] ?? 0) - (other?.[at] ?? 0)));
}
