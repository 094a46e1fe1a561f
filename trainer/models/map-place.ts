/** A map that a checkpoint's graphs give: its place in the architecture, and the output it is read from. */
export interface MapPlace {
  readonly kind: 'cross' | 'encoder' | 'decoder';
  readonly layer: number;
  readonly head: number;
  /** `[beam, keys]`, `[beam, heads, keys]` of a step or `[1, heads, queries, keys]` of a whole sequence. */
  readonly output: string;
  /** Of cross-attention: 1 where a token is looked for by the step that reads it, 0 (usual) by the one that writes it. */
  readonly shift?: 0 | 1 | undefined;
}
