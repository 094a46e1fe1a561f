/** The checkpoints that stand for each model of a comparison, and what a reader should know of how they came to be. */
import { Failure } from '../../protocol/failure.ts';
import { readManifest } from '../checkpoints/open.ts';
import { reasonOf } from './describe.ts';
import type { ComparisonPlan, PlannedModel, PlannedRun } from './plan.ts';
import { isNewTo, readRunState } from './run-state.ts';
import type { ComparisonSpec } from './spec.ts';

export interface FoundCheckpoint {
  readonly folder: string;
  /** What it was trained with, where that is known. */
  readonly seed: number | undefined;
  readonly steps: number | undefined;
  readonly minutes: number | undefined;
}

export interface FoundModel {
  readonly name: string;
  /** One a seed. */
  readonly checkpoints: readonly FoundCheckpoint[];
  readonly hasFailed: boolean;
  /** For the report, a sentence each. */
  readonly notes: readonly string[];
}

export interface FindOptions {
  readonly spec: ComparisonSpec;
  readonly plan: ComparisonPlan;
  /** Of the corpus. */
  readonly dataHash: string;
  /** Why runs could not be trained, by their names. */
  readonly failures: ReadonlyMap<string, Failure>;
}

export async function findModel(model: PlannedModel, options: FindOptions): Promise<FoundModel> {
  if (model.kind === 'given') return findGiven(model, options);
  const runs = await Promise.all(model.runs.map(run => findRun(run, options)));
  return {
    name: model.name,
    checkpoints: runs.flatMap(({ checkpoint }) => checkpoint ?? []),
    hasFailed: runs.some(({ failed }) => failed === true),
    notes: runs.flatMap(({ note }) => note ?? []),
  };
}

async function findGiven({ name, folder }: { readonly name: string; readonly folder: string }, { plan, dataHash }: FindOptions): Promise<FoundModel> {
  const { training } = (await readManifest(folder)).manifest;
  const minutes = training['minutes'];
  const isNew = await isNewTo(folder, dataHash, plan.base);
  return {
    name,
    checkpoints: [{ folder, seed: undefined, steps: training.steps, minutes: typeof minutes === 'number' ? minutes : undefined }],
    hasFailed: false,
    notes: isNew === true ? [] : [
      isNew === undefined
        ? `${name} does not say what it was trained on: it may have seen sentences of the test set.`
        : `${name} was trained on another corpus or split: it may have seen sentences of the test set.`,
    ],
  };
}

interface FoundRun {
  readonly checkpoint?: FoundCheckpoint;
  readonly failed?: boolean;
  readonly note?: string;
}

async function findRun(run: PlannedRun, { spec, failures }: FindOptions): Promise<FoundRun> {
  const state = await readRunState(run);
  const failure = failures.get(run.name) ?? (state?.failure === undefined ? undefined : new Failure('internal', state.failure, ''));
  if (failure !== undefined) return { failed: true, note: `${run.name} could not be trained: ${reasonOf(failure, spec)}` };
  if (state?.best === undefined) return { note: `${run.name} is not trained yet.` };
  const { isFinished, best, steps, minutes } = state;
  const note = isFinished ? undefined : `${run.name} is not trained to its end: told is its best checkpoint so far, after ${best.step} steps.`;
  return { checkpoint: { folder: best.folder, seed: run.seed, steps, minutes }, ...(note !== undefined && { note }) };
}
