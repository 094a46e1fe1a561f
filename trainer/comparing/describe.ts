/** A comparison's settings and notes in words, and its files. No sentence of the corpus goes into any of them. */
import { cpus } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import type { Failure } from '../../protocol/failure.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { renderLineChart } from '../render/line-chart.ts';
import { renderHtmlReport } from '../render/report-html.ts';
import { renderMarkdownReport } from '../render/report-markdown.ts';
import { type ComparisonReport, lengthChart } from '../render/report.ts';
import { filesOf, type TranslationConfig } from '../tasks/translation/config.ts';
import { meanBleu, type MeasuredModel, wholeSum } from './score-rows.ts';
import type { ComparisonSpec } from './spec.ts';

/** What all models had in common, then what each has of its own. */
export function settingsOf(spec: ComparisonSpec, base: TranslationConfig, sizes: { readonly train: number; readonly test: number }): ComparisonReport['settings'] {
  const { languages, data, vocabulary, training } = base;
  const seeds = spec.seeds ?? [training.seed];
  return [
    { name: 'Languages', value: `${languages.source} → ${languages.target}` },
    { name: 'Corpus', value: data.credit ?? filesOf(base).map(file => basename(file)).join(', ') },
    { name: 'Pairs trained on', value: sizes.train.toLocaleString('en') },
    { name: 'Sentences tested on', value: sizes.test.toLocaleString('en') },
    { name: 'Vocabulary', value: vocabulary.size.toLocaleString('en') },
    { name: 'Model', value: JSON.stringify(base.model) },
    { name: 'Epochs, at most', value: String(training.epochs) },
    { name: seeds.length === 1 ? 'Seed' : 'Seeds', value: seeds.join(', ') },
    { name: 'Search', value: spec.beam === 1 ? 'greedy' : `beam of ${spec.beam}` },
    ...spec.models.map(({ name, set }) => ({ name, value: set === undefined ? 'a model trained elsewhere' : JSON.stringify(set) })),
  ];
}

/** How the numbers were made, and that speed holds here only. */
export function standingNotes({ seeds }: ComparisonSpec, measured: readonly MeasuredModel[]): string[] {
  const processor = cpus()[0]?.model.trim() ?? 'an unknown processor';
  const signatures = measured[0]?.runs[0]?.measures.signatures;
  return [
    'Words per second were measured on one machine only, the one that wrote this report ' +
      `(${processor}): one model after another, warmed up, the same sentences, one thread. They tell models apart, not machines.`,
    'Training time is that of the machine that trained, validations counted; steps are all that were trained, though the best checkpoint may be earlier.',
    ...(seeds === undefined || seeds.length === 1 ? [] : [
      'Scores are means over the seeds. Intervals and p draw the sentences again, the same ones for every seed, so they tell nothing of how much seeds differ; ± does. Speed is that of the first seed.',
    ]),
    ...(signatures === undefined ? [] : [`BLEU ${signatures.bleu}`, `chrF ${signatures.chrf}`]),
  ];
}

/** All numbers, for programs. */
export function numbersOf(spec: ComparisonSpec, report: ComparisonReport, measured: readonly MeasuredModel[]): object {
  const seeds = (model: string): object[] =>
    (measured.find(one => one.model === model)?.runs ?? []).map(({ seed, steps, minutes, measures: { statistics, chrf, maps } }) => ({
      seed,
      bleu: meanBleu(wholeSum(statistics)),
      chrf,
      trainingSteps: steps,
      trainingMinutes: minutes,
      attention: maps,
    }));
  return {
    format: 'attention-scope-comparison',
    formatVersion: 1,
    name: spec.name,
    ...report,
    rows: report.rows.map(row => ({ ...row, seeds: seeds(row.model) })),
  };
}

/** Why a model failed, fit to be passed on: without this machine's folders, and without what a corpus' lines hold. */
export function reasonOf({ code, message }: Pick<Failure, 'code' | 'message'>, { out, file }: ComparisonSpec): string {
  if (code === 'bad-corpus') return 'the corpus does not suit its config; the command says why, and may quote it';
  return message.replaceAll(`${out}${sep}`, '').replaceAll(`${dirname(file)}${sep}`, '');
}

/** @throws Failure `disk-full`, `no-such-file` */
export async function writeReport(out: string, report: ComparisonReport, numbers: object): Promise<void> {
  const chart = lengthChart(report);
  const picture = 'bleu-by-length.svg';
  if (chart !== undefined) await writeFileAtomically(join(out, picture), renderLineChart(chart));
  await writeFileAtomically(join(out, 'report.md'), renderMarkdownReport(report, picture));
  await writeFileAtomically(join(out, 'report.html'), renderHtmlReport(report));
  await writeFileAtomically(join(out, 'report.json'), `${JSON.stringify(numbers, undefined, 2)}\n`);
}
