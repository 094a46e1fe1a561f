/** Who looks on while a model runs again, at what its graphs compute around the weights. */
import type { Tensors } from '../engine/session.ts';
import type { ExposedParts } from '../taps/parts/expose.ts';
import type { ExposedNorms } from '../taps/parts/norms.ts';
import type { SteeredLayer } from './steering.ts';

/** Looks at one row of one head. */
export interface RowProbe {
  readonly of: SteeredLayer & { readonly head: number; readonly query: number };
  /** @param places of which one ran @param at where the run has the row */
  look(places: readonly ExposedParts[], tensors: Tensors, at: { readonly query: number; readonly firstKey: number }): void;
}

/** Looks at the norms of every layer's values. */
export interface NormsProbe {
  /** @param name the layer's */
  look(name: string, places: readonly ExposedNorms[], tensors: Tensors, firstKey: number, heads: number): void;
}
