/** events.jsonl, what happened in a run, and what follows from it (docs/run-directory.md). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../text/parse-json.ts';
import type { HardwareUse } from './hardware.ts';
import { stepName } from './step-name.ts';
import type { Sample } from './task.ts';

/** One line of events.jsonl. `attempt` counts starts and resumptions from 1; of each type readers keep the highest attempt a step. */
export type RunEvent =
  | { readonly type: 'started'; readonly parameters: number; readonly totalSteps: number }
  | { readonly type: 'resumed'; readonly fromStep: number; readonly parameters: number; readonly totalSteps: number }
  | ({
      readonly type: 'step';
      readonly loss: number;
      readonly likelihood: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      /** Tokens or, where a task has none, examples. */
      readonly tokensPerSecond: number;
      readonly epoch: number;
    } & HardwareUse)
  | {
      readonly type: 'validation';
      readonly likelihood: number;
      readonly perplexity: number;
      /** The task's own measures by name, such as `bleu`. */
      readonly metrics: Readonly<Record<string, number>>;
      readonly best: boolean;
      /** Steps of the checkpoints that this one is the mean of, where it is one. */
      readonly meanOf?: readonly number[];
    }
  | ({ readonly type: 'sample' } & Sample)
  | { readonly type: 'checkpoint'; readonly folder: string }
  | { readonly type: 'paused' }
  | { readonly type: 'continued' }
  | { readonly type: 'finished'; readonly reason: EndReason; readonly bestStep: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string };

/** Why a run came to its end. */
export type EndReason = 'all-epochs' | 'no-improvement';

const eventSchema = z.looseObject({ type: z.string(), attempt: z.int().min(1), step: z.int().min(0) });

/** What happened in a run so far; what is no event, such as a line that a killed writer tore, is passed over. */
export async function readRunEvents(run: string): Promise<z.infer<typeof eventSchema>[]> {
  const text = await readFile(join(run, 'events.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap(line => eventSchema.safeParse(parseJson(line)).data ?? []);
}

const datedSchema = z.looseObject({
  ...eventSchema.shape,
  time: z.iso.datetime(),
  best: z.boolean().optional(),
  meanOf: z.array(z.int()).optional(),
  message: z.string().optional(),
});

/** An event with its time, and what some types carry. */
export type DatedEvent = z.infer<typeof datedSchema>;

export async function readDatedEvents(run: string): Promise<DatedEvent[]> {
  return (await readRunEvents(run)).flatMap(event => datedSchema.safeParse(event).data ?? []);
}

/** Whether a run came to its end, after which nothing happens in it any more. */
export const isFinished = (events: readonly { readonly type: string }[]): boolean => events.at(-1)?.type === 'finished';

/** The last validation that was the best so far and whose checkpoint is there: a killed run may not have come to write it. */
export async function bestCheckpoint(run: string, events: readonly DatedEvent[]): Promise<{ folder: string; step: number } | undefined> {
  const written = new Set(await readdir(join(run, 'checkpoints')).catch((): string[] => []));
  const best = events.findLast(({ type, best, step }) => type === 'validation' && best === true && written.has(stepName(step)));
  return best && { folder: join(run, 'checkpoints', stepName(best.step)), step: best.step };
}

/** How long these events took, in minutes, pauses and what lies between attempts left out. */
export function minutesOf(events: readonly DatedEvent[]): number {
  let milliseconds = 0;
  let before: DatedEvent | undefined;
  for (const event of events) {
    if (event.attempt === before?.attempt && before.type !== 'paused') milliseconds += Date.parse(event.time) - Date.parse(before.time);
    before = event;
  }
  return milliseconds / 60_000;
}
