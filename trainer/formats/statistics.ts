/** What the values of a tensor are like, in constant memory: two passes over them. */
import type { TensorStatistics } from '../../protocol/checkpoint.ts';
import { numbersOf } from './numbers.ts';
import type { TensorEntry, TensorFile } from './tensor-file.ts';

export interface MeasuringOptions {
  /** Of the histogram. */
  readonly bins?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures a tensor.
 *
 * Bins are those of `numpy.histogram`: all are half open but the last. Where all finite values are the same, there is one
 * bin; where there are none, none.
 * @throws Failure `bad-argument` where it holds no numbers (`unmeasured` in numbers.ts tells), `broken-model`; AbortError
 */
export async function statisticsOf(
  file: TensorFile,
  tensor: TensorEntry,
  { bins = 64, signal }: MeasuringOptions = {},
): Promise<TensorStatistics> {
  const numbers = (): AsyncIterable<Float64Array> => numbersOf(file, tensor, signal);
  const counted = await count(numbers());
  const { elements, zeros, nans, infinities, minimum, maximum } = counted;
  const finite = elements - nans - infinities;
  const kinds = { elements, zeros, nans, infinities };
  if (finite === 0) return { ...kinds, minimum: null, maximum: null, mean: null, deviation: null, histogram: [] };
  // By a power of two, which rounds nothing: squares of what is very large or very small stay within a number's range.
  const scale = scaleFor(Math.max(Math.abs(minimum), Math.abs(maximum)));
  const sum = Number.isFinite(counted.sum) ? counted.sum * scale : await scaledSum(numbers(), scale);
  const mean = sum / finite;
  const { squares, histogram } = await spread(numbers(), { scale, mean, minimum: minimum * scale, maximum: maximum * scale, bins });
  return { ...kinds, minimum, maximum, mean: mean / scale, deviation: Math.sqrt(squares / finite) / scale, histogram };
}

function scaleFor(largest: number): number {
  return largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, -Math.floor(Math.log2(largest))));
}

interface Counts {
  readonly elements: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infinities: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly sum: number;
}

async function count(numbers: AsyncIterable<Float64Array>): Promise<Counts> {
  let [elements, zeros, nans, infinities] = [0, 0, 0, 0];
  let [minimum, maximum] = [Infinity, -Infinity];
  const total = new Total();
  for await (const chunk of numbers) {
    elements += chunk.length;
    let sum = 0;
    for (const value of chunk) {
      if (value - value === 0) {
        sum += value;
        if (value === 0) zeros++;
        if (value < minimum) minimum = value;
        if (value > maximum) maximum = value;
      } else if (value !== value) nans++;
      else infinities++;
    }
    total.add(sum);
  }
  return { elements, zeros, nans, infinities, minimum, maximum, sum: total.sum };
}

/** Only where the plain sum is beyond a number's range. */
async function scaledSum(numbers: AsyncIterable<Float64Array>, scale: number): Promise<number> {
  const total = new Total();
  for await (const chunk of numbers) for (const value of chunk) if (value - value === 0) total.add(value * scale);
  return total.sum;
}

interface Range {
  readonly scale: number;
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly bins: number;
}

async function spread(
  numbers: AsyncIterable<Float64Array>,
  { scale, mean, minimum, maximum, bins }: Range,
): Promise<{ squares: number; histogram: readonly number[] }> {
  const last = minimum === maximum ? 0 : bins - 1;
  const width = (maximum - minimum) / (last + 1);
  const edges = Float64Array.from({ length: last + 2 }, (_, index) => (index > last ? maximum : minimum + index * width));
  const perWidth = width === 0 ? 0 : 1 / width;
  const histogram = new Float64Array(last + 1);
  const total = new Total();
  for await (const chunk of numbers) {
    let squares = 0;
    for (const plain of chunk) {
      if (plain - plain !== 0) continue;
      const value = plain * scale;
      let bin = Math.min(last, Math.floor((value - minimum) * perWidth));
      // Rounding may have put it beside its bin.
      if (bin > 0 && value < (edges[bin] ?? 0)) bin--;
      else if (bin < last && value >= (edges[bin + 1] ?? 0)) bin++;
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      squares += (value - mean) ** 2;
    }
    total.add(squares);
  }
  return { squares: total.sum, histogram: [...histogram] };
}

/** A sum of many that does not lose the small ones: Neumaier's compensation (1974). */
class Total {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }

  get sum(): number {
    return this.#sum + this.#lost;
  }
}
