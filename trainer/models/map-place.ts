/** A map that a checkpoint's graphs give: its place in the architecture, and the output it is read from. */
export interface MapPlace {
  readonly kind: 'cross' | 'encoder' | 'decoder';
  readonly layer: number;
  readonly head: number;
  /** `[beam, keys]`, `[beam, heads, keys]` of a step or `[1, heads, queries, keys]` of a whole sequence. */
  readonly output: string;
}
