import { Random } from '../training/random.ts';

/** What a score needs to know of each sentence, `[sentence][statistic]`, so that a corpus' is the sum of its sentences'. */
export type SentenceStatistics = readonly (readonly number[])[];

/** A corpus-level score of summed statistics: of BLEU, say, `sums => bleuOf(sums).score`. */
export type CorpusScore = (sums: ArrayLike<number>) => number;

export interface BootstrapOptions {
  readonly seed: string | number;
  /** 1000 by default. */
  readonly resamples?: number;
  /** How much of the resamples the interval holds: 0.95 by default. */
  readonly confidence?: number;
}

export interface ScoreInterval {
  readonly score: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How far a score would move on other test sets of the same kind (Koehn 2004, "Statistical Significance Tests for Machine
 * Translation Evaluation"): the sentences are drawn again, with replacement, as many as there are, and scored,
 * many times over; as much is cut off at either end of these scores as `confidence` leaves out.
 */
export function bootstrapInterval(statistics: SentenceStatistics, score: CorpusScore, options: BootstrapOptions): ScoreInterval {
  const scores = overResamples([statistics], options, ([sums]) => score(sums ?? []));
  return { score: score(wholeSum(statistics)), ...middle(scores, options) };
}

export interface PairedBootstrap {
  /** How much more the first scores than the second, with the interval of that. */
  readonly difference: ScoreInterval;
  /** Share of the resamples in which the first scores more than the second, equals as half: Koehn's own answer. */
  readonly wins: number;
  /** How likely a difference at least as large, either way, would be between systems that are equally good. */
  readonly pValue: number;
}

/**
 * Whether one system is better than another on the same sentences: both are scored on the same resamples (Koehn
 * 2004). For the p-value the differences are moved to a mean of 0, as they would lie if the systems were equal, and
 * those counted that are as far off as the one found; that one counts too, so that it is never 0 (Riezler and Maxwell
 * 2005, "On Some Pitfalls in Automatic Evaluation and Significance Testing for MT"). Throws `RangeError` when
 * the sentences are not as many.
 */
export function pairedBootstrap(
  first: SentenceStatistics,
  second: SentenceStatistics,
  score: CorpusScore,
  options: BootstrapOptions,
): PairedBootstrap {
  if (first.length !== second.length) throw new RangeError(`${first.length} sentences compared with ${second.length}`);
  const differences = overResamples([first, second], options, ([one, other]) => score(one ?? []) - score(other ?? []));
  const found = score(wholeSum(first)) - score(wholeSum(second));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  // Rounding must not tell apart what is as far off.
  const far = Math.abs(found) * (1 - 1e-12);
  const asFar = differences.filter(difference => Math.abs(difference - mean) >= far).length;
  const won = differences.reduce((sum, difference) => sum + (Math.sign(difference) + 1) / 2, 0);
  return {
    difference: { score: found, ...middle(differences, options) },
    wins: won / differences.length,
    pValue: (asFar + 1) / (differences.length + 1),
  };
}

/** What `measure` makes of each resample: of each system's statistics, summed over the same sentences. */
function overResamples(
  systems: readonly SentenceStatistics[],
  { seed, resamples = 1000 }: BootstrapOptions,
  measure: (sums: readonly Float64Array[]) => number,
): Float64Array {
  const random = new Random('bootstrap', seed);
  const tables = systems.map(flatten);
  const sentences = systems[0]?.length ?? 0;
  return new Float64Array(resamples).map(() => {
    const sums = tables.map(({ width }) => new Float64Array(width));
    for (let drawn = 0; drawn < sentences; drawn++) {
      const sentence = random.below(sentences);
      tables.forEach((table, system) => addRow(sums[system], table, sentence));
    }
    return measure(sums);
  });
}

interface Table {
  /** `[sentence, statistic]` */
  readonly data: Float64Array;
  readonly width: number;
}

function flatten(statistics: SentenceStatistics): Table {
  const width = statistics[0]?.length ?? 0;
  if (width === 0) throw new RangeError('there are no sentences to draw from');
  if (statistics.some(row => row.length !== width)) throw new RangeError(`expected ${width} statistics of every sentence`);
  return { data: Float64Array.from(statistics.flat()), width };
}

function addRow(sums: Float64Array | undefined, { data, width }: Table, sentence: number): void {
  if (sums === undefined) return;
  for (let slot = 0; slot < width; slot++) sums[slot] = (sums[slot] ?? 0) + (data[sentence * width + slot] ?? 0);
}

function wholeSum(statistics: SentenceStatistics): readonly number[] {
  return statistics.reduce((sums, row) => sums.map((sum, slot) => sum + (row[slot] ?? 0)));
}

/** Of 1000 scores and 0.95: the 26th from either end. */
function middle(scores: Float64Array, { confidence = 0.95 }: BootstrapOptions): { low: number; high: number } {
  const sorted = scores.slice().sort();
  const cut = Math.min(Math.floor(((1 - confidence) / 2) * sorted.length + 1e-9), Math.ceil(sorted.length / 2) - 1);
  return { low: sorted[cut] ?? NaN, high: sorted[sorted.length - 1 - cut] ?? NaN };
}
