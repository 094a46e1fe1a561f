/** What the process that reads damaged files and the one that watches it say to each other. */

/** Watcher → reader: these cases of a subject. */
export interface Order {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

/** A case that did not end as it should. */
export interface Bug {
  readonly case: number;
  readonly what: string;
}

/** Reader → watcher, once ready, and after each order. */
export type Word =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      /** How many were read in spite of the damage, and how many were refused. */
      readonly read: number;
      readonly refused: number;
      readonly bugs: readonly Bug[];
      /** Of the processor, for all of them. */
      readonly milliseconds: number;
      /** The processor's time that the slowest case took, in milliseconds. */
      readonly slowest: { readonly case: number; readonly milliseconds: number };
    };

/** By how many bytes the memory may grow. */
export const mostMemory = 512 << 20;
/** Milliseconds that a case may take. */
export const mostTime = 2000;
