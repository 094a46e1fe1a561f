import { expect, test } from 'vitest';
import { inkOn, palette } from './head-colours.ts';

type Triple = readonly [number, number, number];

/** Linear sRGB as it is seen, severity 1 (Machado, Oliveira & Fernandes 2009, table 1). */
const sights: Readonly<Record<string, readonly Triple[]>> = {
  'no colour blindness': [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

const dot = (one: Triple, other: Triple): number => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
const triple = (each: (index: 0 | 1 | 2) => number): Triple => [each(0), each(1), each(2)];

function linear(hex: string): Triple {
  return triple(index => {
    const value = Number.parseInt(hex.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** Björn Ottosson's Oklab, of linear sRGB. */
function oklab(rgb: Triple): Triple {
  const rows: readonly Triple[] = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
  const [l = 0, m = 0, s = 0] = rows.map(row => Math.cbrt(Math.max(0, dot(row, rgb))));
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s];
}

function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => dot([0.2126, 0.7152, 0.0722], linear(hex)) + 0.05;
  const ratio = luminance(one) / luminance(other);
  return Math.max(ratio, 1 / ratio);
}

const grounds = { light: ['#ffffff'], dark: ['#1f1f1f', '#000000'] } as const;
const leastContrast = { light: 3.4, dark: 4.5 } as const;

test.each(['light', 'dark'] as const)('on %s ground heads are readable, and told apart by everybody', ground => {
  const colours = palette.map(colour => colour[ground]);
  for (const colour of colours) for (const behind of grounds[ground]) expect(contrast(colour, behind)).toBeGreaterThanOrEqual(leastContrast[ground]);
  for (const [name, sight] of Object.entries(sights)) {
    const seen = colours.map(colour => oklab(triple(index => dot(sight[index] ?? [0, 0, 0], linear(colour)))));
    seen.forEach((one, index) => seen.slice(0, index).forEach((other, before) => {
      const apart = Math.hypot(...triple(at => one[at] - other[at]));
      expect(apart, `heads ${before + 1} and ${index + 1} with ${name}`).toBeGreaterThan(index < 8 ? 0.1 : name === 'no colour blindness' ? 0.095 : 0.05);
    }));
  }
});

test.each(['light', 'dark'] as const)('on %s ground none is grey, brown or nearly black, and each has its number on it', ground => {
  for (const { [ground]: colour } of palette) {
    const [lightness, a, b] = oklab(linear(colour));
    expect(Math.hypot(a, b), colour).toBeGreaterThan(0.09);
    expect(lightness, colour).toBeGreaterThan(0.35);
    expect(contrast(colour, inkOn(colour).replaceAll(/[0f]/g, '$&$&')), colour).toBeGreaterThanOrEqual(4.5);
  }
});

test('a head has one name for its hue on light ground and on dark', () => {
  const hueOf = (colour: string): number => {
    const [, a, b] = oklab(linear(colour));
    return (180 * Math.atan2(b, a)) / Math.PI;
  };
  for (const { light, dark } of palette) expect(Math.abs(((hueOf(light) - hueOf(dark) + 540) % 360) - 180), `${light} and ${dark}`).toBeLessThan(30);
});
