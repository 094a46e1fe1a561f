import { describe, expect, it } from 'vitest';
import type { CheckpointComparison, CheckpointSummary, TensorStatistics, TextAttention } from '../../protocol/checkpoint.ts';
import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { attended } from './attention/attended.ts';
import { AttentionView, headChoices, layerChoices, mapOf, tapsByKind } from './attention/view.ts';
import { comparisonRows, comparisonSentence } from './comparison/rows.ts';
import { relativeText, shapeText, valueText } from './format.ts';
import { fresh, recall, stored } from './remembered.ts';
import { rangeInSight, topToReveal } from './row-window.ts';
import { initialState, reduce, withoutMeasurement, type CheckpointState } from './state.ts';
import { toggled } from './tensors/rows.ts';

const told = (...messages: readonly ToCheckpointPage[]): CheckpointState => messages.reduce(reduce, initialState);
const summary = { path: '/a.onnx' } as unknown as CheckpointSummary;
const comparison: CheckpointComparison = { changed: [], equal: 3, added: [], missing: [], incomparable: [] };
const statistics = { elements: 3 } as unknown as TensorStatistics;
const failure = { code: 'broken-model', message: 'It ends early.', hint: 'Copy it anew.' } as const;
const cancelled = { code: 'cancelled', message: '', hint: '' } as const;

describe('numbers and shapes', () => {
  it('are told to the digits that matter', () => {
    expect([0, 1, -0.0123456, 1234567.8, 0.0000123, -3e-12, 123456789, 1e7].map(valueText)).toEqual([
      '0', '1', '−0.01235', '1235000', '1.23e−5', '−3e−12', '1.235e8', '1e7',
    ]);
    expect([[], [768], ['batch', 'sequence', 768]].map(shapeText)).toEqual(['scalar', '768', 'batch × sequence × 768']);
    expect([0, 0.0321, 1, 4.1e-6, 3e-12, null].map(relativeText)).toEqual(['0 %', '3.2 %', '100 %', '0.00041 %', '3e−10 %', '∞']);
  });
});

describe('what a checkpoint can be run on', () => {
  const of = (more: object) => attended({ tasks: [], taps: [{}], inputs: [{}], isTrace: false, ...more } as unknown as CheckpointSummary);

  it('is a text, or numbers where it reads no text, or nothing', () => {
    expect([of({ tasks: ['translation', 'attention'] }), of({}), of({ taps: [] }), of({ inputs: [] }), of({ tasks: ['image-classification'] }), of({ tasks: ['attention'], isTrace: true })])
      .toEqual(['Text', 'Numbers', undefined, undefined, undefined, undefined]);
  });
});

describe('what the page knows', () => {
  it('of one reading is forgotten with the next', () => {
    const state = told(
      { type: 'reading', name: 'a.onnx' }, { type: 'read', summary }, { type: 'measured', tensor: 'w', statistics },
      { type: 'compared', other: 'b', comparison }, { type: 'changed' },
    );
    expect([state.stage.kind, state.hasChanged, state.measurements.size, state.comparing?.kind]).toEqual(['read', true, 1, 'done']);
    expect(reduce(state, { type: 'reading', name: 'a.onnx' })).toEqual({ ...initialState, name: 'a.onnx' });
  });

  it('a measurement, or why there is none, until it is asked for anew', () => {
    const state = told({ type: 'unmeasurable', tensor: 'w', failure });
    expect(state.measurements.get('w')).toEqual({ kind: 'failed', failure });
    expect(withoutMeasurement(state, 'w').measurements.size).toBe(0);
  });

  it('a comparison that is cancelled leaves the one before it', () => {
    const running = told({ type: 'compared', other: 'b', comparison }, { type: 'comparing', other: 'c', progress: undefined }, { type: 'comparing', other: 'c', progress: { read: 1, of: 2 } });
    expect(running.comparing).toMatchObject({ kind: 'running', other: 'c', progress: { read: 1, of: 2 } });
    expect(reduce(running, { type: 'incomparable', other: 'c', failure: cancelled }).comparing).toMatchObject({ kind: 'done', other: 'b' });
    expect(reduce(running, { type: 'incomparable', other: 'c', failure }).comparing).toMatchObject({ kind: 'failed', other: 'c' });
    expect(told({ type: 'comparing', other: 'c', progress: undefined }, { type: 'incomparable', other: 'c', failure: cancelled }).comparing).toBeUndefined();
  });

  it('an attention stays until the next one comes, whatever goes wrong on the way', () => {
    const attention = { model: 'm' } as unknown as TextAttention;
    const again = told({ type: 'attended', attention }, { type: 'attending' });
    expect(again.attending).toEqual({ isRunning: true, shown: attention, failure: undefined });
    expect(reduce(again, { type: 'unattended', failure }).attending).toEqual({ isRunning: false, shown: attention, failure });
    expect(reduce(again, { type: 'unattended', failure: cancelled }).attending).toEqual({ isRunning: false, shown: attention, failure: undefined });
  });
});

describe('a comparison in rows', () => {
  const one = { name: 'a.w', largest: 0.5, mean: 0.1, relative: 0.2 };
  const tensor = { name: 'c', dtype: 'float32', shape: [2], bytes: 8 };

  it('is in parts, each under its heading, with bars by the largest difference', () => {
    const rows = comparisonRows({ ...comparison, changed: [{ ...one, relative: null }, { ...one, relative: 0.4 }, one], added: [tensor], incomparable: [{ name: 'd', why: 'shapes' }] }, 'here', 'there');
    expect(rows.map(row => (row.kind === 'heading' ? `${row.title} ${row.count}` : row.kind === 'changed' ? row.share : row.kind))).toEqual([
      'Changed 3', 1, 1, 0.5, 'Only in there 1', 'only', 'Not comparable 1', 'incomparable',
    ]);
  });

  it('is told in a sentence', () => {
    expect(comparisonSentence(comparison)).toBe('3 tensors are equal to the last bit, none differs.');
    expect(comparisonSentence({ ...comparison, changed: [one], missing: [tensor] })).toBe('1 tensor differs, 3 are equal. 1 has no counterpart to be compared with.');
    expect(comparisonSentence({ ...comparison, equal: 0 })).toBe('No tensor can be compared.');
  });
});

describe('an attention over a text', () => {
  const side = { text: 'ab c', tokens: [{ text: 'a', start: 0, end: 1 }, { text: 'b', start: 1, end: 2 }, { text: 'c', start: 3, end: 4 }], words: [{ start: 0, end: 2 }, { start: 3, end: 4 }] };
  const attention: TextAttention = {
    model: 'm', source: side, map: { kind: 'encoder', layer: 0, head: 'mean' }, layers: [{ kind: 'encoder', layer: 0, heads: 2 }],
    queries: 'source', keys: 'source', weights: [0.1, 0.2, 0.1, 0.3, 0, 0.1, 0.05, 0.05, 0.2], warnings: [],
  };

  it('is a map of words or tokens, the largest weight at full strength', () => {
    const view = new AttentionView(attention);
    expect(view.isSelf).toBe(true);
    const words = view.map('words');
    expect(words.weights.map(row => Array.from(row, weight => Number(weight.toFixed(2))))).toEqual([[0.3, 0.1], [0.1, 0.2]]);
    expect(words.full).toBeCloseTo(0.3);
    expect(view.map('tokens').weights).toHaveLength(3);
    expect(view.wordOf('tokens', 'query', 1)).toBe(0);
  });

  it('lights the words that a word looks at, and those that look at it', () => {
    const view = new AttentionView(attention);
    expect(view.levels('key', { axis: 'query', word: 1 })).toEqual([6, 10]);
    expect(view.levels('query', { axis: 'key', word: 0 })).toEqual([10, 5]);
    expect(view.levels('key', undefined)).toEqual([]);
  });

  it('has layers and heads to choose among', () => {
    expect(layerChoices([...attention.layers, { kind: 'cross', layer: 1, heads: 1 }]).map(({ name }) => name)).toEqual(['Encoder, over the whole text: layer 1', 'Decoder, over the source: layer 2']);
    expect(headChoices({ heads: 2 }).map(({ key }) => key)).toEqual(['mean', '0', '1']);
    expect(headChoices({ heads: 1 }).map(({ key }) => key)).toEqual(['0']);
    expect([mapOf({ kind: 'cross', layer: 1, heads: 2 }, 5).head, mapOf({ kind: 'cross', layer: 1, heads: 8 }, 5).head, mapOf({ kind: 'cross', layer: 1, heads: 1 }, 'mean').head]).toEqual(['mean', 5, 0]);
    const tap = (kind: 'cross' | 'decoder', layer: number) => ({ name: '', kind, layer, heads: 1, operator: 'Softmax' });
    expect(tapsByKind([tap('cross', 1), tap('decoder', 0), tap('cross', 0)]).map(({ kind, taps }) => [kind, ...taps.map(({ layer }) => layer)])).toEqual([['decoder', 0], ['cross', 0, 1]]);
  });
});

describe('how the user left the page', () => {
  it('comes back as it was stored, through JSON', () => {
    const left = { ...fresh, tab: 'comparison', filter: 'w', sort: 'size', folding: toggled(fresh.folding, 'group a.'), chosen: 'tensor a.w', unit: 'tokens' } as const;
    expect(recall(JSON.parse(JSON.stringify(stored(left))))).toEqual(left);
  });

  it('is fresh where something else was stored', () => {
    expect(recall(undefined)).toEqual(fresh);
    expect(recall({ tab: 'x', filter: 3, sort: 1, folding: { rule: 'most', exceptions: {} }, chosen: 1, scroll: { tensors: -4, attention: NaN }, unit: 7 })).toEqual(fresh);
    expect(recall({ folding: { rule: 'all', exceptions: ['a', 3] } }).folding).toEqual({ rule: 'all', exceptions: new Set(['a']) });
  });
});

describe('rows in sight', () => {
  it('are those of the viewport and a few beyond, however many there are', () => {
    expect(rangeInSight(1_000_000, 22 * 500, 220)).toEqual({ first: 492, end: 518 });
    expect(rangeInSight(5, 0, 220)).toEqual({ first: 0, end: 5 });
    expect(rangeInSight(5, 9_999, 220)).toEqual({ first: 5, end: 5 });
  });

  it('are scrolled to only as far as is needed', () => {
    expect([topToReveal(3, 0, 220), topToReveal(20, 0, 220), topToReveal(2, 110, 220)]).toEqual([0, 242, 44]);
  });
});
