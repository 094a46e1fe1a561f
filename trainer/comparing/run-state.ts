/** What there is of a run that a comparison planned. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { readManifest } from '../checkpoints/open.ts';
import type { TranslationConfig } from '../tasks/translation/config.ts';
import { parseConfig } from '../training/config.ts';
import { readRunEvents, stepName } from '../training/run-directory.ts';
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

const eventSchema = z.looseObject({
  type: z.string(),
  step: z.int(),
  attempt: z.int(),
  time: z.iso.datetime(),
  best: z.boolean().optional(),
  meanOf: z.array(z.int()).optional(),
  message: z.string().optional(),
});
type Event = z.infer<typeof eventSchema>;

/** @returns nothing where the run was not begun */
export async function readRunState({ folder }: Pick<PlannedRun, 'folder'>): Promise<RunState | undefined> {
  const events = (await readRunEvents(folder)).flatMap(event => eventSchema.safeParse(event).data ?? []);
  const written = await readdir(join(folder, 'checkpoints')).catch(() => undefined);
  if (written === undefined) return undefined;
  const best = events.findLast(event => event.type === 'validation' && event.best === true && written.includes(stepName(event.step)));
  const last = events.at(-1);
  return {
    isFinished: last?.type === 'finished',
    failure: last?.type === 'failed' ? last.message : undefined,
    best: best && { folder: join(folder, 'checkpoints', stepName(best.step)), step: best.step },
    // A mean of checkpoints is saved as one step more, in which nothing was trained.
    steps: Math.max(0, ...events.flatMap(({ type, step, meanOf }) => (type === 'step' || (type === 'validation' && meanOf === undefined) ? [step] : []))),
    minutes: minutesOf(events),
  };
}

function minutesOf(events: readonly Event[]): number {
  const attempts = new Map<number, { readonly first: number; readonly last: number }>();
  for (const { attempt, time } of events) {
    const at = Date.parse(time);
    attempts.set(attempt, { first: attempts.get(attempt)?.first ?? at, last: at });
  }
  return [...attempts.values()].reduce((sum, { first, last }) => sum + last - first, 0) / 60_000;
}

/**
 * A run from before the spec or the corpus was changed must not be told as one of this comparison.
 * @param dataHash of the corpus as it is now
 * @throws Failure `bad-argument`
 */
export async function checkSame({ folder, config, name }: PlannedRun, dataHash: string): Promise<void> {
  const file = join(folder, 'run.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const record = z.looseObject({ config: z.unknown(), dataHash: z.string() }).safeParse(parse(text)).data;
  const known = record === undefined ? undefined : configOf(record.config, file);
  const isSameConfig = known !== undefined && isDeepStrictEqual(trainedBy(known), trainedBy(config));
  const changed = !isSameConfig ? 'the config' : record?.dataHash !== dataHash ? 'the corpus' : undefined;
  if (changed === undefined) return;
  throw new Failure(
    'bad-argument',
    `${folder} was trained before ${changed} of ${name} changed, so it is no part of this comparison.`,
    'Undo the change, remove that folder to train it anew, or name another folder as "out".',
  );
}

/** The best checkpoint's own word on what it was trained on: whether the test set is new to it, where that is known. */
export async function isNewTo(model: string, dataHash: string, { split }: Pick<TranslationConfig, 'split'>): Promise<boolean | undefined> {
  const { training } = (await readManifest(model)).manifest;
  if (training.dataHash === undefined) return undefined;
  return training.dataHash === dataHash && isDeepStrictEqual(training.split, split);
}

function configOf(json: unknown, file: string): TranslationConfig | undefined {
  try {
    const config = parseConfig(json, file);
    return config.task === 'translation' ? config : undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

/** What of a config a training depends on: not what only people read. */
function trainedBy({ $schema: _schema, title: _title, data: { credit: _credit, origin: _origin, ...data }, ...rest }: TranslationConfig): object {
  return { ...rest, data };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
