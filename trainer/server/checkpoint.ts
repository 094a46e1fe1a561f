/**
 * What can be seen of a checkpoint: `attentionScope/inspect`, `tensorStatistics` and `compareCheckpoints` read files and run
 * nothing; `attend` runs the model, in the engine. Whether a path may be opened, and a model run, the client decides.
 */
import { isAbsolute } from 'node:path';
import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import {
  attendMethod, type AttendResult, attentionKinds, compareCheckpointsMethod, type CompareCheckpointsResult, type CompareProgress, inspectMethod,
  type InspectResult, tensorStatisticsMethod, type TensorStatisticsResult,
} from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import { checkText } from '../decoding/request.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { signalOf } from './tracing.ts';

const path = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path');
const inspectParams = z.object({ path });
const statisticsParams = z.object({ path, tensor: z.string().max(100_000) });
const compareParams = z.object({ path, other: path, partialResultToken: z.union([z.string(), z.int()]).optional() });
const attendParams = z.object({
  path,
  text: z.string(),
  languageId: z.string(),
  map: z.object({ kind: z.enum(attentionKinds), layer: z.int().min(0), head: z.union([z.int().min(0), z.literal('mean')]) }).optional(),
  evenIfLarge: z.boolean().optional(),
});

const progressType = new ProgressType<CompareProgress>();

/** The code that reads checkpoints is loaded with the first request for one. */
export const checkpointFeature: Feature = ({ connection, engine, names }) => {
  connection.onRequest(inspectMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<InspectResult> => {
      const params = parseParams(inspectParams, received, 'to inspect a checkpoint');
      const { inspectCheckpoint } = await import('../foreign/inspect.ts');
      return cancellable(token, signal => inspectCheckpoint(params.path, signal));
    }),
  );
  connection.onRequest(tensorStatisticsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<TensorStatisticsResult> => {
      const { path: file, tensor } = parseParams(statisticsParams, received, 'to measure a tensor');
      const { measureTensor } = await import('../foreign/measure.ts');
      return cancellable(token, signal => measureTensor(file, tensor, signal));
    }),
  );
  connection.onRequest(compareCheckpointsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<CompareCheckpointsResult> => {
      const { path: file, other, partialResultToken: partial } = parseParams(compareParams, received, 'to compare checkpoints');
      const { compareFiles } = await import('../foreign/measure.ts');
      const onProgress = partial === undefined ? undefined : (progress: CompareProgress): void => void connection.sendProgress(progressType, partial, progress);
      return cancellable(token, signal => compareFiles(file, other, { signal, onProgress }));
    }),
  );
  connection.onRequest(attendMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<AttendResult> => {
      const { path: file, ...request } = parseParams(attendParams, received, 'to attend to a text');
      checkText(request.text, 'read', 'read');
      names.set(file, file);
      return cancellable(token, signal => engine.attend(file, request, signal));
    }),
  );
};

async function cancellable<Result>(token: CancellationToken, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const { signal, dispose } = signalOf(token);
  try {
    return await work(signal);
  } finally {
    dispose();
  }
}

function parseParams<Params>(schema: z.ZodType<Params>, received: unknown, what: string): Params {
  const parsed = schema.safeParse(received);
  if (parsed.success) return parsed.data;
  throw new Failure('bad-argument', `Not a request ${what}: ${z.prettifyError(parsed.error)}.`, 'Send what protocol/checkpoint.ts says.');
}
