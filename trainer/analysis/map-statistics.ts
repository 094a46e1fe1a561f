import { sumOfXLogX } from './float-log.ts';

/** One attention matrix: rows are queries, each a distribution over the keys. */
export interface AttentionMatrix {
  /** `[query, key]` */
  readonly weights: Float32Array;
  readonly shape: readonly [queries: number, keys: number];
}

export interface MapStatistics {
  /** Mean entropy of a row in nats: 0 where all looks at one key, ln(keys) where it is spread evenly. */
  readonly entropy: number;
  /** The same over ln(keys), 0 to 1, so that sentences of different lengths compare. 0 where there is but one key. */
  readonly normalizedEntropy: number;
  /** Mean of the rows' largest weights, 0 to 1. */
  readonly confidence: number;
  /** How near the diagonal the weights lie: 1 where all do. */
  readonly diagonality: number;
  /** Share of all weights that the last key, the sentence's end, received, 0 to 1. */
  readonly endShare: number;
}

/** How wide the diagonal is, in parts of the sentence: g of Tachibana et al. */
const diagonalWidth = 0.2;

/**
 * What a map is like, in numbers:
 *
 * - entropy: how widely it is spread (Ghader and Monz 2017, "What does Attention in Neural Machine Translation Pay
 *   Attention to?", their attention entropy).
 * - confidence: Voita et al. 2019, "Analyzing Multi-Head Self-Attention", section 4, there without the end of the sentence.
 * - diagonality: Σ a(i, j) exp(−(x(i) − y(j))² / 2g²) over the number of queries, g = 0.2, which is 1 minus the penalty of
 *   guided attention (Tachibana, Uenoyama and Aihara 2018, "Efficiently Trainable Text-to-Speech System Based on Deep
 *   Convolutional Networks with Guided Attention", section 4.1). x and y are the middles of the query's and the key's
 *   cells, 0 to 1, so that a map and the same read backwards come out alike.
 * - endShare: heads that find nothing look there (Clark et al. 2019, "What Does BERT Look At?", section 3.2, of [SEP]).
 *
 * Throws `RangeError` where the weights are not as many as the shape says, or there are none.
 */
export function mapStatistics({ weights, shape: [queries, keys] }: AttentionMatrix): MapStatistics {
  checkShape({ weights, shape: [queries, keys] });
  let [entropy, confidence, diagonality, endShare] = [0, 0, 0, 0];
  for (let query = 0; query < queries; query++) {
    const row = weights.subarray(query * keys, (query + 1) * keys);
    entropy -= sumOfXLogX(row);
    confidence += largestOf(row);
    diagonality += diagonalityOf(row, (query + 0.5) / queries);
    endShare += row[keys - 1] ?? 0;
  }
  return {
    entropy: entropy / queries,
    normalizedEntropy: keys === 1 ? 0 : entropy / queries / Math.log(keys),
    confidence: confidence / queries,
    diagonality: diagonality / queries,
    endShare: endShare / queries,
  };
}

function largestOf(row: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let key = 0; key < row.length; key++) largest = Math.max(largest, row[key] ?? 0);
  return largest;
}

/**
 * Of one row, whose middle is at `place`. From one key to the next, a Gaussian is multiplied by what itself is multiplied by
 * the same each time, so that two exponentials do for the whole row.
 */
function diagonalityOf(row: Float32Array, place: number): number {
  const step = 1 / row.length;
  const width = 2 * diagonalWidth ** 2;
  const offset = place - step / 2;
  let nearness = Math.exp(-(offset ** 2) / width);
  let ratio = Math.exp((2 * offset * step - step ** 2) / width);
  const change = Math.exp((-2 * step ** 2) / width);
  let sum = 0;
  for (let key = 0; key < row.length; key++) {
    sum += (row[key] ?? 0) * nearness;
    nearness *= ratio;
    ratio *= change;
  }
  return sum;
}

/** The same over many maps: each row weighs the same, so that long sentences count for more. Throws for no map at all. */
export function meanMapStatistics(maps: Iterable<AttentionMatrix>): MapStatistics {
  let rows = 0;
  const sums = { entropy: 0, normalizedEntropy: 0, confidence: 0, diagonality: 0, endShare: 0 };
  for (const map of maps) {
    const statistics = mapStatistics(map);
    const [queries] = map.shape;
    rows += queries;
    for (const name of names) sums[name] += queries * statistics[name];
  }
  if (rows === 0) throw new RangeError('there are no maps to describe');
  for (const name of names) sums[name] /= rows;
  return sums;
}

const names = ['entropy', 'normalizedEntropy', 'confidence', 'diagonality', 'endShare'] as const;

/**
 * `[key]`: how much attention each key received over all queries. Far under 1, a translation left it out; far over 1, it
 * may say it twice (Tu et al. 2016, "Modeling Coverage for Neural Machine Translation", section 3).
 */
export function coverageOf({ weights, shape: [queries, keys] }: AttentionMatrix): Float64Array {
  checkShape({ weights, shape: [queries, keys] });
  const coverage = new Float64Array(keys);
  for (let query = 0, place = 0; query < queries; query++) {
    for (let key = 0; key < keys; key++, place++) coverage[key] = (coverage[key] ?? 0) + (weights[place] ?? 0);
  }
  return coverage;
}

function checkShape({ weights, shape: [queries, keys] }: AttentionMatrix): void {
  if (weights.length !== queries * keys || weights.length === 0) {
    throw new RangeError(`${weights.length} weights for a map of ${queries} queries and ${keys} keys`);
  }
}
