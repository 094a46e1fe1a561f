/** The kernels against plain JavaScript; lengths are no multiples of four, so that the last numbers count too. */
import { describe, expect, test } from 'vitest';
import { Random } from '../training/random.ts';
import { type Floats, Kernels } from './kernels.ts';

const kernels = Kernels.allocate(16 * 2 ** 20);
const lengths = [1, 3, 4, 7, 37, 1024, 1027];

function random(name: string, length: number): Floats {
  const floats = kernels.floats(length);
  const source = new Random('kernels', name, length);
  floats.data.set(Float64Array.from({ length }, () => source.normal()));
  return floats;
}

const worst = (found: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce((most, number, index) => Math.max(most, Math.abs(number - (found[index] ?? Number.NaN))), 0);

describe('memory', () => {
  test('stretches are aligned for vectors and never overlap', () => {
    const stretches = [1, 5, 64, 17].map(length => kernels.floats(length));
    stretches.forEach(({ pointer }) => expect(pointer % 64).toBe(0));
    stretches.forEach(({ data }, index) => data.fill(index));
    stretches.forEach(({ data }, index) => expect(data.every(number => number === index)).toBe(true));
  });

  test('there is as much as was asked for, and more is refused', () => {
    const small = Kernels.allocate(3 * Kernels.bytesOf(100));
    for (const _ of [1, 2, 3]) expect(small.floats(100).data.length).toBe(100);
    expect(() => small.floats(2 ** 20)).toThrow(RangeError);
    expect(() => Kernels.allocate(Kernels.mostBytes + 2 ** 20)).toThrow('more than WebAssembly can address');
  });
});

test.each(lengths)('Σ x² of %i numbers', length => {
  const x = random('squares', length);
  const expected = x.data.reduce((sum, number) => sum + number ** 2, 0);
  expect(Math.abs(kernels.sumOfSquares(x) / expected - 1)).toBeLessThan(1e-12);
});

test.each(lengths)('y + a x of %i numbers, to the bit', length => {
  const [x, y] = [random('x', length), random('y', length)];
  const factor = Math.fround(0.3);
  const expected = Array.from(y.data, (number, index) => Math.fround(number + Math.fround(factor * (x.data[index] ?? 0))));
  kernels.addScaled(y, x, factor);
  expect(Array.from(y.data)).toEqual(expected);
});

describe('rows added to a table', () => {
  const [rowsOfTable, features] = [6, 7];

  test('each as often as its id comes', () => {
    const ids = kernels.integers(5);
    ids.data.set([3n, 0n, 3n, 5n, 3n]);
    const [table, rows] = [random('table', rowsOfTable * features), random('rows', 5 * features)];
    const expected = Array.from(table.data);
    ids.data.forEach((id, n) => {
      for (let feature = 0; feature < features; feature++) {
        const at = Number(id) * features + feature;
        expected[at] = Math.fround((expected[at] ?? 0) + (rows.data[n * features + feature] ?? 0));
      }
    });
    kernels.addRows(table, ids, rows, features);
    expect(Array.from(table.data)).toEqual(expected);
  });

  test.each([-1n, 6n, 2n ** 40n])('the row %i of six is refused, and nothing is written', id => {
    const ids = kernels.integers(2);
    ids.data.set([0n, id]);
    const [table, rows] = [random('refused', rowsOfTable * features), random('rows', 2 * features)];
    const before = Array.from(table.data);
    expect(() => kernels.addRows(table, ids, rows, features)).toThrow(RangeError);
    expect(Array.from(table.data)).toEqual(before);
  });
});

describe.each([5, 64, 1027])('ten steps on %i numbers', length => {
  const [gradientScale, rate] = [0.5, 0.01];
  const zeros = (): number[] => new Array<number>(length).fill(0);
  const gradientOf = (step: number): Floats => random(`gradient ${step}`, length);

  test.each([false, true])('of stochastic gradient descent, Nesterov: %s', nesterov => {
    const [decay, momentum] = [0.1, 0.9];
    const [p, m] = [random('p', length), kernels.floats(length)];
    const expected = { p: Array.from(p.data), m: zeros() };
    for (let step = 1; step <= 10; step++) {
      const g = gradientOf(step);
      kernels.sgd(p, g, m, { gradientScale, decay, momentum, nesterov, rate });
      for (let index = 0; index < length; index++) {
        const old = expected.p[index] ?? 0;
        const gradient = gradientScale * (g.data[index] ?? 0) + decay * old;
        const buffer = momentum * (expected.m[index] ?? 0) + gradient;
        expected.m[index] = buffer;
        expected.p[index] = old - rate * (nesterov ? gradient + momentum * buffer : buffer);
      }
    }
    expect(worst(p.data, expected.p)).toBeLessThan(3e-6);
    expect(worst(m.data, expected.m)).toBeLessThan(6e-6);
  });

  test('of RMSprop', () => {
    const [decay, alpha, epsilon, momentum] = [0.1, 0.9, 1e-8, 0.8];
    const [p, m, v] = [random('p', length), kernels.floats(length), kernels.floats(length)];
    const expected = { p: Array.from(p.data), m: zeros(), v: zeros() };
    for (let step = 1; step <= 10; step++) {
      const g = gradientOf(step);
      kernels.rmsprop(p, g, m, v, { gradientScale, decay, alpha, epsilon, momentum, rate });
      for (let index = 0; index < length; index++) {
        const old = expected.p[index] ?? 0;
        const gradient = gradientScale * (g.data[index] ?? 0) + decay * old;
        const squares = alpha * (expected.v[index] ?? 0) + (1 - alpha) * gradient ** 2;
        const buffer = momentum * (expected.m[index] ?? 0) + gradient / (Math.sqrt(squares) + epsilon);
        expected.v[index] = squares;
        expected.m[index] = buffer;
        expected.p[index] = old - rate * buffer;
      }
    }
    expect(worst(p.data, expected.p)).toBeLessThan(3e-6);
    expect(worst(m.data, expected.m)).toBeLessThan(2e-5);
    expect(worst(v.data, expected.v)).toBeLessThan(2e-6);
  });

  test.each([
    ['Adam', { decay: 0.1, apart: 0 }],
    ['AdamW', { decay: 0, apart: 0.1 }],
  ])('of %s', (_name, { decay, apart }) => {
    const [beta1, beta2, epsilon] = [0.9, 0.98, 1e-9];
    const [p, m, v] = [random('p', length), kernels.floats(length), kernels.floats(length)];
    const expected = { p: Array.from(p.data), m: zeros(), v: zeros() };
    for (let step = 1; step <= 10; step++) {
      const g = gradientOf(step);
      kernels.adam(p, g, m, v, {
        gradientScale, decay, beta1, beta2, epsilon,
        stepSize: rate / (1 - beta1 ** step),
        rootScale: 1 / Math.sqrt(1 - beta2 ** step),
        keep: 1 - rate * apart,
      });
      // Loshchilov & Hutter 2019, algorithm 2, as it is printed.
      for (let index = 0; index < length; index++) {
        const old = expected.p[index] ?? 0;
        const gradient = gradientScale * (g.data[index] ?? 0) + decay * old;
        const first = beta1 * (expected.m[index] ?? 0) + (1 - beta1) * gradient;
        const second = beta2 * (expected.v[index] ?? 0) + (1 - beta2) * gradient ** 2;
        const unbiased = { first: first / (1 - beta1 ** step), second: second / (1 - beta2 ** step) };
        expected.p[index] = old - rate * (unbiased.first / (Math.sqrt(unbiased.second) + epsilon) + apart * old);
        expected.m[index] = first;
        expected.v[index] = second;
      }
    }
    expect(worst(p.data, expected.p)).toBeLessThan(3e-6);
    expect(worst(m.data, expected.m)).toBeLessThan(1e-6);
    expect(worst(v.data, expected.v)).toBeLessThan(1e-6);
  });
});

describe('dropout masks', () => {
  const length = 100_001;
  const mask = (key: bigint, rate: number, size = length): Float32Array => {
    const floats = kernels.floats(size);
    kernels.dropoutMask(floats, key, rate);
    return floats.data;
  };
  const share = (is: (index: number) => boolean): number =>
    Array.from({ length }, (_, index) => is(index)).filter(Boolean).length / length;
  /** Five standard deviations of a share of so many draws. */
  const tolerance = (probability: number): number => 5 * Math.sqrt((probability * (1 - probability)) / length);

  test.each([0.1, 0.3, 0.5])('at rate %d drop that share, and scale the rest up', rate => {
    const data = mask(0x1234_5678_9abc_def0n, rate);
    expect(Math.abs(share(index => data[index] === 0) - rate)).toBeLessThan(tolerance(rate));
    expect(new Set(data)).toEqual(new Set([0, Math.fround(1 / (1 - Math.fround(rate)))]));
  });

  test('at rate 0 drop nothing', () => {
    expect(mask(7n, 0, 1001).every(number => number === 1)).toBe(true);
  });

  test('are the same from the same key, whatever else was drawn and however long', () => {
    const first = mask(42n, 0.3, 999);
    mask(43n, 0.3, 17);
    expect(mask(42n, 0.3, 999)).toEqual(first);
    expect(mask(42n, 0.3, 100)).toEqual(first.slice(0, 100));
    expect(mask(42n - 2n ** 64n, 0.3, 999)).toEqual(first);
  });

  test.each([1n, 2n, 2n ** 32n, 2n ** 63n])('of keys %i apart, drop independently', apart => {
    const [rate, key] = [0.3, 0xfeed_beefn];
    const [one, other] = [mask(key, rate), mask(key ^ apart, rate)];
    expect(Math.abs(share(index => one[index] === 0 && other[index] === 0) - rate ** 2)).toBeLessThan(tolerance(rate ** 2));
  });

  test.each([1, 2, 3, 384])('drop independently %i places apart', apart => {
    const rate = 0.3;
    const data = mask(99n, rate);
    const both = share(index => data[index] === 0 && data[(index + apart) % length] === 0);
    expect(Math.abs(both - rate ** 2)).toBeLessThan(tolerance(rate ** 2));
  });
});
