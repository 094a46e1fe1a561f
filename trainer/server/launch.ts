/**
 * Starting and steering runs: `attentionScope/startRun`, `controlRun`, `labelRun`, `trashRun` and `restoreRun`. Nothing is run
 * but this program's own training. Whether a config may be trained, and a folder be changed, the client decides.
 */
import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import {
  controlRunMethod, type ControlRunResult, labelLimits, labelRunMethod, type LabelRunResult, restoreRunMethod, type RestoreRunResult, runWishes,
  startRunMethod, type StartRunResult, trashRunMethod, type TrashRunResult,
} from '../../protocol/runs.ts';
import { mostAtOnce } from '../launch/queue-folder.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

/** In one form, whatever the client writes after its last separator. */
const path = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path').transform(given => resolve(given));
const atOnce = z.int().min(1).max(mostAtOnce);
/** One line, as lists show it. */
const line = (most: number) => z.string().max(most).regex(/^\P{Cc}*$/u, 'text without control characters');
const startParams = z.object({ config: path, runs: path, atOnce });
const controlParams = z.object({ folder: path, wish: z.enum(runWishes), atOnce });
const labelParams = z.object({ folder: path, name: line(labelLimits.name).optional(), tags: z.array(line(labelLimits.tag)).max(labelLimits.tags).optional() });
const folderParams = z.object({ folder: path });

/** The code that does it is loaded with the first request for it. */
export const launchFeature: Feature = ({ connection }) => {
  connection.onRequest(startRunMethod, (received: unknown) =>
    answering(async (): Promise<StartRunResult> => {
      const params = parseParams(startParams, received, 'a request to start a run', 'runs.ts');
      return (await import('../launch/start-run.ts')).startRun(params);
    }),
  );
  connection.onRequest(controlRunMethod, (received: unknown) =>
    answering(async (): Promise<ControlRunResult> => {
      const params = parseParams(controlParams, received, 'a request to control a run', 'runs.ts');
      await (await import('../launch/control-run.ts')).controlRun(params);
      return null;
    }),
  );
  connection.onRequest(labelRunMethod, (received: unknown) =>
    answering(async (): Promise<LabelRunResult> => {
      const { folder, name, tags } = parseParams(labelParams, received, 'a request to label a run', 'runs.ts');
      const { labelRun } = await import('../launch/label.ts');
      await labelRun({ folder, ...(name !== undefined && { name }), ...(tags !== undefined && { tags }) });
      return null;
    }),
  );
  connection.onRequest(trashRunMethod, (received: unknown) =>
    answering(async (): Promise<TrashRunResult> => {
      const { folder } = parseParams(folderParams, received, 'a request to put a run into the trash', 'runs.ts');
      return { folder: await (await import('../launch/trash.ts')).trashRun(folder) };
    }),
  );
  connection.onRequest(restoreRunMethod, (received: unknown) =>
    answering(async (): Promise<RestoreRunResult> => {
      const { folder } = parseParams(folderParams, received, 'a request to restore a run', 'runs.ts');
      return { folder: await (await import('../launch/trash.ts')).restoreRun(folder) };
    }),
  );
};
