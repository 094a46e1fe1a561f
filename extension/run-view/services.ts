import type {
  RunDetails, RunDetailsParams, RunHeadsParams, RunHeadsResult, RunProbeParams, RunProbeResult, RunsChanged,
  RunSeriesParams, RunSeriesResult, RunSummary, runDetailsMethod, runHeadsMethod, runProbeMethod, runSeriesMethod,
} from '../../protocol/runs.ts';

/** What the view of a run asks the worker. */
export interface RunsAsk {
  (method: typeof runDetailsMethod, params: RunDetailsParams, signal: AbortSignal): Promise<RunDetails>;
  (method: typeof runSeriesMethod, params: RunSeriesParams, signal: AbortSignal): Promise<RunSeriesResult>;
  (method: typeof runHeadsMethod, params: RunHeadsParams, signal: AbortSignal): Promise<RunHeadsResult>;
  (method: typeof runProbeMethod, params: RunProbeParams, signal: AbortSignal): Promise<RunProbeResult>;
}

/** The runs that are known, and what changes of them. */
export interface KnownRuns {
  readonly all: readonly RunSummary[];
  get(folder: string): RunSummary | undefined;
  onDidChange(listener: (change: RunsChanged) => void): { dispose(): void };
}
