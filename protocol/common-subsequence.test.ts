import { expect, test } from 'vitest';
import { alongside, inPlace } from './common-subsequence.ts';

const drawn = (one: string, other: string): string => alongside([...one], [...other]).map(place => `${place.one === undefined ? '-' : one[place.one]}${place.other === undefined ? '-' : other[place.other]}`).join(' ');

test('what both have stands together, what only one has by itself, in the order of both', () => {
  expect(drawn('abcd', 'axcd')).toBe('aa b- -x cc dd');
  expect(drawn('abc', 'abc')).toBe('aa bb cc');
  expect(drawn('xaby', 'abz')).toBe('x- aa bb y- -z');
  expect(drawn('', 'ab')).toBe('-a -b');
});

test('it is as long as it can be: every place of either is there once', () => {
  const [one, other] = ['the cat sat on the mat', 'a cat sits on that mat'];
  const places = alongside([...one], [...other]);
  expect(places.flatMap(({ one: at }) => at ?? [])).toEqual([...one].map((_, at) => at));
  expect(places.flatMap(({ other: at }) => at ?? [])).toEqual([...other].map((_, at) => at));
  // “ cat s”, “t”, “ on th”, “ mat”
  expect(places.filter(place => place.one !== undefined && place.other !== undefined)).toHaveLength(17);
});

test('texts too long to be compared letter by letter share what they begin and end with', () => {
  const long = (middle: string): string[] => ['a', ...Array.from({ length: 3_000 }, (_, at) => `${middle}${at}`), 'z'];
  const places = alongside(long('x'), long('y'));
  expect(places).toHaveLength(6_002);
  expect([places[0], places.at(-1)]).toEqual([{ one: 0, other: 0 }, { one: 3_001, other: 3_001 }]);
});

test('what replaces as many others stands in their place', () => {
  const replaced = (one: string, other: string): string => inPlace(alongside([...one], [...other])).map(({ one: left, other: right }) => `${left === undefined ? '-' : one[left]}${right === undefined ? '-' : other[right]}`).join(' ');
  expect([replaced('abc', 'axc'), replaced('abc', 'axyc'), replaced('ab', 'xy')]).toEqual(['aa bx cc', 'aa b- -x -y cc', 'ax by']);
});
