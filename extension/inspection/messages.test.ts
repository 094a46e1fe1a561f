import { describe, expect, it } from 'vitest';
import { plainReading } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { asked } from './inspection.fixture.ts';
import { carriedMessage, parseFromInspector } from './messages.ts';

const choice = { of: 'layers', kind: 'encoder', layers: 'all', by: 'max' } as const;
const map = { inspection: 'a', choice: { of: 'heads', kind: 'cross', layer: 1, heads: [0, 2], by: 'mean' } };
const reading = { ...plainReading, keep: { by: 'mass', mass: 0.9 } };
const most = { rows: 9, columns: 9 };
const range = { first: 1, end: 4 };
const interventions: readonly Intervention[] = [
  { do: 'knock-out', kind: 'cross', layer: 0, heads: 'all' }, { do: 'keep-only', kind: 'encoder', layer: 1, head: 2 },
  { do: 'pin', kind: 'decoder', layer: 0, heads: [1], query: 2, key: 0, weight: 0.5 }, { do: 'row', kind: 'cross', layer: 0, heads: [1], query: 2, weights: [0, 3, 1] },
  { do: 'prefix', text: 'Le' }, { do: 'choose', step: 1, token: 31_000 }, { do: 'replace', start: 0, end: 3, text: '' }, { do: 'mask', start: 4, end: 7 },
];
const ask = (method: string, params: unknown) => ({ type: 'ask', id: 1, method, params });

describe('messages of the inspector', () => {
  it.each<[string, unknown]>([
    ['a question for a run', ask('open', { ...asked, interventions, evenIfLarge: true })],
    ['for one in passing', ask('peek', asked)],
    ['for two texts', ask('open', { ...asked, text: 'the dog\nit sleeps', second: 8 })],
    ['for what is in the history', ask('recall', { inspection: 'a' })],
    ['for another model', ask('another', { inspection: 'a', what: 'model' })],
    ['for a window', ask('map', { map, reading, most, values: 'bytes', rows: range, columns: range })],
    ['for a difference', ask('map', { map, minus: { inspection: 'b', choice }, reading, most, values: 'floats' })],
    ['for heads', ask('heads', { inspection: 'a', reading, side: 32, similarTo: { kind: 'cross', layer: 0, head: 1 }, layers: [{ kind: 'cross', layer: 0 }] })],
    ['for lines', ask('lines', { inspection: 'a', kind: 'cross', layer: 0, heads: [1, 2], reading, most: 5000, rows: range })],
    ['for numbers', ask('arithmetic', { inspection: 'a', kind: 'cross', layer: 0, head: 1, query: 3 })],
    ['for influence', ask('influence', { inspection: 'a', choice: { of: 'rollout', kind: 'encoder', layer: 2 }, by: 'delete' })],
    ['for a file', ask('export', { map, reading, format: 'pdf', drawing: { heads: [0] } })],
    ['for a file of some of the lines', ask('export', { map, reading, format: 'pdf', drawing: { heads: [0], rows: { first: 0, end: 4 }, columns: { first: 2, end: 4 } } })],
    ['what is taken back', { type: 'cancel', id: 3 }],
    ['what is shown', { type: 'shown', shown: { inspection: 'a', choice, reading, pointed: { axis: 0, tokens: range, as: 'key' } } }],
    ['that nothing is', { type: 'shown', shown: undefined }],
    ['numbers', { type: 'feed', numbers: '5 2 9' }],
    ['a pin', { type: 'pin', inspection: 'a', isPinned: true }],
    ['a text', { type: 'copy', text: '[]' }],
    ['a table', { type: 'save-csv', name: 'heads', csv: 'a,b\r\n' }],
    ['a picture', { type: 'save-png', name: 'map', png: Uint8Array.of(1, 2) }],
    ['what to remember', { type: 'remember', memory: { any: 1 } }],
  ])('are taken: %s', (_, message) => expect(parseFromInspector(message)).toEqual(message));

  it.each<[unknown]>([
    [undefined], ['ask'], [[]], [{ type: 'rm' }], [{ type: 'ask', method: 'recall', params: { inspection: 'a' } }], [{ type: 'cancel', id: -1 }],
    [{ type: 'shown', shown: { inspection: 'a' } }], [{ type: 'pin', inspection: 'a' }], [{ type: 'copy', text: 3 }], [{ type: 'save-png', name: 'a', png: [1] }], [{ type: 'save-csv', name: 'a' }],
  ])('are dropped where they are none of ours: %j', message => expect(parseFromInspector(message)).toBeUndefined());

  it.each<[unknown, RegExp]>([
    [ask('rm', {}), /method is "rm"; one of open, peek, recall/],
    [ask('recall', { inspection: 'a'.repeat(101) }), /params\.inspection .* at most 100 characters/],
    [ask('open', { ...asked, interventions: [{ do: 'shout' }] }), /intervention 1, "do": expected one of knock-out, .* found "shout"/],
    [ask('open', { ...asked, interventions: Array.from({ length: 3 }, () => ({ ...interventions[3], weights: new Array(700_000).fill(0) })) }), /at most 2,000,000 weights of all rows together/],
    [ask('map', { map: { ...map, choice: { of: 'heads', kind: 'cross', layer: 0, heads: ['all'], by: 'mean' } }, reading, most }), /heads\[0\] is "all"/],
    [ask('map', { map, reading: { ...reading, keep: { by: 'mass', mass: Number.NaN } }, most }), /mass is NaN/],
  ])('are refused, with what is wrong, where they are questions that cannot be answered', (message, wrong) => {
    expect(parseFromInspector(message)).toMatchObject({ type: 'bad-ask', id: 1, failure: { code: 'bad-argument', message: expect.stringMatching(wrong) } });
  });

  it('are refused where they are numbers that nobody reads', () => {
    expect(parseFromInspector({ type: 'feed', numbers: '1'.repeat(10_001) })).toMatchObject({ type: 'bad-feed', failure: { message: expect.stringContaining('at most 10,000 characters') } });
  });

  it('are carried by those of a page', () => {
    expect(carriedMessage({ type: 'inspect', message: { type: 'cancel', id: 1 } })).toEqual({ type: 'cancel', id: 1 });
    expect([{ type: 'ready' }, { type: 'inspect' }, null].map(carriedMessage)).toEqual([undefined, undefined, undefined]);
  });
});
