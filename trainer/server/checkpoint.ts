/**
 * What can be seen of a checkpoint: `attentionScope/inspect`, `tensorStatistics`, `compareCheckpoints` and `tracedAttention` read
 * files and run nothing. Whether a path may be opened, the client decides.
 */
import { isAbsolute } from 'node:path';
import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import {
  compareCheckpointsMethod, type CompareCheckpointsResult, type CompareProgress, inspectMethod, type InspectResult, tensorStatisticsMethod,
  type TensorStatisticsResult, tracedAttentionMethod, type TracedAttentionResult,
} from '../../protocol/checkpoint.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';
import { mapSchema } from './tracing.ts';

const path = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path');
const inspectParams = z.object({ path });
const statisticsParams = z.object({ path, tensor: z.string().max(100_000) });
const compareParams = z.object({ path, other: path, partialResultToken: z.union([z.string(), z.int()]).optional() });
const traceParams = z.object({ path, map: mapSchema.optional() });

const progressType = new ProgressType<CompareProgress>();

/** The code that reads checkpoints is loaded with the first request for one. */
export const checkpointFeature: Feature = ({ connection }) => {
  connection.onRequest(inspectMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<InspectResult> => {
      const params = parseParams(inspectParams, received, 'a request to inspect a checkpoint', 'checkpoint.ts');
      const { inspectCheckpoint } = await import('../foreign/inspect.ts');
      return cancellable(token, signal => inspectCheckpoint(params.path, signal));
    }),
  );
  connection.onRequest(tensorStatisticsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<TensorStatisticsResult> => {
      const { path: file, tensor } = parseParams(statisticsParams, received, 'a request to measure a tensor', 'checkpoint.ts');
      const { measureTensor } = await import('../foreign/measure.ts');
      return cancellable(token, signal => measureTensor(file, tensor, signal));
    }),
  );
  connection.onRequest(compareCheckpointsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<CompareCheckpointsResult> => {
      const { path: file, other, partialResultToken: partial } = parseParams(compareParams, received, 'a request to compare checkpoints', 'checkpoint.ts');
      const { compareFiles } = await import('../foreign/measure.ts');
      const onProgress = partial === undefined ? undefined : (progress: CompareProgress): void => void connection.sendProgress(progressType, partial, progress);
      return cancellable(token, signal => compareFiles(file, other, { signal, onProgress }));
    }),
  );
  connection.onRequest(tracedAttentionMethod, (received: unknown) =>
    answering(async (): Promise<TracedAttentionResult> => {
      const params = parseParams(traceParams, received, 'a request to read a trace', 'checkpoint.ts');
      const { traceMap } = await import('../foreign/plan-trace.ts');
      return traceMap(params.path, params.map);
    }),
  );
};
