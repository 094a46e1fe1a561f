/**
 * An inspection: one pass of a model whose every map the worker holds, to be read in pieces. Maps never cross whole:
 * what is asked for is a window of one map, as it is to be read, no finer than it will be drawn.
 */
import type { LabelProbability, Patch } from './classification.ts';
import type { Intervention } from './intervention.ts';
import type { ChosenScale } from './map-scale.ts';
import type { RunsModel, Task } from './server.ts';
import type { MapKind, Span, TokenRange } from './trace.ts';

/** A token along a map's side, where it stands in its axis' text. */
export interface AxisToken extends Span {
  /** As the vocabulary has it. */
  readonly text: string;
  /** It stands for no text: `</s>`, `[CLS]`, padding. */
  readonly special: boolean;
}

/** What the rows or columns of maps are. */
export interface Axis {
  /** `source`: what was given; `target`: what was written, or read while writing, or the class that was found; `image`: patches of a picture. */
  readonly side: 'source' | 'target' | 'image';
  readonly text: string;
  readonly tokens: readonly AxisToken[];
  /** Words as a reader sees them; a token is of the word that it lies in. */
  readonly words: readonly Span[];
  /** Ranges of `tokens`; at least one. */
  readonly sentences: readonly TokenRange[];
  /** Of a source that the model went on writing: the tokens that are its own. Those before stand in what was given. */
  readonly written?: TokenRange;
}

export interface InspectedLayer {
  readonly kind: MapKind;
  readonly layer: number;
  readonly heads: number;
  /** Indices into `axes`. */
  readonly queries: number;
  readonly keys: number;
  /** Whether numbers behind its weights can be told (`arithmeticMethod`), and the norms of its values. */
  readonly hasArithmetic: boolean;
  readonly hasValues: boolean;
}

/** A token that could have been written at a step. */
export interface Alternative {
  readonly token: number;
  readonly text: string;
  readonly logProb: number;
}

/** A hypothesis' step in a search: the tree's edges lead to `parent`, an index into the nodes before it; -1 at the root. */
export interface SearchNode extends Alternative {
  readonly parent: number;
  /** 0-based. */
  readonly step: number;
  /** Sum over the hypothesis so far. */
  readonly total: number;
  /** `kept` in the beam, `ended` with an end token, `dropped`, or on the way to what was written. */
  readonly fate: 'kept' | 'ended' | 'dropped' | 'chosen';
}

export type InspectedOutput =
  | {
      readonly kind: 'written';
      readonly text: string;
      /**
       * One a token of what was written: how probable it was, and the most probable instead of it, itself among them. Step `n` is row
       * `n` of maps whose queries are a target; of a source that the model went on writing, row `written.first - 1 + n`.
       */
      readonly steps: readonly { readonly written: Alternative; readonly alternatives: readonly Alternative[] }[];
      /** The search, one tree a sentence; empty where it was greedy. */
      readonly searches: readonly (readonly SearchNode[])[];
    }
  | { readonly kind: 'labelled'; readonly labels: readonly LabelProbability[] }
  /** What only reads; under interventions also how much of what comes out has changed, from what it is without them. */
  | { readonly kind: 'read'; readonly change?: OutputChange };

/** How much of what a model gives that says nothing has changed. */
export interface OutputChange {
  /** Not one number has. */
  readonly isSame: boolean;
  /** Between its vectors of the text, or the means of its tokens' vectors; 1: they point the same way. */
  readonly cosine?: number;
  /** By token of what is read now, the largest change of a number of its vector; `null`: the token was not read before. */
  readonly tokens?: readonly (number | null)[];
  /** Of the classes, or of tokens of the vocabulary as what comes next: those whose probabilities have changed most, first. */
  readonly probabilities?: readonly { readonly index: number; readonly before: number; readonly after: number }[];
}

export interface Inspection {
  /** Known to the worker until it is closed, forgotten for want of memory, or the engine ends. */
  readonly id: string;
  /** What it can be asked for again with, but for the bytes of an image: who sent them has them. */
  readonly asked: OpenInspectionParams;
  readonly model: string;
  /** What stands for a text are numbers. */
  readonly reads?: 'numbers';
  readonly axes: readonly Axis[];
  /** Every layer whose maps are held, by kind in the order of `mapKinds`, each by number. */
  readonly layers: readonly InspectedLayer[];
  /** The layer and head that align best, or stand for the rest. */
  readonly usual: MapChoice | undefined;
  /** Of an image: its size, and where each position stands. */
  readonly image: { readonly width: number; readonly height: number; readonly patches: readonly Patch[] } | undefined;
  readonly output: InspectedOutput;
  /** Weights are held in bytes, off by at most 1/510; exact ones are computed again. */
  readonly isRounded: boolean;
  readonly warnings: readonly string[];
}

/** Client → server: runs a model and holds its maps. Answers an `Inspection`. */
export const openInspectionMethod = 'attentionScope/inspection/open';
export interface OpenInspectionParams extends RunsModel {
  /** A model's id, or the absolute path of a model or checkpoint of whatever format. */
  readonly model: string;
  /** What it is asked for, where it can do several; left out, what it is for. */
  readonly task?: Task;
  /** The text; of an image, its name. */
  readonly text: string;
  /** Where in it a second text begins, behind a line end that is of neither. Encoders read two as a pair. */
  readonly second?: number;
  /** An image's bytes, in base64. */
  readonly image?: string;
  readonly languageId: string;
  /** Of what writes: 1 is greedy. */
  readonly beam: number;
  readonly interventions: readonly Intervention[];
}

/** Client → server: which model lies there now. Answers a text that is another one once it was saved anew. Runs nothing. */
export const modelVersionMethod = 'attentionScope/inspection/version';
export interface ModelVersionParams {
  /** As `OpenInspectionParams` has it. */
  readonly model: string;
}

/** Client → server, a notification: it is looked at no longer. */
export const closeInspectionMethod = 'attentionScope/inspection/close';
export interface CloseInspectionParams {
  readonly id: string;
}

/** How several heads and layers become one map. */
export type MapChoice =
  /** Some heads of one layer: their mean or the largest. One head is itself. */
  | { readonly of: 'heads'; readonly kind: MapKind; readonly layer: number; readonly heads: readonly number[] | 'all'; readonly by: 'mean' | 'max' }
  /** All heads of some layers. */
  | { readonly of: 'layers'; readonly kind: MapKind; readonly layers: readonly number[] | 'all'; readonly by: 'mean' | 'max' }
  /** Attention rollout from the first layer to this one (Abnar & Zuidema 2020, section 3): self-attention only. */
  | { readonly of: 'rollout'; readonly kind: MapKind; readonly layer: number }
  /** Attention flow, a maximum flow for each pair (section 4); refused above `mostFlowTokens`. */
  | { readonly of: 'flow'; readonly kind: MapKind; readonly layer: number };

/** A flow network for every pair of tokens grows with the fourth power of the length. */
export const mostFlowTokens = 64;

export const mapUnits = ['tokens', 'words', 'sentences'] as const;
export type MapUnit = (typeof mapUnits)[number];

/** How a map is read, in this order: weighted, hidden, merged, normalised, thinned. */
export interface MapReading {
  /** Each weight times the norm of the value that it weighs, without the head's output projection (Kobayashi et al. 2020 include it). */
  readonly valueWeighted: boolean;
  /** Rows and columns of special tokens are left out. */
  readonly hideSpecial: boolean;
  /** Of several tokens: a row is the mean of their rows, a column the sum of their columns. */
  readonly unit: MapUnit;
  readonly normalise: 'none' | 'row' | 'column' | 'all';
  /** What is drawn: all, weights from `least` on, of each row its `count` largest, or as many as make up `mass` of it. */
  readonly keep: { readonly by: 'all' } | { readonly by: 'weight'; readonly least: number } | { readonly by: 'top'; readonly count: number } | { readonly by: 'mass'; readonly mass: number };
}

export const plainReading: MapReading = { valueWeighted: false, hideSpecial: false, unit: 'tokens', normalise: 'none', keep: { by: 'all' } };

/** One map of one inspection. */
export interface MapOf {
  readonly inspection: string;
  readonly choice: MapChoice;
}

/** A map, or how much more `map` has than `minus` in the rows and columns that both have. */
export interface ReadMap {
  readonly map: MapOf;
  readonly minus?: MapOf;
  readonly reading: MapReading;
}

/** Client → server. Answers a `MapWindow`. */
export const mapMethod = 'attentionScope/inspection/map';
export interface MapParams extends ReadMap {
  /** Left out, all of them. */
  readonly rows?: TokenRange;
  readonly columns?: TokenRange;
  /** No more rows and columns of cells than these; several become one. */
  readonly most: { readonly rows: number; readonly columns: number };
  /** What they become: their mean, or, left out, the one furthest from 0 among them. */
  readonly pooled?: 'mean';
  /** `floats` where the values themselves are wanted. */
  readonly values: 'bytes' | 'floats';
}

export interface MapWindow {
  /** Size of the whole map as it is read. */
  readonly size: { readonly rows: number; readonly columns: number };
  /** What is told of it. */
  readonly rows: TokenRange;
  readonly columns: TokenRange;
  /** How many rows and columns of the map one cell stands for; 1: each for itself. */
  readonly step: { readonly rows: number; readonly columns: number };
  /**
   * What cells stand in it, row by row, in base64: bytes, shares of `full` (`map-bytes.ts`); or float32,
   * little-endian, NaN in rows and columns that only one of two maps has.
   */
  readonly cells: string;
  readonly values: 'bytes' | 'floats';
  readonly isSigned: boolean;
  /** The value furthest from 0 in the whole map: shows at full strength. */
  readonly full: number;
  /** Of the whole map: 99 of 100 values that are not 0 are no further from it. */
  readonly strong: number;
  /** What was left out by `keep`, of the whole map. */
  readonly hidden: { readonly cells: number; readonly mass: number };
  /** What its rows and columns stand for: token ranges of the axes, in order. Told when `rows` or `columns` is left out. */
  readonly labels?: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] };
}

/** A row or a column: the tokens `[first, end)` of its axis, and what is written beside it. */
export interface MapLabelRange extends TokenRange {
  readonly text: string;
  readonly special: boolean;
  /** Of a difference: the map that alone has it, so that there is nothing to compare. What only `minus` has is of no tokens of `map`'s axis. */
  readonly only?: 'map' | 'minus';
}

/** What a head does, each in 0…1, with the measured share that says so. */
export const headRoles = ['previous', 'next', 'first', 'self', 'duplicate', 'induction', 'positional', 'separator', 'diagonal'] as const;
export type HeadRole = (typeof headRoles)[number];

export interface HeadFacts {
  readonly kind: MapKind;
  readonly layer: number;
  readonly head: number;
  /** In nats, the mean over rows. */
  readonly entropy: number;
  /** Mean of the largest weight of each row. */
  readonly confidence: number;
  /** How near the diagonal its weights lie, 1 where all do (`trainer/analysis/map-statistics.ts`). */
  readonly diagonality: number;
  /** Mean distance from query to key, in tokens; of self-attention. */
  readonly distance: number | null;
  /** 1 − the share of its attention that would have to go elsewhere for every key to get as much. */
  readonly coverage: number;
  /** The roles that hold, the surest first; none where no score reaches its threshold. */
  readonly roles: readonly { readonly role: HeadRole; readonly score: number }[];
  /** Cosine with the chosen head's map; `null` where none is chosen or sizes differ. */
  readonly similarity: number | null;
}

/** Client → server: every head in little. Answers `HeadsResult`. */
export const headsMethod = 'attentionScope/inspection/heads';
export interface HeadsParams {
  readonly inspection: string;
  readonly reading: MapReading;
  /** Cells of a thumbnail's longer side, at most. */
  readonly side: number;
  readonly similarTo?: { readonly kind: MapKind; readonly layer: number; readonly head: number };
  /** Left out, every layer. Asked for one by one, the first is there before the last is looked at. */
  readonly layers?: readonly { readonly kind: MapKind; readonly layer: number }[];
}
export interface HeadsResult {
  readonly heads: readonly (HeadFacts & {
    readonly rows: number;
    readonly columns: number;
    /** `[row][column]` bytes in base64, shares of each map's largest (`map-bytes.ts`). */
    readonly cells: string;
  })[];
}

/** Client → server: the strongest lines of some heads of a layer. Answers `LinesResult`. */
export const linesMethod = 'attentionScope/inspection/lines';
export interface LinesParams {
  readonly inspection: string;
  readonly kind: MapKind;
  readonly layer: number;
  readonly heads: readonly number[];
  readonly reading: MapReading;
  readonly most: number;
  /** Only lines from these rows to these columns of the map as it is read; left out, all of them. */
  readonly rows?: TokenRange;
  readonly columns?: TokenRange;
}
export interface LinesResult {
  /**
   * Each in base64: uint16 queries (rows of the map as it is read), uint16 keys (its columns), uint8 heads, float32 weights; the
   * weakest first. A weight of 0 is no line.
   */
  readonly queries: string;
  readonly keys: string;
  readonly heads: string;
  readonly weights: string;
  /** Lines that are left out, the sum of their weights, and the largest of them. */
  readonly hidden: { readonly lines: number; readonly mass: number; readonly largest: number };
  readonly labels: { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] };
}

/** Client → server: the numbers behind one row of one head. Answers an `Arithmetic`. */
export const arithmeticMethod = 'attentionScope/inspection/arithmetic';
export interface ArithmeticParams {
  readonly inspection: string;
  readonly kind: MapKind;
  readonly layer: number;
  readonly head: number;
  /** Token of the query's axis. */
  readonly query: number;
}
/** Every number as the model had it, in float32. */
export type Arithmetic =
  | {
      readonly score: 'dot-product';
      /** Token of the keys' axis that the first of the keys is. */
      readonly firstKey: number;
      /** `[width]`, `[key][width]` */
      readonly query: readonly number[];
      readonly keys: readonly (readonly number[])[];
      /** q·k, and what it is multiplied by before the softmax. */
      readonly products: readonly number[];
      readonly scale: number;
      /** What is added to each: 0, a bias, or −∞ (`null`) where it may not look. */
      readonly mask: readonly (number | null)[];
      readonly scores: readonly (number | null)[];
      readonly weights: readonly number[];
      /** `[key][width]`, and Σ weight · value. */
      readonly values: readonly (readonly number[])[];
      readonly output: readonly number[];
    }
  | {
      readonly score: 'additive';
      readonly firstKey: number;
      /**
       * W q, `[width]`; U k, `[key][width]`; v, `[width]`: score = v · tanh(W q + U k) (Bahdanau et al. 2014, A.1.2). Without a query,
       * as in a pooling, the tanh is of what is made of a key alone.
       */
      readonly query?: readonly number[];
      readonly keys: readonly (readonly number[])[];
      readonly direction: readonly number[];
      /** `[key][width]` */
      readonly tanh: readonly (readonly number[])[];
      readonly scores: readonly (number | null)[];
      readonly weights: readonly number[];
      readonly values: readonly (readonly number[])[];
      readonly output: readonly number[];
    };

/** Client → server: every word of the source left out in turn. Progress: `InfluenceProgress`. Answers an `Influence`. */
export const influenceMethod = 'attentionScope/inspection/influence';
export interface InfluenceParams extends RunsModel {
  readonly inspection: string;
  /** Whose attention is ranked beside it, summed over queries. */
  readonly choice: MapChoice;
  readonly by: 'delete' | 'mask';
  readonly partialResultToken?: string | number;
}
export interface InfluenceProgress {
  readonly done: number;
  readonly of: number;
}
export interface Influence {
  /** One a word of the source's axis. `change`: how much less of `measure` the same output has without the word. */
  readonly words: readonly { readonly word: number; readonly change: number; readonly attention: number }[];
  /** The log-probability of what was written, or of the class, in nats; of a model that says nothing, the cosine of its vector with that of the whole text. */
  readonly measure: 'log-probability' | 'cosine';
  /** What masking was, in a sentence: read as a token of the vocabulary, or hidden from attention. */
  readonly masked?: string;
  /** Kendall's τ-b between both; `null` where one of them ranks nothing. */
  readonly tau: number | null;
}

/** Client → server: writes what is shown to a file. Answers `ExportResult`. */
export const exportMethod = 'attentionScope/inspection/export';
export const exportFormats = ['svg', 'pdf', 'png', 'html', 'csv', 'json', 'safetensors', 'npy', 'pharaoh'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export interface ExportParams extends ReadMap {
  readonly format: ExportFormat;
  /** Absolute. */
  readonly file: string;
  /** What is drawn, in SVG, PDF and PNG. */
  readonly drawing: 'matrix' | DrawnLines;
  /** What a matrix is drawn on; left out, `auto`. */
  readonly scale?: ChosenScale;
}
/** Lines of heads, from some rows to some columns of the map as it is read; left out, all of them. */
export type DrawnLines = Pick<LinesParams, 'heads' | 'rows' | 'columns'>;
export interface ExportResult {
  readonly bytes: number;
  /** What of it could not be said in this format: letters without a font, say. */
  readonly warnings: readonly string[];
}
