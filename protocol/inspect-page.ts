/**
 * Messages between the extension and the inspector that a page shows, whichever page that is. A page's own messages carry them:
 * `{ type: 'inspect', message }`, in both directions.
 */
import type { FailureData } from './failure.ts';
import type {
  Arithmetic, ArithmeticParams, ExportParams, ExportResult, HeadsParams, HeadsResult, Influence, InfluenceParams, InfluenceProgress, Inspection,
  LinesParams, LinesResult, MapChoice, MapParams, MapReading, MapWindow, OpenInspectionParams,
} from './inspection.ts';
import type { TokenRange } from './trace.ts';

/** What the page asks for, and what it gets. What the worker answers goes through the extension as it is. */
export interface InspectRequests {
  /** Runs the model; what comes of it is in the history from then on. */
  open: { params: OpenInspectionParams; result: Inspection };
  /** The same in passing, as one of many that are gone through: it is not listed, and displaces nothing, until it is opened. */
  peek: { params: OpenInspectionParams; result: Inspection };
  /**
   * An inspection of the history; one that the worker has forgotten is run again. Its id stays what it was for the page, unless the
   * model was saved anew since: then it is another one.
   */
  recall: { params: { readonly inspection: string }; result: Inspection };
  /** The same text by another model, or another text by the same: the user is asked which. `null` where nothing was chosen. */
  another: { params: { readonly inspection: string; readonly what: 'model' | 'text' }; result: Inspection | null };
  map: { params: MapParams; result: MapWindow };
  heads: { params: HeadsParams; result: HeadsResult };
  lines: { params: LinesParams; result: LinesResult };
  arithmetic: { params: ArithmeticParams; result: Arithmetic };
  /** Tells its progress. */
  influence: { params: Omit<InfluenceParams, 'partialResultToken'>; result: Influence };
  /** The user is asked for the file; `null` where none was chosen. */
  export: { params: Omit<ExportParams, 'file'>; result: ExportResult | null };
}
export type InspectMethod = keyof InspectRequests;

/** A question by its method. `id` tells it from all others of its page. */
export type InspectQuestion = {
  [Method in InspectMethod]: { readonly type: 'ask'; readonly id: number; readonly method: Method; readonly params: InspectRequests[Method]['params'] };
}[InspectMethod];

/** Tokens of a text that are pointed at. */
export interface PointedTokens {
  /** Index into the inspection's `axes`. */
  readonly axis: number;
  readonly tokens: TokenRange;
  /** Whether what they look at is shown, or what looks at them: of a text over itself both can be meant. */
  readonly as: 'query' | 'key';
}

/** What the page shows: the editor's decorations follow it. */
export interface ShownMap {
  readonly inspection: string;
  readonly choice: MapChoice;
  readonly reading: MapReading;
  readonly pointed: PointedTokens | undefined;
}

/** Page → extension. */
export type FromInspector =
  | InspectQuestion
  /** Nobody waits for the answer any more. It is answered all the same, as `cancelled`. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'shown'; readonly shown: ShownMap | undefined }
  /** Numbers in place of the text that could not be opened: its model reads nothing else. */
  | { readonly type: 'feed'; readonly numbers: string }
  /** A pinned inspection stays in the history. */
  | { readonly type: 'pin'; readonly inspection: string; readonly isPinned: boolean }
  /** To the clipboard: interventions as JSON. */
  | { readonly type: 'copy'; readonly text: string }
  /** A picture, to a file that the user is asked for. Images reach the clipboard from the page alone. */
  | { readonly type: 'save-png'; readonly name: string; readonly png: Uint8Array<ArrayBuffer> }
  /** A table, to a file that the user is asked for. */
  | { readonly type: 'save-csv'; readonly name: string; readonly csv: string }
  /** How the user left the inspector, in the page's own words: every page is told it when it begins, also after a restart. */
  | { readonly type: 'remember'; readonly memory: unknown };

/** An inspection in the history. */
export interface HistoryEntry {
  /** Its inspection's id. */
  readonly inspection: string;
  readonly model: string;
  /** The beginning of its text; of an image, its name. */
  readonly text: string;
  readonly interventions: number;
  /** When it was asked for last, in milliseconds since 1970; 0 where nobody knows any more. */
  readonly at: number;
  readonly isPinned: boolean;
  /** The text has changed since, where it stood. */
  readonly isStale: boolean;
}

/** Extension → page. */
export type ToInspector =
  | { readonly type: 'answer'; readonly id: number; readonly result: InspectRequests[InspectMethod]['result'] }
  | { readonly type: 'refused'; readonly id: number; readonly failure: FailureData }
  | { readonly type: 'progress'; readonly id: number; readonly progress: InfluenceProgress }
  /** Another inspection is to be shown; `undefined`: none. */
  | { readonly type: 'show'; readonly inspection: Inspection | undefined }
  /** The text of the page is being run, to be shown then; or it could not be. */
  | { readonly type: 'opening' }
  | { readonly type: 'unopened'; readonly failure: FailureData }
  /** What `remember` told last, in whichever page: it is told when a page begins, and when another one remembers. */
  | { readonly type: 'remembered'; readonly memory: unknown }
  /** Escape in the editor: nothing is pointed at any more, nor locked. */
  | { readonly type: 'unlock' }
  /** The command: the picture to the clipboard, or where that cannot be, as `save-png`. */
  | { readonly type: 'copy-image' }
  /** The newest first. */
  | { readonly type: 'history'; readonly entries: readonly HistoryEntry[] }
  /** The pointer rests on a word of the document, or on none any more: an index into an axis' `words`. */
  | { readonly type: 'light'; readonly word: { readonly axis: number; readonly word: number } | undefined };

/** How a page's messages carry them. */
export interface FromInspectPage {
  readonly type: 'inspect';
  readonly message: FromInspector;
}
export interface ToInspectPage {
  readonly type: 'inspect';
  readonly message: ToInspector;
}
