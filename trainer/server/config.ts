/**
 * What helps to write a training's config: `attentionScope/checkConfig`, `detectData` and `proposeConfig` read files and run
 * nothing; `estimateRun` trains a few steps in a process of its own. Whether a file may be read, and steps run, the client decides.
 */
import { isAbsolute } from 'node:path';
import { type CancellationToken, ProgressType } from 'vscode-languageserver/node';
import * as z from 'zod';
import {
  checkConfigMethod, type CheckConfigResult, detectDataMethod, type DetectDataResult, type EstimateProgress, estimateRunMethod, type EstimateRunResult,
  proposeConfigMethod, type ProposeConfigResult,
} from '../../protocol/config.ts';
import { tasks } from '../../protocol/server.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

const path = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path');
/** As much as a config's file may have. */
const text = z.string().max(1_000_000);
const task = z.enum(tasks);
const files = z.array(path).min(1).max(2);
const checkParams = z.object({ path, text, lookForFiles: z.boolean() });
const detectParams = z.object({ task, files });
const proposeParams = z.object({
  task,
  name: z.string().max(200),
  folder: path,
  files,
  reading: z.string().max(200).exactOptional(),
  roles: z.record(z.string().max(100), z.int().min(0).max(1000)),
  languages: z.array(z.string().max(100)).max(2),
});
const estimateParams = z.object({ path, text, partialResultToken: z.union([z.string(), z.int()]).optional() });

const progressType = new ProgressType<EstimateProgress>();

/** The code behind each is loaded with the first request for it. */
export const configFeature: Feature = ({ connection }) => {
  connection.onRequest(checkConfigMethod, (received: unknown) =>
    answering(async (): Promise<CheckConfigResult> => {
      const params = parseParams(checkParams, received, 'a request to check a config', 'config.ts');
      const { checkConfigText } = await import('../training/config-text.ts');
      return { problems: await checkConfigText(params.text, params.lookForFiles ? params.path : undefined) };
    }),
  );
  connection.onRequest(detectDataMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<DetectDataResult> => {
      const params = parseParams(detectParams, received, 'a request to look at data', 'config.ts');
      const { detectData } = await import('../corpora/detect.ts');
      const { detected, problems } = await cancellable(token, signal => detectData(params.task, params.files, signal));
      return { readings: detected.map(({ reading }) => reading), problems };
    }),
  );
  connection.onRequest(proposeConfigMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ProposeConfigResult> => {
      const params = parseParams(proposeParams, received, 'a request to propose a config', 'config.ts');
      const { proposeConfigs } = await import('../training/propose.ts');
      return { proposals: await cancellable(token, signal => proposeConfigs(params, signal)) };
    }),
  );
  connection.onRequest(estimateRunMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<EstimateRunResult> => {
      const { path: file, text: config, partialResultToken: partial } = parseParams(estimateParams, received, 'a request to estimate a training', 'config.ts');
      const { estimateInProcess } = await import('../training/estimate-process.ts');
      const tell = (doing: string): void => {
        if (partial !== undefined) void connection.sendProgress(progressType, partial, { doing });
      };
      return cancellable(token, signal => estimateInProcess({ text: config, file }, signal, tell));
    }),
  );
};
