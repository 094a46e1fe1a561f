/** Runs on a cluster: `attentionScope/submitRun`, `resubmitRun`, `jobs` and `cancelJob`. Whether a workspace's targets may be used, the client decides. */
import { isAbsolute } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import {
  type CancelJobResult, cancelJobMethod, type ListJobsResult, listJobsMethod, type ResubmitRunResult, resubmitRunMethod, type SubmitRunResult, submitRunMethod,
} from '../../protocol/cluster.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

/** What a target must be is checked once it is known which one is meant. */
const at = { targets: z.record(z.string(), z.unknown()), target: z.string().max(200) };
const path = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path');
const submitParams = z.object({ ...at, config: path });
const resubmitParams = z.object({ ...at, folder: path });
const listParams = z.object(at);
const cancelParams = z.object({ ...at, job: z.string().min(1).max(200) });

const setting = 'the setting attentionScope.targets';

export const clusterFeature: Feature = ({ connection }) => {
  connection.onRequest(submitRunMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<SubmitRunResult> => {
      const { targets, target, config } = parseParams(submitParams, received, 'a request to submit a run', 'cluster.ts');
      const { pickTarget } = await import('../cluster/target.ts');
      const { submitRun } = await import('../cluster/submit.ts');
      return cancellable(token, signal => submitRun({ config, target: pickTarget(targets, target, setting), signal }));
    }),
  );
  connection.onRequest(resubmitRunMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ResubmitRunResult> => {
      const { targets, target, folder } = parseParams(resubmitParams, received, 'a request to submit a run again', 'cluster.ts');
      const { pickTarget } = await import('../cluster/target.ts');
      const { resubmitRun } = await import('../cluster/submit.ts');
      return cancellable(token, signal => resubmitRun(folder, pickTarget(targets, target, setting), signal));
    }),
  );
  connection.onRequest(listJobsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ListJobsResult> => {
      const { targets, target } = parseParams(listParams, received, 'a request to list jobs', 'cluster.ts');
      const { pickTarget } = await import('../cluster/target.ts');
      const { listJobs } = await import('../cluster/jobs.ts');
      return cancellable(token, async signal => ({ jobs: await listJobs({ target: pickTarget(targets, target, setting), signal }) }));
    }),
  );
  connection.onRequest(cancelJobMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<CancelJobResult> => {
      const { targets, target, job } = parseParams(cancelParams, received, 'a request to cancel a job', 'cluster.ts');
      const { pickTarget } = await import('../cluster/target.ts');
      const { cancelJob } = await import('../cluster/jobs.ts');
      await cancellable(token, signal => cancelJob(job, { target: pickTarget(targets, target, setting), signal }));
      return null;
    }),
  );
};
