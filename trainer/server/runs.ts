/** Runs as the editor shows them (protocol/runs.ts): all of some folders and what changes of them, and one by one. Nothing is run. */
import { isAbsolute } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import {
  runDetailsMethod, type RunDetails, runHeadsMethod, type RunHeadsResult, runProbeMethod, type RunProbeResult, runsChangedMethod, type RunsChanged,
  runSeriesMethod, type RunSeriesResult, watchRunsMethod, type WatchRunsResult,
} from '../../protocol/runs.ts';
import type { RunLibrary } from '../runs/library.ts';
import type { RunsWatch } from '../runs/watch.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature } from './features.ts';
import { parseParams } from './params.ts';

const folder = z.string().min(1).max(32_768).refine(isAbsolute, 'an absolute path');
const step = z.int().min(0);
const watchParams = z.object({ folders: z.array(folder).max(100) });
const runParams = z.object({ folder });
const seriesParams = z.object({
  folder,
  metrics: z.array(z.string().max(1000)).max(1000),
  from: z.number().optional(),
  to: z.number().optional(),
  points: z.int().min(0).max(10_000_000),
});
const probeParams = z.object({ folder, step, example: z.int().min(0).max(1000), map: z.string().max(100) });

/** The code that reads runs is loaded with the first request for one. */
export const runsFeature: Feature = ({ connection }) => {
  let watching: Promise<RunsWatch> | undefined;
  let reading: Promise<RunLibrary> | undefined;
  const watch = (): Promise<RunsWatch> =>
    (watching ??= import('../runs/watch.ts').then(({ RunsWatch: Watch }) => {
      const onBug = (thrown: unknown): void => connection.console.error(`Watching runs: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
      return new Watch((changes: RunsChanged) => void connection.sendNotification(runsChangedMethod, changes), { onBug });
    }));
  const library = (): Promise<RunLibrary> => (reading ??= import('../runs/library.ts').then(({ RunLibrary: Library }) => new Library()));

  connection.onRequest(watchRunsMethod, (received: unknown) =>
    answering(async (): Promise<WatchRunsResult> => {
      const { folders } = parseParams(watchParams, received, 'a request to watch runs', 'runs.ts');
      return (await watch()).watch(folders);
    }),
  );
  connection.onRequest(runDetailsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<RunDetails> => {
      const params = parseParams(runParams, received, 'a request for a run', 'runs.ts');
      const known = (await watching)?.summaryOf(params.folder);
      const runs = await library();
      return cancellable(token, signal => runs.details(params.folder, known, signal));
    }),
  );
  connection.onRequest(runSeriesMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<RunSeriesResult> => {
      const { from, to, ...params } = parseParams(seriesParams, received, 'a request for curves', 'runs.ts');
      const runs = await library();
      return cancellable(token, signal => runs.series({ ...params, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, signal));
    }),
  );
  connection.onRequest(runProbeMethod, (received: unknown) =>
    answering(async (): Promise<RunProbeResult> => {
      const params = parseParams(probeParams, received, 'a request for a probe’s map', 'runs.ts');
      return (await library()).probe(params);
    }),
  );
  connection.onRequest(runHeadsMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<RunHeadsResult> => {
      const params = parseParams(runParams, received, 'a request for a run’s heads', 'runs.ts');
      const runs = await library();
      return cancellable(token, signal => runs.heads(params.folder, signal));
    }),
  );
};
