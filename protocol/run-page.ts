/** Messages between the extension and the page that shows runs; those of the inspector go beside them (`inspect-page.ts`). */
import type { FailureData } from './failure.ts';
import type { RunDetails, RunHeadsResult, RunProbeParams, RunProbeResult, RunSeries, RunSummary, RunWish } from './runs.ts';

/** A run of the page. */
export interface ShownRun {
  /** Absolute; a run is known by it. */
  readonly folder: string;
  /** The run's own name, or the folder's while nothing else is known. */
  readonly name: string;
  /** What was last told of it; `null` until it has been read. */
  readonly run: RunSummary | null;
  /** Its folder is gone: what is shown of it is what it was. */
  readonly isGone: boolean;
}

/** Of these steps alone, both included; left out, from the first or to the last. */
export interface StepRange {
  readonly from?: number;
  readonly to?: number;
}

/** What the page draws of a run's curves. */
export interface WantedCurves extends StepRange {
  readonly folder: string;
  readonly metrics: readonly string[];
}

/** What the page is kept up to date with. */
export interface Wanted {
  readonly curves: readonly WantedCurves[];
  /** About how many points each may have. */
  readonly points: number;
  /** The run whose heads are drawn. */
  readonly heads: string | null;
}

/** Extension → page. */
export type ToRunPage =
  /** The runs that are shown, the one that the page was opened for first. */
  | { readonly type: 'runs'; readonly runs: readonly ShownRun[] }
  | { readonly type: 'details'; readonly details: RunDetails }
  | { readonly type: 'unreadable'; readonly folder: string; readonly failure: FailureData }
  /** Takes the place of what was told of these curves before. */
  | { readonly type: 'curves'; readonly folder: string; readonly range: StepRange; readonly series: readonly RunSeries[] }
  | { readonly type: 'heads'; readonly folder: string; readonly heads: RunHeadsResult }
  | { readonly type: 'probe'; readonly at: RunProbeParams; readonly probe: RunProbeResult }
  | { readonly type: 'unprobed'; readonly at: RunProbeParams; readonly failure: FailureData }
  /** The user wants two checkpoints of the first run to read this text; of which steps, where that was chosen, too. */
  | { readonly type: 'compare-on'; readonly text: string; readonly steps?: readonly [number, number] };

/** What the page's buttons ask for, besides what is wished of a run. */
export const runCommands = ['add', 'reload'] as const;
export type RunCommand = (typeof runCommands)[number];

/** Page → extension. */
export type FromRunPage =
  /** Its script is alive and wants its state. */
  | { readonly type: 'ready' }
  | { readonly type: 'want'; readonly wanted: Wanted }
  /** A probe's map, instead of the one asked for before. */
  | { readonly type: 'probe'; readonly at: RunProbeParams }
  | { readonly type: 'control'; readonly folder: string; readonly wish: RunWish }
  /** A run is to be compared no longer. */
  | { readonly type: 'remove'; readonly folder: string }
  /** The user is asked for the text that checkpoints are to read; a `compare-on` follows where there is one. */
  | { readonly type: 'choose-text'; readonly proposal: string }
  | { readonly type: 'run'; readonly command: RunCommand };
