/** `attention-scope train --folds K`: one run a fold, each fold held out in turn, and what they come to together. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { formatMeanDeviation, type MeanDeviation, meanDeviation } from '../analysis/mean-deviation.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { readConfig, type TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import { isFinished, readRunEvents } from './run-events.ts';
import { checkUnchanged, readRecord } from './run-record.ts';
import { runTraining, type TrainingRequest } from './train-command.ts';

export interface CrossValidationRequest extends Omit<TrainingRequest, 'fold' | 'dataHash'> {
  /** Into how many the corpus is cut. */
  readonly folds: number;
}

/** A fold's best checkpoint. */
export interface FoldResult {
  /** Counted from 1, as in the name of its run's folder. */
  readonly fold: number;
  readonly step: number;
  /** Mean negative log-likelihood of what was held out. */
  readonly likelihood: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What cross-validation.json holds. */
export interface CrossValidation {
  readonly format: 'attention-scope-cross-validation';
  readonly formatVersion: 1;
  readonly name: string;
  readonly folds: readonly FoldResult[];
  /** Over the folds. */
  readonly likelihood: MeanDeviation;
  readonly metrics: Readonly<Record<string, MeanDeviation>>;
}

/**
 * Trains every fold to the end, or until the signal; those finished before are not trained again.
 * @throws Failure what `runTraining` throws; `bad-argument` for a number of folds that cannot be had, a config that names
 *   files to validate with, or a folder that holds something else
 */
export async function runCrossValidation(request: CrossValidationRequest): Promise<void> {
  const { folds, print, signal } = request;
  const config = await readConfig(request.config);
  checkRequest(config, request);
  const path = resolve(request.runDirectory ?? join('runs', config.name));
  await checkFolder(path, request.resume);
  const results: FoldResult[] = [];
  let dataHash: string | undefined;
  for (let index = 0; index < folds; index++) {
    const fold: Fold = { index, of: folds };
    const folder = join(path, `fold-${index + 1}`);
    const place = `[fold ${index + 1} of ${folds}]`;
    if (await isTrained(folder, config, fold)) {
      print(`${place} trained already`);
    } else {
      print(`${place} training …`);
      const resume = await exists(join(folder, 'checkpoints'));
      await runTraining({ ...request, runDirectory: folder, fold, dataHash, resume, print: line => print(`  ${line}`) });
      // Stopped: it has said so.
      if (signal.aborted && !(await isTrained(folder, config, fold))) return;
    }
    dataHash = checkUnchanged(folder, (await readRecord(folder)) ?? '', { config, fold, dataHash }).dataHash;
    results.push(await resultOf(folder, index + 1));
  }
  const together = togetherOf(config.name, results);
  await writeFileAtomically(join(path, 'cross-validation.json'), `${JSON.stringify(together, undefined, 2)}\n`);
  for (const line of linesOf(together)) print(line);
}

function checkRequest({ data }: TrainingConfig, { folds, config }: CrossValidationRequest): void {
  if (folds < 2) {
    throw new Failure('bad-argument', `${folds} ${folds === 1 ? 'fold was' : 'folds were'} asked for; 2 or more are expected.`, 'Give --folds a larger number; 5 and 10 are usual.');
  }
  if (data.validation === undefined) return;
  throw new Failure(
    'bad-argument',
    `${config} names data of its own to validate with ("data.validation"): with --folds each fold validates in turn, and they would not be used.`,
    'Remove "data.validation" from the config, or train without --folds.',
  );
}

/** Nothing is trained into a folder that holds something else. */
async function checkFolder(path: string, resume: boolean): Promise<void> {
  if (await exists(join(path, 'run.json'))) {
    throw new Failure('bad-argument', `${path} holds a run of its own, not folds of one.`, 'Name another folder with --run-dir.');
  }
  const first = join(path, 'fold-1');
  if (resume && !(await exists(first))) throw new Failure('no-such-file', `${path} holds no folds to resume.`, 'Start it without --resume.');
  if (!resume && (await exists(join(first, 'run.json')))) {
    throw new Failure(
      'bad-argument',
      `${path} already holds folds.`,
      'Add --resume to go on with them, or name another folder with --run-dir.',
    );
  }
}

async function isTrained(folder: string, config: TrainingConfig, fold: Fold): Promise<boolean> {
  const text = await readRecord(folder);
  if (text === undefined) return false;
  checkUnchanged(folder, text, { config, fold });
  return isFinished(await readRunEvents(folder));
}

const finishedSchema = z.looseObject({ type: z.literal('finished'), bestStep: z.int() });
const validationSchema = z.looseObject({
  type: z.literal('validation'),
  step: z.int(),
  likelihood: z.number(),
  metrics: z.record(z.string(), z.number()),
});

async function resultOf(folder: string, fold: number): Promise<FoldResult> {
  const events = await readRunEvents(folder);
  const { bestStep } = events.flatMap(event => finishedSchema.safeParse(event).data ?? []).at(-1) ?? {};
  const best = events.flatMap(event => validationSchema.safeParse(event).data ?? []).findLast(({ step }) => step === bestStep);
  if (best === undefined) {
    throw new Failure('bad-argument', `${join(folder, 'events.jsonl')} does not tell how its best checkpoint did.`, 'Remove that folder to train the fold anew.');
  }
  const { step, likelihood, metrics } = best;
  return { fold, step, likelihood, metrics };
}

/** Throws `RangeError` where there are no results. */
export function togetherOf(name: string, folds: readonly FoldResult[]): CrossValidation {
  const names = [...new Set(folds.flatMap(({ metrics }) => Object.keys(metrics)))];
  const over = (metric: string): MeanDeviation => meanDeviation(folds.flatMap(({ metrics }) => metrics[metric] ?? []));
  return {
    format: 'attention-scope-cross-validation',
    formatVersion: 1,
    name,
    folds,
    likelihood: meanDeviation(folds.map(({ likelihood }) => likelihood)),
    metrics: Object.fromEntries(names.map(metric => [metric, over(metric)])),
  };
}

function linesOf({ folds, likelihood, metrics }: CrossValidation): string[] {
  const told = folds.map(({ fold, step, likelihood: own, metrics: measures }) => {
    const rest = Object.entries(measures).map(([name, value]) => `, ${name} ${value.toFixed(2)}`).join('');
    return `fold ${fold}: likelihood ${own.toFixed(3)}${rest} (step ${step})`;
  });
  return [
    ...told,
    `likelihood ${formatMeanDeviation(likelihood, 3)}`,
    ...Object.entries(metrics).map(([name, measure]) => `${name} ${formatMeanDeviation(measure, 2)}`),
  ];
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
