import { availableParallelism } from 'node:os';

/** How many threads an engine uses unless told otherwise: more than two gain little on one sentence. */
export const defaultThreads: number = Math.min(2, availableParallelism());
