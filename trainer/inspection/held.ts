/**
 * What one pass of a model leaves behind to be looked at: its maps, whole, in the engine's own process. Reading
 * (`reading/`), arithmetic (`arithmetic/`) and steering build on these types alone.
 */
import type { HeadsParams, HeadsResult, Inspection, LinesParams, LinesResult, MapChoice, MapParams, MapWindow } from '../../protocol/inspection.ts';
import type { MapKind, TokenRange } from '../../protocol/trace.ts';
import type { OutputStates } from '../foreign/output-states.ts';

/** Weights as they are, or in 255 steps of a byte (`taps/byte-steps.ts`), off by at most 1/510. */
export type HeldWeights = Float32Array | Uint8Array;

/** A part of a layer's maps outside of which they are zero: a sentence, which is read by itself. */
export interface HeldBlock {
  /** Tokens of the queries' axis, and of the keys'. */
  readonly rows: TokenRange;
  readonly columns: TokenRange;
  /** `[head][row][column]` of this block. */
  readonly weights: HeldWeights;
}

/** Every head of one layer. */
export interface HeldLayer {
  readonly kind: MapKind;
  readonly layer: number;
  readonly heads: number;
  /** Indices into the inspection's axes. */
  readonly queries: number;
  readonly keys: number;
  /** The size of its maps: tokens of either axis. */
  readonly rows: number;
  readonly columns: number;
  /** In order, none overlapping another; mostly one, the whole map. */
  readonly blocks: readonly HeldBlock[];
  /**
   * Of what is written step by step, by head: row `t` of a sentence is what the model looked at in its step `t` (0), or in
   * the step after (1): there it reads the token that it wrote. The last row is of the last step, whatever the head.
   */
  readonly shifts: readonly (0 | 1)[];
  /** Whether the numbers behind its weights can be told; left out, they cannot. */
  readonly hasArithmetic?: boolean;
  /** Norms of the values that the weights weigh, `[head][key]`, where they are known. */
  readonly values?: Float32Array;
}

export interface HeldPass {
  readonly inspection: Inspection;
  /** As `inspection.layers` has them, one for one. */
  readonly layers: readonly HeldLayer[];
  /** Of what only reads: what came out. */
  readonly states?: OutputStates | undefined;
  /** Where the model is that it is of. */
  readonly folder: string;
  /** The bytes of the image that was given. */
  readonly image?: Uint8Array | undefined;
}

/** A map of a pass that is held. */
export interface HeldMap {
  readonly pass: HeldPass;
  readonly choice: MapChoice;
}

/** Answers as the protocol has them, their numbers not in base64 yet: that is for the server's border. */
export interface MapArrays extends Omit<MapWindow, 'cells'> {
  readonly cells: Uint8Array | Float32Array;
}
export interface HeadArrays {
  readonly heads: readonly (Omit<HeadsResult['heads'][number], 'cells'> & { readonly cells: Uint8Array })[];
}
export interface LineArrays extends Omit<LinesResult, 'queries' | 'keys' | 'heads' | 'weights'> {
  readonly queries: Uint16Array;
  readonly keys: Uint16Array;
  readonly heads: Uint8Array;
  readonly weights: Float32Array;
}

/** How maps are read: what `reading/index.ts` exports, by these names. All of them can be stopped on their way. */
export interface MapReader {
  /** @throws Failure `bad-argument` where there is no such map, or the two share no row or no column */
  readonly readMap: (map: HeldMap, minus: HeldMap | undefined, params: Omit<MapParams, 'map' | 'minus'>, signal: AbortSignal) => Promise<MapArrays>;
  /** @throws Failure `bad-argument` where there is no such layer or head */
  readonly readHeads: (pass: HeldPass, params: Omit<HeadsParams, 'inspection'>, signal: AbortSignal) => Promise<HeadArrays>;
  /** @throws Failure `bad-argument` where there is no such layer or head */
  readonly readLines: (pass: HeldPass, params: Omit<LinesParams, 'inspection'>, signal: AbortSignal) => Promise<LineArrays>;
}
