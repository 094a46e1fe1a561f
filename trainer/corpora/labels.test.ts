import { expect, it } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import { collect, refusal } from './files.fixture.ts';
import { checkLabels, labelsOf } from './labels.ts';

const counted = (...labels: string[]): Map<string, number> => new Map(labels.map((label, at) => [label, at + 1]));

it('classes are in the order of their numbers, or of their names', () => {
  expect(labelsOf(counted('10', '9', '-1'), 'a.tsv')).toEqual(['-1', '9', '10']);
  expect(labelsOf(counted('pos', 'neg', '1'), 'a.tsv')).toEqual(['1', 'neg', 'pos']);
});

it('one class is not enough, and ten thousand are the most', () => {
  const message = (...labels: string[]): string => {
    try {
      return labelsOf(counted(...labels), 'a.tsv').join();
    } catch (thrown) {
      return Failure.from(thrown).message;
    }
  };
  expect(message('pos')).toBe('a.tsv: 1 example of one class, "pos", found; at least two classes are expected.');
  expect(message(...Array.from({ length: 10_001 }, (_, index) => `${index}`))).toBe('a.tsv: 10,001 classes found; at most 10,000 are expected.');
  expect(message()).toBe('a.tsv: no examples found; at least two classes are expected.');
});

it('a class that training has not is refused, with those that it has', async () => {
  async function* examples(): AsyncGenerator<{ label: string; line: number }> {
    yield { label: 'a', line: 1 };
    yield { label: 'c', line: 2 };
  }
  const place = ({ line }: { line: number }): string => `valid.tsv, line ${line}`;
  expect(await collect(checkLabels(examples(), ['a', 'c'], place))).toHaveLength(2);
  expect(await refusal(checkLabels(examples(), ['a', 'b'], place)))
    .toBe('valid.tsv, line 2: the label "c" found, which does not occur in the training data; expected "a", "b".');
});
