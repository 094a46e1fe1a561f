import type { CheckpointSummary } from '../../../protocol/checkpoint.ts';

/** What a model can be run on here, as the button says it; a graph that reads no text is fed with numbers. */
export function attended({ tasks, taps, inputs, isTrace }: CheckpointSummary): 'Text' | 'Numbers' | undefined {
  if (isTrace) return undefined;
  if (tasks.includes('attention')) return 'Text';
  return tasks.length === 0 && taps.length > 0 && inputs.length > 0 ? 'Numbers' : undefined;
}
