/**
 * How many threads an engine uses unless told otherwise. A decoding step is too small to share: with two threads the
 * median is slower than with one, and whoever else needs a processor makes it slower still (docs/benchmarks.md).
 */
export const defaultThreads = 1;
