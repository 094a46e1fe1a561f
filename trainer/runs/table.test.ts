import { expect, test } from 'vitest';
import { Random } from '../training/random.ts';
import { SeriesStore } from './series.ts';
import { put, Table } from './table.ts';

const moment = (step: number, attempt = 1): { step: number; attempt: number; time: number } => ({ step, attempt, time: step * 1000 + attempt });

test('values come back in the order of their steps, those that are no finite numbers as NaN', () => {
  const store = new SeriesStore();
  store.add('train', moment(1), [['loss', 3], ['rate', 0.1]]);
  store.add('train', moment(2), [['loss', Number.POSITIVE_INFINITY]]);
  store.add('train', moment(5), [['loss', 1], ['rate', 0.3]]);
  expect(store.metrics()).toEqual(['loss', 'rate']);
  expect(store.curve('loss')).toEqual({ steps: Float64Array.of(1, 2, 5), values: Float64Array.of(3, Number.NaN, 1), times: Float64Array.of(1001, 2001, 5001) });
  expect(store.curve('rate')).toEqual({ steps: Float64Array.of(1, 5), values: Float64Array.of(0.1, 0.3), times: Float64Array.of(1001, 5001) });
  expect(store.curve('bleu')).toBeUndefined();
});

test('what one attempt tells of a step in two rows is one row', () => {
  const store = new SeriesStore();
  store.add('log', moment(10), [['loss', 3]]);
  store.add('log', moment(10), [['eval_loss', 4]]);
  store.add('log', moment(10), [['loss', 2]]);
  expect(store.curve('loss')?.values).toEqual(Float64Array.of(2));
  expect(store.curve('eval_loss')?.values).toEqual(Float64Array.of(4));
});

test('a higher attempt of a step replaces all that a lower one told of it', () => {
  const store = new SeriesStore();
  for (const step of [1, 2, 3, 4]) store.add('train', moment(step), [['loss', step], ['norm', step]]);
  for (const step of [3, 5]) store.add('train', moment(step, 2), [['loss', 10 * step]]);
  expect(store.curve('loss')).toMatchObject({ steps: Float64Array.of(1, 2, 3, 4, 5), values: Float64Array.of(1, 2, 30, 4, 50) });
  expect(store.curve('norm')?.steps).toEqual(Float64Array.of(1, 2, 4));
});

test('however rows come and whenever they are settled, they are what a plain reading makes of them', () => {
  const random = new Random(1, 'table');
  for (let round = 0; round < 60; round++) {
    const several = round % 2 === 1;
    const table = new Table(several);
    const rows: { step: number; attempt: number; value: number }[] = [];
    for (let row = 0; row < 60; row++) {
      const [step, attempt] = [random.below(20), 1 + random.below(3)];
      put(table.column('value'), table.add(moment(step, attempt)), row);
      rows.push({ step, attempt, value: row });
      if (random.below(7) === 0) table.settle();
    }
    const highest = rows.filter(one => rows.every(other => other.step !== one.step || other.attempt <= one.attempt)).toSorted((a, b) => a.step - b.step || a.value - b.value);
    const expected = several ? highest : highest.filter((one, index) => highest[index + 1]?.step !== one.step);
    expect(Array.from(table.settle().columns.get('value')?.view() ?? [])).toEqual(expected.map(({ value }) => value));
    expect(Array.from(table.steps.view())).toEqual(expected.map(({ step }) => step));
  }
});
