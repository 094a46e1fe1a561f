import type { ScoreInterval } from '../analysis/bootstrap.ts';
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

export interface ReportRow {
  readonly model: string;
  readonly parameters: number;
  readonly bleu: ScoreInterval;
  readonly chrf: number;
  /** In ascending order; all rows should have the same. */
  readonly byLength: readonly LengthScore[];
  readonly trainingMinutes: number;
  /** Of the translation, when decoding. */
  readonly wordsPerSecond: number;
  /** Mean entropy of a row of attention, in nats; a model without attention has none. */
  readonly meanEntropy?: number | undefined;
}

export interface LengthScore {
  /** "6–10", in words of the source. */
  readonly words: string;
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
export function comparisonTable({ rows }: ComparisonReport): ReportTable {
  const bleu = Math.max(...rows.map(row => row.bleu.score));
  const chrf = Math.max(...rows.map(row => row.chrf));
  return {
    headings: ['Model', 'Parameters', 'BLEU', 'chrF', 'Training, minutes', 'Decoding, words/s', 'Entropy, nats'],
    rows: rows.map(row => [
      plain(row.model),
      plain(formatNumber(row.parameters, 0)),
      { text: formatInterval(row.bleu), best: row.bleu.score === bleu },
      { text: formatNumber(row.chrf, 1), best: row.chrf === chrf },
      plain(formatNumber(row.trainingMinutes, 1)),
      plain(formatNumber(row.wordsPerSecond, 0)),
      plain(row.meanEntropy === undefined ? '–' : formatNumber(row.meanEntropy, 2)),
    ]),
  };
}

/** BLEU by length, a row a model and a column a class of lengths. */
export function lengthTable(report: ComparisonReport): ReportTable {
  const classes = lengthClassesOf(report);
  const best = classes.map(words => Math.max(...report.rows.map(row => scoreAt(row, words)?.score ?? -Infinity)));
  return {
    headings: ['Model', ...classes.map(words => `${words} words`)],
    rows: report.rows.map(row => [plain(row.model), ...classes.map((words, column) => {
      const bleu = scoreAt(row, words);
      return bleu === undefined ? plain('–') : { text: formatInterval(bleu), best: bleu.score === best[column] };
    })]),
  };
}

/** The same drawn; `undefined` where no row has scores by length. */
export function lengthChart(report: ComparisonReport): LineChart | undefined {
  const names = lengthClassesOf(report);
  if (names.length === 0) return undefined;
  return {
    title: 'BLEU by length of the source',
    x: { kind: 'categories', label: 'words of the source', names },
    y: 'BLEU, with 95 % bootstrap intervals',
    series: report.rows.map(row => ({
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
  'where two of them overlap much, the difference may be chance. Entropy says how widely attention is spread, 0 for a single word.';

function lengthClassesOf({ rows }: ComparisonReport): string[] {
  return [...new Set(rows.flatMap(row => row.byLength.map(({ words }) => words)))];
}

function scoreAt(row: ReportRow, words: string): ScoreInterval | undefined {
  return row.byLength.find(score => score.words === words)?.bleu;
}

function formatInterval({ score, low, high }: ScoreInterval): string {
  return `${formatNumber(score, 1)} (${formatNumber(low, 1)}–${formatNumber(high, 1)})`;
}

function plain(text: string): ReportCell {
  return { text, best: false };
}
