import { expect, test } from 'vitest';
import { mostInterventions } from '../../protocol/intervention.ts';
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
  ['{}', /^list\.json is no list of interventions: the file: .*expected array.*\(found \{\}\)/],
  ['[{"do": "knock-out", "kind": "encoder", "layer": 0}]', /intervention 1, "heads": /],
  ['[{"do": "prefix", "text": "a"}, {"do": "pin", "kind": "encoder", "layer": 0, "heads": "all", "query": 0, "key": 1, "weight": 2}]', /intervention 2, "weight": .*<=1 \(found 2\)/],
  ['[{"do": "knock-out", "kind": "encoder", "layer": 0, "heads": []}]', /intervention 1, "heads": one head at least was expected/],
  ['[{"do": "knock-out", "kind": "encoder", "layer": 0, "heads": [1, 1]}]', /intervention 1, "heads": .*each of them once/],
  ['[{"do": "row", "kind": "encoder", "layer": 0, "heads": "all", "query": 0, "weights": [1e308, 1e308]}]', /intervention 1, "weights.0": too big/],
  ['[{"do": "forget"}]', /intervention 1, "do": .*'knock-out' \| 'keep-only'/],
  [JSON.stringify(Array.from({ length: mostInterventions + 1 }, () => ({ do: 'prefix', text: '' }))), /the file: too big: .*200/],
])('%s is told', (text, message) => {
  expect(() => parseInterventions(text, 'list.json')).toThrow(message);
});

test('more weights than any map has are counted, not looked at', () => {
  const row = { do: 'row', kind: 'encoder', layer: 0, heads: 'all', query: 0, weights: new Array<string>(700_000).fill('none') };
  expect(() => parseInterventions(JSON.stringify([row, row, row]), 'list.json')).toThrow(/: the file: at most 2,000,000 weights of all rows together were expected/);
});
