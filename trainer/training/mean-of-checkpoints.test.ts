import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meanOfCheckpoints } from './mean-of-checkpoints.ts';
import { beginning, saveState } from './resume.ts';
import { TrainingState } from './state.ts';
import { stepName } from './step-name.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mean-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const directory = { checkpointFolder: (step: number): string => join(folder, stepName(step)) };
const specs = [{ name: 'weight', shape: [2], start: { kind: 'zeros' } }] as const;

/** Three checkpoints, of weights 0, 10 and 20 (and twice as much). */
async function threeCheckpoints(): Promise<TrainingState> {
  const state = TrainingState.start(specs, 1, 0);
  for (const [index, step] of [100, 200, 300].entries()) {
    state.parameters[0]?.value.data.set([index * 10, index * 20]);
    await mkdir(directory.checkpointFolder(step), { recursive: true });
    await saveState(directory.checkpointFolder(step), state, { ...beginning, step });
  }
  return state;
}

const valuesOf = (state: TrainingState): number[] => [...(state.parameters[0]?.value.data ?? [])];

test.each([
  ['of all', 10, [100, 200, 300], [10, 20]],
  ['of the newest two', 15, [200, 300], [15, 30]],
] as const)('the mean that is judged best is kept: %s', async (_name, wanted, steps, weights) => {
  const state = await threeCheckpoints();
  const judged: number[] = [];
  const best = await meanOfCheckpoints(directory, [100, 200, 300], state, async () => {
    judged.push(valuesOf(state)[0] ?? NaN);
    return Math.abs((valuesOf(state)[0] ?? NaN) - wanted);
  });
  expect(judged).toEqual([15, 10]);
  expect(best).toEqual(steps);
  expect(valuesOf(state)).toEqual(weights);
});

test('where no mean gives a number, none is chosen', async () => {
  expect(await meanOfCheckpoints(directory, [100, 200, 300], await threeCheckpoints(), async () => NaN)).toEqual([]);
});
