/** What the requests that are answered by a trace have in common: the model's folder, cancellation and partial results. */
import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { attentionKinds, type Trace, type TraceProgress } from '../../protocol/trace.ts';
import type { TranslateOptions } from '../decoding/request.ts';
import { findModel } from '../models/catalog.ts';
import { cancellable } from './cancelling.ts';
import type { Services } from './features.ts';

/** A map of a model, as a request names it. */
export const mapSchema = z.object({
  kind: z.enum(attentionKinds),
  layer: z.int().min(0),
  head: z.union([z.int().min(0), z.literal('mean')]),
});

const progressType = new ProgressType<TraceProgress>();

export interface TraceParams {
  readonly model: string;
  readonly partialResultToken?: string | number | undefined;
}

/**
 * @param work is given the model's folder
 * @throws Failure `unknown-model`, `broken-model`, and what `work` throws
 */
export async function tracing(
  { connection, options, names }: Services,
  { model, partialResultToken: partial }: TraceParams,
  token: CancellationToken,
  work: (folder: string, options: TranslateOptions) => Promise<Trace>,
): Promise<Trace> {
  const folder = await findModel(model, options.modelFolders);
  names.set(folder, model);
  const onProgress = partial === undefined ? undefined : (progress: TraceProgress): void => void connection.sendProgress(progressType, partial, progress);
  return cancellable(token, signal => work(folder, { signal, onProgress }));
}
