/** What the page knows, and how each message from the extension changes it. Pure: nothing here touches the page. */
import type { FailureData } from '../../protocol/failure.ts';
import type { ShownRun, StepRange, ToRunPage } from '../../protocol/run-page.ts';
import type { RunDetails, RunHeadsResult, RunProbeParams, RunProbeResult, RunSeries } from '../../protocol/runs.ts';

/** A curve, and of which steps it was told. */
export interface KnownCurve {
  readonly range: StepRange;
  readonly series: RunSeries;
}

/** A probe's map, or why there is none. */
export type KnownProbe =
  | { readonly kind: 'read'; readonly probe: RunProbeResult }
  | { readonly kind: 'failed'; readonly failure: FailureData };

export interface RunState {
  readonly runs: readonly ShownRun[];
  /** By the runs' folders, as what follows. */
  readonly details: ReadonlyMap<string, RunDetails>;
  readonly failures: ReadonlyMap<string, FailureData>;
  /** By metric. */
  readonly curves: ReadonlyMap<string, ReadonlyMap<string, KnownCurve>>;
  readonly heads: { readonly folder: string; readonly heads: RunHeadsResult } | undefined;
  /** By `probeKey`, those looked at last at the end. */
  readonly probes: ReadonlyMap<string, KnownProbe>;
}

export const initialState: RunState = {
  runs: [], details: new Map(), failures: new Map(), curves: new Map(), heads: undefined, probes: new Map(),
};

/** So many maps are kept, that a slider goes through them at once. */
const mostProbes = 400;

export function probeKey({ folder, step, example, map }: RunProbeParams): string {
  return JSON.stringify([folder, step, example, map]);
}

export function reduce(state: RunState, message: ToRunPage): RunState {
  switch (message.type) {
    case 'runs':
      return withRuns(state, message.runs);
    case 'details': {
      const { folder } = message.details.run;
      return { ...state, details: new Map(state.details).set(folder, message.details), failures: without(state.failures, folder) };
    }
    case 'unreadable':
      return { ...state, failures: new Map(state.failures).set(message.folder, message.failure) };
    case 'curves': {
      const known = new Map(state.curves.get(message.folder));
      for (const series of message.series) known.set(series.metric, { range: message.range, series });
      return { ...state, curves: new Map(state.curves).set(message.folder, known) };
    }
    case 'heads':
      return { ...state, heads: { folder: message.folder, heads: message.heads } };
    case 'probe':
      return withProbe(state, message.at, { kind: 'read', probe: message.probe });
    case 'unprobed':
      return isUnwanted(message.failure) ? state : withProbe(state, message.at, { kind: 'failed', failure: message.failure });
    case 'compare-on':
      return state;
  }
}

/** What is known of runs that are shown no longer is forgotten. */
function withRuns(state: RunState, runs: readonly ShownRun[]): RunState {
  const folders = new Set(runs.map(({ folder }) => folder));
  const kept = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    [...map.keys()].every(folder => folders.has(folder)) ? map : new Map([...map].filter(([folder]) => folders.has(folder)));
  return {
    ...state, runs, details: kept(state.details), failures: kept(state.failures), curves: kept(state.curves),
    heads: state.heads !== undefined && folders.has(state.heads.folder) ? state.heads : undefined,
  };
}

function withProbe(state: RunState, at: RunProbeParams, known: KnownProbe): RunState {
  const key = probeKey(at);
  const probes = new Map(state.probes);
  probes.delete(key);
  probes.set(key, known);
  for (const oldest of probes.keys()) {
    if (probes.size <= mostProbes) break;
    probes.delete(oldest);
  }
  return { ...state, probes };
}

/** The user, or a newer request, ended it: nothing went wrong. */
function isUnwanted({ code }: FailureData): boolean {
  return code === 'cancelled' || code === 'superseded';
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
