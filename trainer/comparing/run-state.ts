/** What there is of a run that a comparison planned. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { readManifest } from '../checkpoints/open.ts';
import { differenceFrom } from '../tasks/test-set.ts';
import type { TranslationConfig } from '../tasks/translation/config.ts';
import { parseJson } from '../text/parse-json.ts';
import { bestCheckpoint, isFinished, minutesOf, readDatedEvents } from '../training/run-events.ts';
import { readRecord, trainsAlike } from '../training/run-record.ts';
import type { PlannedRun } from './plan.ts';

export interface RunState {
  readonly isFinished: boolean;
  /** What its last attempt failed of, in words. */
  readonly failure: string | undefined;
  /** Folder of its best checkpoint so far, and that checkpoint's step. */
  readonly best: { readonly folder: string; readonly step: number } | undefined;
  /** Trained so far. */
  readonly steps: number;
  /** The same in time, validations counted, pauses between attempts not. */
  readonly minutes: number;
}

/** @returns nothing where the run was not begun */
export async function readRunState({ folder }: Pick<PlannedRun, 'folder'>): Promise<RunState | undefined> {
  if (!(await stat(join(folder, 'checkpoints')).then(found => found.isDirectory(), () => false))) return undefined;
  const events = await readDatedEvents(folder);
  const last = events.at(-1);
  return {
    isFinished: isFinished(events),
    failure: last?.type === 'failed' ? last.message : undefined,
    best: await bestCheckpoint(folder, events),
    // A mean of checkpoints is saved as one step more, in which nothing was trained.
    steps: Math.max(0, ...events.flatMap(({ type, step, meanOf }) => (type === 'step' || (type === 'validation' && meanOf === undefined) ? [step] : []))),
    minutes: minutesOf(events),
  };
}

/**
 * A run from before the spec or the corpus was changed must not be told as one of this comparison.
 * @param dataHash of the corpus as it is now
 * @throws Failure `bad-argument`
 */
export async function checkSame({ folder, config, name }: PlannedRun, dataHash: string): Promise<void> {
  const text = await readRecord(folder);
  if (text === undefined) return;
  const record = z.looseObject({ config: z.unknown(), dataHash: z.string() }).safeParse(parseJson(text)).data;
  const isSameConfig = record !== undefined && trainsAlike(record.config, config, join(folder, 'run.json'));
  const changed = !isSameConfig ? 'the config' : record.dataHash !== dataHash ? 'the corpus' : undefined;
  if (changed === undefined) return;
  throw new Failure(
    'bad-argument',
    `${folder} was trained before ${changed} of ${name} changed, so it is no part of this comparison.`,
    'Undo the change, remove that folder to train it anew, or name another folder as "out".',
  );
}

/** The best checkpoint's own word on what it was trained on: whether the test set is new to it, where that is known. */
export async function isNewTo(model: string, dataHash: string, { split }: Pick<TranslationConfig, 'split'>): Promise<boolean | undefined> {
  const differs = differenceFrom((await readManifest(model)).manifest, { hash: dataHash, split });
  return differs === 'unknown' ? undefined : differs === undefined;
}
