/** Where an axis is marked, in ascending order, and what stands there. */
export interface Ticks {
  readonly values: readonly number[];
  readonly labels: readonly string[];
}

/** Round numbers, about so many, of which the first and the last enclose the range. */
export function ticksAround(low: number, high: number, about: number): Ticks {
  const [from, to] = same(low, high) ? widened(low) : [low, high];
  const step = roundStep((to - from) / about);
  return ticksOf(Math.floor(from / step + tolerance), Math.ceil(to / step - tolerance), step);
}

/** Round numbers, about so many, inside the range. */
export function ticksWithin(low: number, high: number, about: number): Ticks {
  if (same(low, high)) return { values: [low], labels: [formatNumber(low, 3, 0)] };
  const step = roundStep((high - low) / about);
  return ticksOf(Math.ceil(low / step - tolerance), Math.floor(high / step + tolerance), step);
}

/** Of a step: rounding must not add a tick beside one that is already on the range's end. */
const tolerance = 1e-9;

/** Or so near that floating point has no numbers left between. */
function same(low: number, high: number): boolean {
  return high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high));
}

function widened(value: number): readonly [number, number] {
  const margin = value === 0 ? 1 : Math.abs(value) / 10;
  return [value - margin, value + margin];
}

/** 1, 2 or 5 times a power of ten, the nearest (Heckbert 1990, "Nice Numbers for Graph Labels", Graphics Gems). */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const leading = step / power;
  return power * (leading < 1.5 ? 1 : leading < 3 ? 2 : leading < 7 ? 5 : 10);
}

function ticksOf(first: number, last: number, step: number): Ticks {
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + tolerance)));
  // Multiples, since a running sum would drift, and as round as they read.
  const values = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(decimals)));
  return { values, labels: values.map(value => formatNumber(value, decimals, decimals)) };
}

/** With a true minus sign and a comma between thousands. */
export function formatNumber(value: number, mostDecimals: number, leastDecimals = mostDecimals): string {
  const text = value.toLocaleString('en-US', { minimumFractionDigits: leastDecimals, maximumFractionDigits: mostDecimals });
  return /^-[0.,]*$/u.test(text) ? text.slice(1) : text.replace('-', '−');
}
