/** What a training graph wants drawn at random: inputs that its name tells. The same key draws the same numbers. */
import type { Floats, Kernels } from '../kernels/kernels.ts';
import { keyOf, Random } from './random.ts';

/** Masks of kept features, scaled by 1 / (1 − rate) (Srivastava et al. 2014, section 10). */
const dropoutPrefix = 'dropout.';
/** Standard Gumbel noise, −log(−log u) (Gumbel 1954; Jang, Gu, Poole 2017, section 2). */
const gumbelPrefix = 'gumbel.';

export const isRandom = (input: string): boolean => input.startsWith(dropoutPrefix) || input.startsWith(gumbelPrefix);

/** @param key names the draw; without one nothing is dropped, and no noise is added */
export function drawInto(drawn: Floats, input: string, kernels: Kernels, rate: number, key?: readonly (string | number)[]): void {
  if (input.startsWith(gumbelPrefix)) {
    if (key === undefined) drawn.data.fill(0);
    else drawGumbel(drawn.data, new Random(...key, input));
    return;
  }
  // The site alone, as it was when dropout was the only draw: a run's losses stay what they were.
  if (key === undefined) drawn.data.fill(1);
  else kernels.dropoutMask(drawn, keyOf(...key, input.slice(dropoutPrefix.length)), rate);
}

function drawGumbel(data: Float32Array, random: Random): void {
  for (let index = 0; index < data.length; index++) {
    // Never 0 and never 1, whose logarithms are not finite.
    const uniform = (random.uniform() * 4_294_967_296 + 0.5) / 4_294_967_296;
    data[index] = -Math.log(-Math.log(uniform));
  }
}
