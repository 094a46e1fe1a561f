/** What views ask the worker for. They know nothing of messages: tests answer with what they make up. */
import type {
  Arithmetic, ArithmeticParams, HeadFacts, HeadsParams, Influence, InfluenceParams, InfluenceProgress, LinesParams, LinesResult, MapParams, MapWindow,
} from '../../protocol/inspection.ts';

/** A `MapWindow` whose cells are numbers. */
export type InspectedMap = Omit<MapWindow, 'cells' | 'values'> & (
  | { readonly values: 'bytes'; readonly cells: Uint8Array }
  | { readonly values: 'floats'; readonly cells: Float32Array }
);

/** One head in little: `[row][column]`, shares of its largest (`map-bytes.ts`). */
export interface HeadInLittle extends HeadFacts {
  readonly rows: number;
  readonly columns: number;
  readonly cells: Uint8Array;
}

/** Lines, the weakest first: the nth leads from row `queries[n]` to column `keys[n]`. */
export interface HeadLines extends Pick<LinesResult, 'hidden' | 'labels'> {
  readonly queries: Uint16Array;
  readonly keys: Uint16Array;
  readonly heads: Uint8Array;
  readonly weights: Float32Array;
}

/** Each rejects with a `Failure`; once aborted, with an `AbortError`. */
export interface Inspector {
  map(params: MapParams, signal: AbortSignal): Promise<InspectedMap>;
  heads(params: HeadsParams, signal: AbortSignal): Promise<readonly HeadInLittle[]>;
  lines(params: LinesParams, signal: AbortSignal): Promise<HeadLines>;
  arithmetic(params: ArithmeticParams, signal: AbortSignal): Promise<Arithmetic>;
  influence(
    params: Omit<InfluenceParams, 'partialResultToken'>, signal: AbortSignal, progress: (at: InfluenceProgress) => void,
  ): Promise<Influence>;
}
