/** Starts runs: at once, or when their turn comes. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { StartRunParams, StartRunResult } from '../../protocol/runs.ts';
import { callQueue } from './call-queue.ts';
import { checkConfig } from './check-config.ts';
import { makeRun } from './new-run.ts';
import { newRequest } from './request.ts';
import { findLauncher } from './runtime-copy.ts';
import { seatedRuns } from './seats.ts';
import { surveyRuns } from './survey.ts';
import { isTrainedHere } from './trained-here.ts';

/**
 * Makes a run's folder and asks the queue to train it.
 * @throws Failure `bad-config`, `no-such-file` before anything is made; `disk-full`
 */
export async function startRun({ config, runs, atOnce }: StartRunParams): Promise<StartRunResult> {
  const origin = resolve(config);
  const { name } = await checkConfig(origin);
  const launcher = await findLauncher();
  const ahead = await runsAhead(runs);
  const folder = await makeRun(runs, name, newRequest({ origin, resume: false, runtime: launcher.name }));
  await callQueue(runs, launcher, atOnce);
  return { folder, state: ahead < atOnce ? 'preparing' : 'queued' };
}

/** How many runs are trained on this machine, or wait in the folder for their turn. */
async function runsAhead(runs: string): Promise<number> {
  // As seats name them.
  const inFolder = await surveyRuns(await realpath(runs).catch(() => runs));
  const areBefore = await Promise.all(inFolder.map(async ({ folder, request }) => request !== undefined || isTrainedHere(folder)));
  return new Set([...(await seatedRuns()), ...inFolder.filter((_, index) => areBefore[index]).map(({ folder }) => folder)]).size;
}
