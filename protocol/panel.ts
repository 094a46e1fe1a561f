/** Messages between the extension and the panel's webview. */
import type { FailureData } from './failure.ts';
import type { Trace, TraceProgress } from './trace.ts';

/** One side of a trace: where a highlighted word stands. */
export type Side = 'source' | 'target';

/** Extension → panel. */
export type ToPanel =
  /** What to draw after the panel was (re)created; `undefined` when there is nothing yet. */
  | { readonly type: 'show'; readonly trace: Trace | undefined }
  /** A new pass began: forget the old one, expect progress. */
  | { readonly type: 'begin'; readonly model: string }
  | { readonly type: 'progress'; readonly progress: TraceProgress }
  | { readonly type: 'end'; readonly trace: Trace }
  | { readonly type: 'failed'; readonly failure: FailureData }
  /** Light up the words linked to this word; `undefined` clears. `word` is an index into that side's `words`. */
  | { readonly type: 'highlight'; readonly side: Side; readonly word: number | undefined };

/** Panel → extension. */
export type FromPanel =
  /** The panel's script is alive and wants its state. */
  | { readonly type: 'ready' }
  /** The user points at, or arrows to, a word; `undefined` when the pointer leaves. */
  | { readonly type: 'point'; readonly side: Side; readonly word: number | undefined }
  /** The user pressed a button. */
  | { readonly type: 'run'; readonly command: 'copy' | 'replace' | 'cancel' | 'translate' | 'select-model' | 'clear-highlight' };
