import type { AttentionMatrix } from './map-statistics.ts';

/**
 * Attention of tokens over themselves by where the key stands relative to the query, over any number of maps of one head.
 */
export class RelativePositions {
  /** The weights at each offset, key − query, from −(longest − 1) on; and how many there are. */
  readonly #sums: Float64Array;
  readonly #pairs: Float64Array;
  readonly #longest: number;
  #squares = 0;

  constructor(maps: readonly AttentionMatrix[]) {
    this.#longest = maps.reduce((most, { shape }) => Math.max(most, ...shape), 1);
    [this.#sums, this.#pairs] = [new Float64Array(2 * this.#longest - 1), new Float64Array(2 * this.#longest - 1)];
    for (const map of maps) this.#add(map);
  }

  #add({ weights, shape: [queries, keys] }: AttentionMatrix): void {
    const sums = this.#sums;
    let squares = 0;
    for (let query = 0, place = 0; query < queries; query++) {
      const zero = this.#longest - 1 - query;
      for (let key = 0; key < keys; key++, place++) {
        const weight = weights[place] ?? 0;
        sums[zero + key] = (sums[zero + key] ?? 0) + weight;
        squares += weight * weight;
      }
    }
    this.#squares += squares;
    for (let offset = 1 - queries; offset < keys; offset++) {
      const count = Math.min(keys, queries + offset) - Math.max(0, offset);
      this.#pairs[this.#longest - 1 + offset] = (this.#pairs[this.#longest - 1 + offset] ?? 0) + count;
    }
  }

  /** How far what is looked at is from the query in the mean, in tokens. */
  distance(): number {
    let [mass, far] = [0, 0];
    this.#sums.forEach((sum, place) => {
      mass += sum;
      far += sum * Math.abs(place - this.#longest + 1);
    });
    return mass === 0 ? 0 : far / mass;
  }

  /**
   * How much of the differences between weights the relative position alone tells, 0 to 1: R² of the mean weight at each
   * offset, adjusted (Theil 1961) since in a short text few pairs are equally far apart. Where no weight lies ahead of its
   * query, what lies ahead is not counted: it could not be looked at.
   */
  explained(): number {
    const isAhead = (place: number): boolean => place >= this.#longest;
    const looksAhead = this.#sums.some((sum, place) => isAhead(place) && sum > 0);
    let [mass, count, offsets, explained] = [0, 0, 0, 0];
    this.#sums.forEach((sum, place) => {
      const pairs = this.#pairs[place] ?? 0;
      if (pairs === 0 || (isAhead(place) && !looksAhead)) return;
      mass += sum;
      count += pairs;
      offsets++;
      explained += sum ** 2 / pairs;
    });
    const even = mass ** 2 / count;
    const total = this.#squares - even;
    // Weights that do not differ but by rounding.
    if (count <= offsets || total < 1e-9 * this.#squares) return 0;
    const unexplained = (this.#squares - explained) / total;
    return Math.max(0, 1 - (unexplained * (count - 1)) / (count - offsets));
  }
}
