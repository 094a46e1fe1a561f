import { expect, test } from 'vitest';
import { parseInterventions } from './parse.ts';

test('every intervention, as the panel copies it', () => {
  const list = [
    { do: 'knock-out', kind: 'encoder', layer: 0, heads: [3] }, { do: 'keep-only', kind: 'cross', layer: 2, head: 1 },
    { do: 'pin', kind: 'decoder', layer: 1, heads: 'all', query: 4, key: 2, weight: 0.5 }, { do: 'row', kind: 'pooling', layer: 0, heads: 'all', query: 0, weights: [1, 0, 3] },
    { do: 'prefix', text: 'Once' }, { do: 'choose', step: 3, token: 70 }, { do: 'replace', start: 0, end: 3, text: '' }, { do: 'mask', start: 4, end: 9 },
  ];
  expect(parseInterventions(JSON.stringify(list), 'list.json')).toEqual(list);
  expect(parseInterventions(`\uFEFF${JSON.stringify(list)}`, 'of an editor that marks its files.json')).toEqual(list);
});

test.each<[string, RegExp]>([
  ['[{', /^list\.json is not JSON: /],
  ['{}', /^list\.json is no list of interventions: expected a list .*found an object\.$/],
  ['[{"do": "prefix", "text": "a"}, {"do": "choose", "step": -1, "token": 2}]', /: intervention 2, "step": expected .*, found -1\.$/],
])('%s is told', (text, message) => {
  expect(() => parseInterventions(text, 'list.json')).toThrow(message);
});
