import { expect, test } from 'vitest';
import { costsOf, costTable } from './profile-costs.ts';

const node = (operator: string, dur: number) => ({ cat: 'Node', name: `${operator}_1_kernel_time`, dur, args: { op_name: operator } });
/** Two runs. */
const profile = [
  { cat: 'Session', name: 'model_loading_array', dur: 1_000_000 },
  ...[1, 2].flatMap(() => [node('MatMul', 6_000), node('MatMul', 1_000), node('Add', 2_000), { cat: 'Session', name: 'model_run', dur: 10_000, args: {} }]),
  { cat: 'Node', name: 'MatMul_1_fence_before', dur: 500, args: { op_name: 'MatMul' } },
];

test('operators are summed up by kind, the costliest first, as shares of a run', () => {
  const costs = costsOf(profile, 2);
  expect(costs).toEqual({ operators: [{ operator: 'MatMul', count: 2, time: 7 }, { operator: 'Add', count: 1, time: 2 }], run: 10 });
  expect(costTable(costs, 1).map(line => line.trim().split(/ {2,}/))).toEqual([
    ['MatMul', '2', '7.0 ms', '70.0 %'],
    ['all 2 kinds', '3', '9.0 ms', '90.0 %'],
    ['between operators', '1.0 ms', '10.0 %'],
  ]);
});
