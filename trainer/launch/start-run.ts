/** Starts runs: at once, or when their turn comes. */
import { resolve } from 'node:path';
import type { StartRunParams, StartRunResult } from '../../protocol/runs.ts';
import { callQueue } from './call-queue.ts';
import { checkConfig } from './check-config.ts';
import { makeRun } from './new-run.ts';
import { newRequest } from './request.ts';
import { findLauncher } from './runtime-copy.ts';
import { seatedRuns } from './seats.ts';
import { inTurnOf, surveyRuns } from './survey.ts';

/**
 * Makes a run's folder and asks the queue to train it.
 * @throws Failure `bad-config`, `no-such-file` before anything is made; `disk-full`
 */
export async function startRun({ config, runs, atOnce }: StartRunParams): Promise<StartRunResult> {
  const origin = resolve(config);
  const { name } = await checkConfig(origin);
  const launcher = await findLauncher();
  const ahead = (await seatedRuns()).size + inTurnOf(await surveyRuns(runs)).length;
  const folder = await makeRun(runs, name, newRequest({ origin, resume: false, runtime: launcher.name }));
  await callQueue(runs, launcher, atOnce);
  return { folder, state: ahead < atOnce ? 'preparing' : 'queued' };
}
