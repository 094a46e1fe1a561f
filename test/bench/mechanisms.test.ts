/** That what is summed up of a race is summed up rightly. */
import { expect, test } from 'vitest';
import { mechanisms } from './mechanism-list.ts';
import { chosen, measurementsOf, summaryOf } from './mechanisms.ts';

const shape = { batch: 3, source: 6, target: 5 };
const raced = (name: string, time: number) => ({ name, parameters: 8e6, times: [time], peakMegabytes: 1, loadMilliseconds: 1 });

test('each rival gets the geometric mean of its ratios, and what is slower is named', () => {
  const race = (name: string, ours: number, theirs: number) => measurementsOf({ name, shape }, [raced('ours', ours), raced('PyTorch', theirs)]);
  const measured = [...race('additive', 1, 2), ...race('dot', 4, 2)];
  expect(measured.map(({ name }) => name)).toEqual(['step, additive, 8.0 M parameters, batch 3', 'step, dot, 8.0 M parameters, batch 3']);
  expect(summaryOf(measured)).toEqual(['  Of PyTorch: 1.000, the geometric mean of 2 ratios; above 1: dot (2.00).']);
  expect(summaryOf(race('additive', 1, 2))).toEqual(['  Of PyTorch: 0.500, the geometric mean of 1 ratios; above 1: none.']);
  expect(summaryOf(measurementsOf({ name: 'dot', shape }, [raced('ours', 1)]))).toEqual([]);
});

test('a mechanism that there is not is refused', () => {
  expect(chosen(mechanisms, { only: ['dot', 'additive'] }).map(({ name }) => name)).toEqual(['additive', 'dot']);
  expect(() => chosen(mechanisms, { only: ['adition'] })).toThrow(/there is no adition; there are none, additive/);
});
