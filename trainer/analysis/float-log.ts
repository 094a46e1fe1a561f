/** Parts of the range from 1 to 2: a power of two, so that the leading bits of a mantissa are the number of its part. */
const parts = 2048;
const partBits = 11;
const restBits = 23 - partBits;

const beginnings = Array.from({ length: parts }, (_, part) => 1 + part / parts);
const logarithms = Float64Array.from(beginnings, Math.log);
/** What one step of the mantissa is, relative to where its part begins. */
const steps = Float64Array.from(beginnings, beginning => 1 / (beginning * 2 ** 23));

/**
 * Σ w ln w of floats that are not negative, to 13 digits, in a quarter of the time that `Math.log` takes: over all maps of a
 * model that is a second. A float is 2ᵉ (c + r), c the beginning of its part; its logarithm is e ln 2 + ln c + ln(1 + r / c),
 * and the last, r / c being under 1 / 2048, is a short series.
 */
export function sumOfXLogX(floats: Float32Array): number {
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  let sum = 0;
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index] ?? 0;
    const exponent = word >>> 23;
    // 0, and what is too small to be written with an exponent.
    if (exponent === 0) continue;
    const part = (word >>> restBits) & (parts - 1);
    const rest = (word & ((1 << restBits) - 1)) * (steps[part] ?? 0);
    sum += (floats[index] ?? 0) * ((exponent - 127) * Math.LN2 + (logarithms[part] ?? 0) + rest * (1 - rest * (1 / 2 - rest / 3)));
  }
  return sum;
}
