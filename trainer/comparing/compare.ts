/** `attention-scope compare`: models trained and tested alike, and a report of how they differ. */
import { mkdir } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import type { TestCase } from '../analysis/test-scores.ts';
import { writingFailure } from '../files/atomic.ts';
import type { ComparisonReport } from '../render/report.ts';
import { casesOf } from '../tasks/translation/score.ts';
import { readTestSet } from '../tasks/translation/test-set.ts';
import { lockRun } from '../training/run-lock.ts';
import { numbersOf, reasonOf, settingsOf, standingNotes, writeReport } from './describe.ts';
import { findModel, type FoundModel } from './find-models.ts';
import { type MeasureOptions, measureModel, measureSpeed } from './measure.ts';
import { type ComparisonPlan, planComparison } from './plan.ts';
import { checkSame } from './run-state.ts';
import { type MeasuredModel, type MeasuredRun, scoreRows } from './score-rows.ts';
import { type ComparisonSpec, readSpec } from './spec.ts';
import { trainPlanned } from './train-planned.ts';

export interface ComparisonRequest {
  /** Path of the spec. */
  readonly spec: string;
  /** Train nothing: report on what is there. */
  readonly reportOnly: boolean;
  /** Aborted, the run that is training saves where it is, and no report is written. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/**
 * Trains what is not trained yet, scores all, and writes the report. Killed at any instant and asked again, it goes on.
 * @returns whether it came to its end
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`, `bad-argument`, `disk-full`
 */
export async function compareModels(request: ComparisonRequest): Promise<boolean> {
  const { print, signal } = request;
  const spec = await readSpec(request.spec);
  const plan = await planComparison(spec);
  const unlock = await lockOut(spec.out);
  try {
    await compare(spec, plan, request);
    return true;
  } catch (thrown) {
    if (!signal.aborted || Failure.from(thrown).code !== 'cancelled') throw thrown;
    print('Stopped; the same command goes on from here.');
    return false;
  } finally {
    await unlock();
  }
}

async function compare(spec: ComparisonSpec, plan: ComparisonPlan, request: ComparisonRequest): Promise<void> {
  const { print, signal, reportOnly } = request;
  const { base, models } = plan;
  const { train, test, hash: dataHash } = await readTestSet(base, spec.baseFile, print);
  const cases = casesOf(base, test);
  if (cases.length === 0) throw new Failure('bad-corpus', 'The test set is empty.', 'Name a test set in "base", or hold one out with "split".');
  const runs = models.flatMap(model => (model.kind === 'trained' ? model.runs : []));
  for (const run of runs) await checkSame(run, dataHash);
  const failures = reportOnly ? new Map<string, Failure>() : await trainPlanned(runs, request);
  signal.throwIfAborted();

  const options: MeasureOptions = { beam: spec.beam, print: line => print(`  ${line}`), signal };
  const tried: Tried[] = [];
  for (const [index, model] of models.entries()) {
    print(`[${index + 1} of ${models.length}] ${model.name}: translating ${cases.length} sources …`);
    tried.push(await tryModel(await findModel(model, { spec, plan, dataHash, failures }), cases, spec, options));
  }
  // Only now, and one after another: whatever else runs meanwhile would slow a model down.
  const measured: MeasuredModel[] = [];
  for (const { found, runs: [first, ...others] } of tried) {
    if (first === undefined) continue;
    print(`${found.name}: timing …`);
    measured.push({ model: found.name, runs: [first, ...others], wordsPerSecond: await measureSpeed(first.folder, cases, options) });
  }
  const scored = scoreRows(measured, models[0]?.name, cases, spec.lengths);
  const report: ComparisonReport = {
    title: spec.title,
    settings: settingsOf(spec, base, { train, test: cases.length }),
    rows: tried.map(({ found, hasFailed }) =>
      scored.find(row => row.model === found.name) ?? { model: found.name, unscored: hasFailed ? 'failed' : 'not trained' }),
    notes: [...tried.flatMap(({ notes }) => notes), ...standingNotes(spec, measured)],
  };
  await writeReport(spec.out, report, numbersOf(spec, report, measured));
  print(`The report is in ${spec.out}: report.md, report.html, report.json`);
}

/** A model, with what its checkpoints do on the test set. */
interface Tried {
  readonly found: FoundModel;
  readonly runs: readonly MeasuredRun[];
  readonly hasFailed: boolean;
  readonly notes: readonly string[];
}

/** A checkpoint that cannot be used fails alone. @throws AbortError */
async function tryModel(found: FoundModel, cases: readonly TestCase[], spec: ComparisonSpec, options: MeasureOptions): Promise<Tried> {
  const runs: MeasuredRun[] = [];
  const notes = [...found.notes];
  let { hasFailed } = found;
  for (const checkpoint of found.checkpoints) {
    try {
      runs.push({ ...checkpoint, measures: await measureModel(checkpoint.folder, cases, options) });
    } catch (thrown) {
      options.signal.throwIfAborted();
      const failure = Failure.from(thrown);
      hasFailed = true;
      notes.push(`${found.name} could not be scored: ${reasonOf(failure, spec)}`);
      options.print(`${found.name} failed: ${failure.message}`);
    }
  }
  return { found, runs, hasFailed, notes };
}

/** One comparison at a time writes a folder. @throws Failure `bad-argument`, `no-such-file` */
async function lockOut(out: string): Promise<() => Promise<void>> {
  await mkdir(out, { recursive: true }).catch((thrown: unknown) => {
    throw writingFailure(thrown, out);
  });
  return lockRun(out).catch((thrown: unknown) => {
    const { code, message } = Failure.from(thrown);
    throw code === 'bad-argument' ? new Failure(code, message, 'Wait for it, stop it, or name another folder as "out".', { cause: thrown }) : thrown;
  });
}
