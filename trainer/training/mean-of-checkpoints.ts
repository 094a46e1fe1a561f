/** The mean of the weights of several checkpoints, which is often better than any of them (Vaswani et al. 2017, section 6.1). */
import { join } from 'node:path';
import { readSafetensors } from '../checkpoints/safetensors.ts';
import { type RunDirectory, stateFile } from './run-directory.ts';
import type { TrainingState } from './state.ts';

/**
 * Leaves in `state` the mean of the newest two, three … checkpoints that is judged best.
 * @param steps of the checkpoints, in order
 * @param judge looks at the weights in the state; smaller is better
 * @returns the steps that the mean is of: none where no mean is judged by a finite number, and the state is of no use then
 */
export async function meanOfCheckpoints(
  directory: Pick<RunDirectory, 'checkpointFolder'>,
  steps: readonly number[],
  state: TrainingState,
  judge: () => Promise<number>,
): Promise<number[]> {
  const sums = state.parameters.map(({ value }) => new Float64Array(value.data.length));
  const read = state.parameters.map(({ value }) => new Float32Array(value.data.length));
  const places = new Map<string, Float32Array | undefined>(state.parameters.map(({ spec }, index) => [`value.${spec.name}`, read[index]] as const));
  let best = { judged: Infinity, size: 0 };
  const newestFirst = steps.toReversed();
  const fill = (size: number): void =>
    state.parameters.forEach(({ value }, index) => {
      const sum = sums[index];
      if (sum !== undefined) for (let at = 0; at < sum.length; at++) value.data[at] = (sum[at] ?? 0) / size;
    });
  const add = async (step: number, sign: 1 | -1): Promise<void> => {
    await readSafetensors(join(directory.checkpointFolder(step), stateFile), name => places.get(name));
    sums.forEach((sum, index) => {
      const values = read[index];
      if (values !== undefined) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + sign * (values[at] ?? 0);
    });
  };
  for (const [index, step] of newestFirst.entries()) {
    await add(step, 1);
    if (index === 0) continue;
    fill(index + 1);
    const judged = await judge();
    if (judged < best.judged) best = { judged, size: index + 1 };
  }
  if (best.size === 0) return [];
  for (const step of newestFirst.slice(best.size).toReversed()) await add(step, -1);
  fill(best.size);
  return newestFirst.slice(0, best.size).toReversed();
}
