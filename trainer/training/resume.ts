/** What a checkpoint holds beside the model so that training goes on as if it had never stopped. */
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { type NamedTensor, readSafetensors, writeSafetensors } from '../checkpoints/safetensors.ts';
import { type RunDirectory, stateFile } from './run-directory.ts';
import type { TrainingState } from './state.ts';

/** Where in the run a checkpoint was written. */
export interface Progress {
  readonly step: number;
  /** Epochs done, and batches done of the one after. */
  readonly epoch: number;
  readonly batch: number;
  /** The best validation so far: what is judged by, smaller being better. */
  readonly best: number;
  readonly bestStep: number;
  /** Validations since then. */
  readonly waited: number;
  /** Steps of the last checkpoints that were validated, in order: those whose mean a run may end with. */
  readonly validated: readonly number[];
  /** Whether this is already the mean of the last checkpoints, with which a run ends. */
  readonly averaged: boolean;
  /** Sums over the tokens or examples since the last line of progress. */
  readonly tokens: number;
  readonly loss: number;
  readonly likelihood: number;
}

export const beginning: Progress = {
  step: 0, epoch: 0, batch: 0, best: Infinity, bestStep: 0, waited: 0, validated: [], averaged: false, tokens: 0, loss: 0,
  likelihood: 0,
};

const schema = z.object({
  step: z.coerce.number().int(),
  epoch: z.coerce.number().int(),
  batch: z.coerce.number().int(),
  /** Infinite until the first validation. */
  best: z.union([z.literal('Infinity').transform(() => Infinity), z.coerce.number()]),
  bestStep: z.coerce.number().int(),
  waited: z.coerce.number().int(),
  /** Steps, with commas between. */
  validated: z.string().transform(text => text.split(',').filter(step => step !== '').map(Number)).optional(),
  averaged: z.stringbool().default(false),
  tokens: z.coerce.number().default(0),
  loss: z.coerce.number().default(0),
  likelihood: z.coerce.number().default(0),
});

const kinds = ['value', 'first', 'second'] as const;

export async function saveState(folder: string, state: TrainingState, progress: Progress): Promise<void> {
  const tensors = state.parameters.flatMap(parameter =>
    kinds.map((kind): NamedTensor => {
      const { name, shape } = parameter.spec;
      return { name: `${kind}.${name}`, shape, data: parameter[kind].data };
    }),
  );
  const metadata = Object.fromEntries(Object.entries(progress).map(([key, value]) => [key, String(value)]));
  await writeSafetensors(join(folder, stateFile), tensors, metadata);
}

/**
 * Puts a run back to its newest checkpoint; to its beginning where it has none yet.
 * @throws Failure `broken-model`
 */
export async function restoreState(directory: RunDirectory, state: TrainingState): Promise<Progress> {
  const written = await directory.checkpoints();
  const latest = written.at(-1);
  if (latest === undefined) return beginning;
  const file = join(directory.checkpointFolder(latest), stateFile);
  const hint = 'Start a new run in another folder: this one cannot go on.';
  const places = new Map<string, Float32Array>(
    state.parameters.flatMap(parameter =>
      kinds.map(kind => [`${kind}.${parameter.spec.name}`, parameter[kind].data] as const),
    ),
  );
  const { tensors, metadata } = await readSafetensors(file, name => places.get(name)).catch((thrown: unknown) => {
    if (!(thrown instanceof Failure) || errnoOf(thrown.cause) !== 'ENOENT') throw thrown;
    throw new Failure('broken-model', `${file} is missing: the run cannot be put back to where it was.`, hint, { cause: thrown });
  });
  const missing = [...places.keys()].filter(name => !tensors.has(name));
  const progress = schema.safeParse(metadata);
  if (missing.length > 0 || !progress.success) {
    throw new Failure(
      'broken-model',
      `${file} is not this run's state: ${missing[0] ?? 'its place in the run'} is missing.`,
      hint,
    );
  }
  state.step = progress.data.step;
  // A run that older versions began does not tell: there every checkpoint counted.
  return { ...progress.data, validated: progress.data.validated ?? written };
}
