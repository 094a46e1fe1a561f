/** From measures to the rows of a report: means over seeds, intervals, and what tells a model from the first. */
import { bleuOf } from '../analysis/bleu.ts';
import { bootstrapInterval, pairedBootstrap, type SentenceStatistics } from '../analysis/bootstrap.ts';
import { meanDeviation } from '../analysis/mean-deviation.ts';
import type { TestCase } from '../analysis/test-scores.ts';
import type { LengthScore, ScoredRow } from '../render/report.ts';
import type { FoundCheckpoint } from './find-models.ts';
import { countWords, type Measures } from './measure.ts';
import type { LengthBin } from './spec.ts';

/** A model as it came out of one training. */
export interface MeasuredRun extends FoundCheckpoint {
  readonly measures: Measures;
}

/** Of all seeds of a model. */
export interface MeasuredModel {
  readonly model: string;
  readonly runs: readonly MeasuredRun[];
  readonly wordsPerSecond: number;
}

/** The same resamples for all. */
const drawn = { seed: 1, resamples: 1000 } as const;

/** @param reference the model that the others are compared with, where it is among them */
export function scoreRows(models: readonly MeasuredModel[], reference: string | undefined, cases: readonly TestCase[], bins: readonly LengthBin[]): ScoredRow[] {
  const first = models.find(({ model }) => model === reference);
  const classes = bins.map(([from, to]) => ({
    words: to === null ? `${from} or more` : `${from}–${to}`,
    sentences: new Set(cases.flatMap(({ source }, index) => {
      const words = countWords(source);
      return words >= from && words <= (to ?? Infinity) ? [index] : [];
    })),
  }));
  return models.map(model => {
    const statistics = sideBySide(model.runs);
    const bleu = meanDeviation(model.runs.map(({ measures }) => meanBleu(wholeSum(measures.statistics))));
    const chrf = meanDeviation(model.runs.map(({ measures }) => measures.chrf));
    const maps = model.runs.flatMap(({ measures }) => measures.maps ?? []);
    return {
      model: model.model,
      parameters: model.runs[0]?.measures.parameters ?? 0,
      bleu: bootstrapInterval(statistics, meanBleu, drawn),
      bleuDeviation: bleu.deviation,
      chrf: chrf.mean,
      chrfDeviation: chrf.deviation,
      againstFirst: first === undefined || first === model ? undefined : pairedBootstrap(statistics, sideBySide(first.runs), meanBleu, drawn),
      byLength: classes.flatMap(({ words, sentences }): LengthScore[] => {
        const chosen = statistics.filter((_, index) => sentences.has(index));
        return chosen.length === 0 ? [] : [{ words, sentences: chosen.length, bleu: bootstrapInterval(chosen, meanBleu, drawn) }];
      }),
      trainingMinutes: meanOf(model.runs.map(({ minutes }) => minutes)),
      trainingSteps: meanOf(model.runs.map(({ steps }) => steps)),
      wordsPerSecond: model.wordsPerSecond,
      attention: maps.length === 0 ? undefined : {
        entropy: meanDeviation(maps.map(map => map.entropy)).mean,
        confidence: meanDeviation(maps.map(map => map.confidence)).mean,
        diagonality: meanDeviation(maps.map(map => map.diagonality)).mean,
      },
    };
  });
}

/** Statistics of a sentence's translation. */
const width = 10;

/** `[sentence][seed × 10]`: drawn together, a resample holds the same sentences of every seed. */
function sideBySide(runs: readonly MeasuredRun[]): SentenceStatistics {
  const [first] = runs;
  return (first?.measures.statistics ?? []).map((_, sentence) => runs.flatMap(({ measures }) => measures.statistics[sentence] ?? []));
}

/** Mean over the seeds of the corpus' BLEU, from the sums of what `sideBySide` gives. */
export function meanBleu(sums: ArrayLike<number>): number {
  const all = Array.from(sums);
  let total = 0;
  for (let start = 0; start < all.length; start += width) total += bleuOf(all.slice(start, start + width)).score;
  return (total * width) / all.length;
}

export function wholeSum(statistics: SentenceStatistics): readonly number[] {
  return statistics.reduce((sums, row) => sums.map((sum, slot) => sum + (row[slot] ?? 0)));
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined);
  return known.length === 0 ? undefined : meanDeviation(known).mean;
}
