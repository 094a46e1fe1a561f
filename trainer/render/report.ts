import type { PairedBootstrap, ScoreInterval } from '../analysis/bootstrap.ts';
import type { MapStatistics } from '../analysis/map-statistics.ts';
import { formatNumber } from './axis-ticks.ts';
import type { LineChart } from './line-chart.ts';

/** How models compare that were trained and tested alike. */
export interface ComparisonReport {
  readonly title: string;
  /** What all had in common: corpus, seed, batch … */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly rows: readonly ReportRow[];
  /** A paragraph each. */
  readonly notes: readonly string[];
}

export type ReportRow = ScoredRow | UnscoredRow;

/** A model that there is nothing to tell of. */
export interface UnscoredRow {
  readonly model: string;
  readonly unscored: 'failed' | 'not trained';
}

/** Of a model that was trained with several seeds, means over them. */
export interface ScoredRow {
  readonly model: string;
  readonly parameters: number;
  readonly bleu: ScoreInterval;
  /** Standard deviation over the seeds, where there are several. */
  readonly bleuDeviation?: number | undefined;
  readonly chrf: number;
  readonly chrfDeviation?: number | undefined;
  /** Compared with the first model; the first itself has none. */
  readonly againstFirst?: PairedBootstrap | undefined;
  /** In ascending order; all rows should have the same. */
  readonly byLength: readonly LengthScore[];
  /** Where they are known. */
  readonly trainingMinutes?: number | undefined;
  readonly trainingSteps?: number | undefined;
  /** Of the translation, when decoding. */
  readonly wordsPerSecond: number;
  /** What its maps are like; a model without attention has none. */
  readonly attention?: Pick<MapStatistics, 'entropy' | 'confidence' | 'diagonality'> | undefined;
}

export interface LengthScore {
  /** "6–10", in words of the source. */
  readonly words: string;
  /** How many there are in the test set. */
  readonly sentences?: number;
  readonly bleu: ScoreInterval;
}

export interface ReportTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly ReportCell[])[];
}

export interface ReportCell {
  readonly text: string;
  /** The best of its column. */
  readonly best: boolean;
}

/** Scores and costs, a row a model. */
export function comparisonTable(report: ComparisonReport): ReportTable {
  const scored = scoredRows(report);
  const bleu = Math.max(...scored.map(row => row.bleu.score));
  const chrf = Math.max(...scored.map(row => row.chrf));
  const isCompared = scored.some(row => row.againstFirst !== undefined);
  return tableOf(report, ['Parameters', 'BLEU', ...(isCompared ? ['p'] : []), 'chrF', 'Training, minutes', 'Steps', 'Decoding, words/s'], row => [
    plain(formatNumber(row.parameters, 0)),
    { text: formatInterval(row.bleu, row.bleuDeviation), best: row.bleu.score === bleu },
    ...(isCompared ? [plain(known(row.againstFirst?.pValue, 3))] : []),
    { text: formatNumber(row.chrf, 1) + formatDeviation(row.chrfDeviation), best: row.chrf === chrf },
    plain(known(row.trainingMinutes, 1)),
    plain(known(row.trainingSteps, 0)),
    plain(formatNumber(row.wordsPerSecond, 0)),
  ]);
}

/** What the maps are like, a row a model; `undefined` where no model has any. */
export function attentionTable(report: ComparisonReport): ReportTable | undefined {
  if (scoredRows(report).every(row => row.attention === undefined)) return undefined;
  return tableOf(report, ['Entropy, nats', 'Confidence', 'Diagonality'], ({ attention }) =>
    [attention?.entropy, attention?.confidence, attention?.diagonality].map(measure => plain(known(measure, 2))));
}

/** BLEU by length, a row a model and a column a class of lengths. */
export function lengthTable(report: ComparisonReport): ReportTable {
  const classes = lengthClassesOf(report);
  const best = classes.map(words => Math.max(...scoredRows(report).map(row => scoreAt(row, words)?.score ?? -Infinity)));
  return tableOf(report, classes.map(words => `${words} words`), row =>
    classes.map((words, column) => {
      const bleu = scoreAt(row, words);
      return bleu === undefined ? plain('–') : { text: formatInterval(bleu), best: bleu.score === best[column] };
    }));
}

/** The same drawn; `undefined` where no row has scores by length. */
export function lengthChart(report: ComparisonReport): LineChart | undefined {
  const names = lengthClassesOf(report);
  if (names.length === 0) return undefined;
  return {
    title: 'BLEU by length of the source',
    x: { kind: 'categories', label: 'words of the source', names },
    y: 'BLEU, with 95 % bootstrap intervals',
    series: scoredRows(report).map(row => ({
      name: row.model,
      points: names.flatMap((words, x) => {
        const bleu = scoreAt(row, words);
        return bleu === undefined ? [] : [{ x, y: bleu.score, interval: [bleu.low, bleu.high] as const }];
      }),
    })),
  };
}

/** What the numbers mean, for readers of the tables. */
export const legend =
  'BLEU and chrF from 0 to 100, higher is better; the best of a column is set in bold. In brackets, 95 % bootstrap intervals: ' +
  'where two of them overlap much, the difference may be chance. p: how likely a difference of BLEU from the first model, as large ' +
  'as the one found, would be by chance (paired bootstrap). After ±, the standard deviation over several seeds.';

export const attentionLegend =
  'Entropy says how widely attention is spread, 0 for a single word; confidence is the mean of the largest weights; diagonality ' +
  'is 1 where all weights lie on the diagonal. Means over all maps of attention over the source.';

function isScored(row: ReportRow): row is ScoredRow {
  return !('unscored' in row);
}

function scoredRows({ rows }: ComparisonReport): ScoredRow[] {
  return rows.filter(isScored);
}

/** A row a model; of one that has no scores the second column says why. */
function tableOf({ rows }: ComparisonReport, headings: readonly string[], cells: (row: ScoredRow) => readonly ReportCell[]): ReportTable {
  const empty = (why: string): ReportCell[] => headings.map((_, column) => plain(column === 0 ? why : '–'));
  return {
    headings: ['Model', ...headings],
    rows: rows.map(row => [plain(row.model), ...(isScored(row) ? cells(row) : empty(row.unscored))]),
  };
}

function lengthClassesOf(report: ComparisonReport): string[] {
  return [...new Set(scoredRows(report).flatMap(row => row.byLength.map(({ words }) => words)))];
}

function scoreAt(row: ScoredRow, words: string): ScoreInterval | undefined {
  return row.byLength.find(score => score.words === words)?.bleu;
}

function formatInterval({ score, low, high }: ScoreInterval, deviation?: number): string {
  return `${formatNumber(score, 1)}${formatDeviation(deviation)} (${formatNumber(low, 1)}–${formatNumber(high, 1)})`;
}

function formatDeviation(deviation: number | undefined): string {
  return deviation === undefined ? '' : ` ± ${formatNumber(deviation, 1)}`;
}

function known(value: number | undefined, decimals: number): string {
  return value === undefined ? '–' : formatNumber(value, decimals);
}

function plain(text: string): ReportCell {
  return { text, best: false };
}
