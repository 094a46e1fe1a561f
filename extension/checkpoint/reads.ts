import type { CheckpointSummary } from '../../protocol/checkpoint.ts';

/** What a model is given: a text, or two as a pair; or numbers, where it has no tokenizer. */
export type Reads = 'text' | 'pair' | 'numbers';

/** @param summary `undefined` where nothing is known of the model */
export function readsOf(summary: Pick<CheckpointSummary, 'readsPairs' | 'tasks'> | undefined): Reads {
  if (summary?.readsPairs === true) return 'pair';
  return summary?.tasks.includes('attention') === false ? 'numbers' : 'text';
}
