/** Messages between the extension and the panel's webview. */
import type { FailureData } from './failure.ts';
import type { Kind, Outcome } from './outcome.ts';
import type { MapId, TraceProgress } from './trace.ts';

/** One side of a trace: where a highlighted word stands. A classification has a source only. */
export type Side = 'source' | 'target';

/** Extension → panel. */
export type ToPanel =
  /** What to draw after the panel was (re)created; `undefined` when there is nothing yet. */
  | { readonly type: 'show'; readonly outcome: Outcome | undefined }
  /** A new pass began: forget the old one, expect progress. If `keeps`, only another map is asked for: what is drawn stays. */
  | { readonly type: 'begin'; readonly kind: Kind; readonly model: string; readonly keeps?: true }
  | { readonly type: 'progress'; readonly progress: TraceProgress }
  | { readonly type: 'end'; readonly outcome: Outcome }
  | { readonly type: 'failed'; readonly failure: FailureData }
  /** Light up the words linked to this word; `undefined` clears. `word` is an index into that side's `words`. */
  | { readonly type: 'highlight'; readonly side: Side; readonly word: number | undefined };

/** What the panel’s buttons ask for; `again` is what the panel shows, once more. */
export type PanelCommand = 'copy' | 'replace' | 'insert' | 'cancel' | 'again' | 'translate' | 'select-model' | 'clear-highlight';

/** Panel → extension. */
export type FromPanel =
  /** The panel's script is alive and wants its state. */
  | { readonly type: 'ready' }
  /** The user points at, or arrows to, a word; `undefined` when the pointer leaves. */
  | { readonly type: 'point'; readonly side: Side; readonly word: number | undefined }
  /** The user wants to see another map of what is shown. */
  | { readonly type: 'map'; readonly map: MapId }
  /** The user pressed a button. */
  | { readonly type: 'run'; readonly command: PanelCommand };
