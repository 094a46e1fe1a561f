/** Messages between the extension and the page that shows runs. */
import type { TextAttention } from './checkpoint.ts';
import type { FailureData } from './failure.ts';
import type { RunDetails, RunHeadsResult, RunProbeParams, RunProbeResult, RunSeries, RunSummary, RunWish } from './runs.ts';
import type { MapId } from './trace.ts';

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

/** What two checkpoints of a run made of one text. */
export interface CheckpointPair {
  readonly folder: string;
  readonly text: string;
  /** Both by their steps, the earlier question first. */
  readonly steps: readonly [number, number];
  readonly attentions: readonly [TextAttention, TextAttention];
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
  /**
   * Two checkpoints run over a text; what is shown of an earlier pair stays until the new one comes. `asked`: their steps, where the
   * user has just asked for it.
   */
  | { readonly type: 'comparing'; readonly asked?: readonly [number, number] }
  | { readonly type: 'compared'; readonly pair: CheckpointPair }
  | { readonly type: 'incomparable'; readonly failure: FailureData };

/** What the page's buttons ask for, besides what is wished of a run. */
export const runCommands = ['add', 'reload', 'cancel-comparing'] as const;
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
  /** Two checkpoints over a text, which is asked for unless `again`. */
  | { readonly type: 'compare'; readonly folder: string; readonly steps: readonly [number, number]; readonly map?: MapId; readonly again: boolean }
  | { readonly type: 'run'; readonly command: RunCommand };
