import { expect, test } from 'vitest';
import { plainReading } from '../../protocol/inspection.ts';
import { readChoice, readHeads, readReading } from './map-argument.ts';

test.each([
  ['cross:1:2', { of: 'heads', kind: 'cross', layer: 1, heads: [2], by: 'mean' }],
  ['encoder:0', { of: 'heads', kind: 'encoder', layer: 0, heads: 'all', by: 'mean' }],
  ['encoder:0:max', { of: 'heads', kind: 'encoder', layer: 0, heads: 'all', by: 'max' }],
  ['decoder:3:rollout', { of: 'rollout', kind: 'decoder', layer: 3 }],
])('--map %s', (text, choice) => expect(readChoice(text)).toEqual(choice));

test.each(['all', 'cross', 'crosses:1', 'cross:1:most', 'cross:-1'])('--map %s is no map', text => {
  expect(() => readChoice(text)).toThrow(/KIND:LAYER:HEAD/);
});

test('how it is read, in any order', () => {
  expect(readReading('top=5,words,no-special,by-row,value-weighted')).toEqual({ valueWeighted: true, hideSpecial: true, unit: 'words', normalise: 'row', keep: { by: 'top', count: 5 } });
  expect(readReading('mass=0.9').keep).toEqual({ by: 'mass', mass: 0.9 });
  expect(readReading('least=0.05')).toEqual({ ...plainReading, keep: { by: 'weight', least: 0.05 } });
});

test.each(['', 'word', 'top=0.5', 'mass=2', 'top=', 'words,,by-row'])('--reading "%s" is refused', text => {
  expect(() => readReading(text)).toThrow(/--reading has/);
});

test('heads, each once', () => {
  expect([readHeads('all'), readHeads('0,12,0,00')]).toEqual(['all', [0, 12]]);
  expect(() => readHeads('0,')).toThrow(/--lines is "0,"/);
});
