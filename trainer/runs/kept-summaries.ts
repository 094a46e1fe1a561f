/**
 * What was known of the runs in a folder that nobody wrote, kept there for whoever opens it next: `.runs.json`. A run is believed
 * to be as it was while its folder, its events and its checkpoints' folder look the same from outside.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { runStates, type RunSummary } from '../../protocol/runs.ts';
import { tasks } from '../../protocol/server.ts';
import { Failure } from '../../protocol/failure.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { errnoOf } from '../files/errno.ts';
import { readSmallJson } from './quietly.ts';

export interface KeptSummary {
  readonly stamp: string;
  readonly summary: RunSummary;
}

const fileName = '.runs.json';
const largest = 64 << 20;
const mostKept = 20_000;

const number = z.number().nullable();
const text = z.string().max(10_000);
const summarySchema: z.ZodType<RunSummary> = z.object({
  folder: text,
  format: z.literal('attention-scope'),
  name: text,
  experiment: text,
  tags: z.array(text).max(100),
  task: z.enum(tasks).nullable(),
  state: z.enum(runStates),
  step: z.number(),
  totalSteps: number,
  loss: number,
  metric: z.object({ name: text, value: z.number(), best: z.number() }).nullable(),
  secondsLeft: number,
  started: text.nullable(),
  updated: text.nullable(),
  message: text.nullable(),
  job: z.object({ target: text, job: text }).nullable(),
  checkpoints: z.array(z.object({ step: z.number(), folder: text, bytes: z.number(), best: z.boolean(), metric: number, likelihood: number })).max(1000),
});
const fileSchema = z.object({
  format: z.literal('attention-scope-runs'),
  formatVersion: z.literal(1),
  runs: z.array(z.object({ stamp: z.string().max(1000), summary: summarySchema })).max(mostKept),
});

/** By the runs' folders; those that are elsewhere by now are left out. */
export function readKept(folder: string): Map<string, KeptSummary> {
  const { data } = fileSchema.safeParse(readSmallJson(join(folder, fileName), largest)?.value);
  const inside = (path: string): boolean => path.startsWith(join(folder, '/'));
  const kept = (data?.runs ?? []).filter(({ summary }) => inside(summary.folder) && summary.checkpoints.every(one => inside(one.folder)));
  return new Map(kept.map(one => [one.summary.folder, one]));
}

/** Where nothing can be written, nothing is kept. */
export async function writeKept(folder: string, runs: readonly KeptSummary[]): Promise<void> {
  const file = { format: 'attention-scope-runs', formatVersion: 1, runs: runs.slice(0, mostKept) };
  try {
    await writeFileAtomically(join(folder, fileName), `${JSON.stringify(file)}\n`);
  } catch (thrown) {
    if (!(thrown instanceof Failure) && errnoOf(thrown) === undefined) throw thrown;
  }
}
