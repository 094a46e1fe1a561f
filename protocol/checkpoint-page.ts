/** Messages between the extension and the page that shows a checkpoint. */
import type { CheckpointComparison, CheckpointSummary, CompareProgress, TensorStatistics, TextAttention } from './checkpoint.ts';
import type { FailureData } from './failure.ts';
import type { MapId } from './trace.ts';

/** Extension → page. */
export type ToCheckpointPage =
  /** A checkpoint is being read: what an earlier reading gave is forgotten. */
  | { readonly type: 'reading'; readonly name: string }
  | { readonly type: 'read'; readonly summary: CheckpointSummary }
  | { readonly type: 'unreadable'; readonly failure: FailureData }
  /** What stands on the disk is no longer what was read. */
  | { readonly type: 'changed' }
  | { readonly type: 'measured'; readonly tensor: string; readonly statistics: TensorStatistics }
  | { readonly type: 'unmeasurable'; readonly tensor: string; readonly failure: FailureData }
  /** Another checkpoint is being compared with this one; `progress` is unknown at first. `begins`: the user has just asked for it. */
  | { readonly type: 'comparing'; readonly other: string; readonly progress: CompareProgress | undefined; readonly begins?: true }
  | { readonly type: 'compared'; readonly other: string; readonly comparison: CheckpointComparison }
  /** What was cancelled or superseded leaves what was shown before. */
  | { readonly type: 'incomparable'; readonly other: string; readonly failure: FailureData }
  /** A map of a trace is being read; the one that is shown stays until it comes. */
  | { readonly type: 'attending' }
  | { readonly type: 'attended'; readonly attention: TextAttention }
  | { readonly type: 'unattended'; readonly failure: FailureData };

/** What the page's buttons ask for. */
export const checkpointCommands = ['reload', 'attend', 'cancel-attending', 'compare', 'cancel-comparing'] as const;
export type CheckpointCommand = (typeof checkpointCommands)[number];

/** Page → extension. */
export type FromCheckpointPage =
  /** Its script is alive and wants its state. */
  | { readonly type: 'ready' }
  /** A tensor is to be measured, instead of the one before it; `undefined`: none any more. */
  | { readonly type: 'measure'; readonly tensor: string | undefined }
  /** Another map of a trace. */
  | { readonly type: 'map'; readonly map: MapId }
  /** The user pressed a button. */
  | { readonly type: 'run'; readonly command: CheckpointCommand };
