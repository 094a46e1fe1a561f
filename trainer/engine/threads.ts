/**
 * How many threads an engine uses unless told otherwise. A decoding step is too small to gain from a second one, which
 * is left to whoever draws the result (docs/benchmarks.md).
 */
export const defaultThreads = 1;
