import { expect, test } from 'vitest';
import { LatestModel } from './latest-model.ts';

const page = { inspection: 'i1', model: 'MiniLM' };

test('what is looked at is told, until a model is chosen', () => {
  const latest = new LatestModel();
  expect(latest.inspected(undefined, undefined)).toBeUndefined();
  expect(latest.inspected('en-fr', page)).toBe('MiniLM');
  expect(latest.inspected('mine', page)).toBeUndefined();
  expect(latest.inspected('mine', page)).toBeUndefined();
});

test('what is looked at next is told again', () => {
  const latest = new LatestModel();
  latest.inspected('en-fr', page);
  latest.inspected('mine', page);
  expect(latest.inspected('mine', { ...page, inspection: 'i2' })).toBe('MiniLM');
  expect(latest.inspected('mine', page)).toBe('MiniLM');
});
