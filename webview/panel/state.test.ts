import { describe, expect, test } from 'vitest';
import { review } from '../../test/panel/classified-sample.ts';
import { cat, messagesOf } from '../../test/panel/sample.ts';
import type { ToPanel } from '../../protocol/panel.ts';
import { initialState, kindOf, modelOf, passOf, reduce, type PanelState } from './state.ts';

const fold = (messages: readonly ToPanel[], from: PanelState = initialState): PanelState => messages.reduce(reduce, from);

describe('the panel folds messages', () => {
  test('nothing yet', () => {
    expect(fold([{ type: 'show', outcome: undefined }]).stage).toEqual({ kind: 'empty' });
  });

  test('a pass grows by one row a step and ends as the trace', () => {
    let state = initialState;
    const rows: number[] = [];
    for (const message of messagesOf(cat)) {
      state = reduce(state, message);
      rows.push(passOf(state.stage)?.rows.length ?? -1);
    }
    const steps = Array.from(cat.rows, (_, index) => index + 1);
    expect(rows).toEqual([-1, 0, ...steps, cat.rows.length]);
    expect(state.stage.kind).toBe('done');
    expect(passOf(state.stage)?.target.words).toEqual(cat.target.words);
  });

  test('a beam takes back what it showed', () => {
    const [first, second, third] = cat.target.tokens;
    const state = fold([
      ...messagesOf(cat).slice(0, 5),
      { type: 'progress', progress: { kind: 'target', sentence: 0, from: 1, at: 0, text: 'Le noir', tokens: [{ text: 'noir', start: 3, end: 7, logProb: -1 }], rows: cat.rows.slice(2, 3) } },
    ]);
    expect(passOf(fold(messagesOf(cat).slice(0, 5)).stage)?.target.tokens).toEqual([first, second, third]);
    expect(passOf(state.stage)?.target.tokens.map(token => token.text)).toEqual(['Le', 'noir']);
    expect(passOf(state.stage)?.rows).toEqual([cat.rows[0], cat.rows[2]]);
    expect(passOf(state.stage)?.target.words).toEqual([{ start: 0, end: 2 }, { start: 3, end: 7 }]);
  });

  test('a new pass forgets the old one and its lit word', () => {
    const state = fold([{ type: 'show', outcome: { kind: 'translation', trace: cat } }, { type: 'highlight', side: 'source', word: 2 }, { type: 'begin', kind: 'reply', model: 'other' }]);
    expect(state).toEqual({ stage: { kind: 'running', of: 'reply', model: 'other', content: undefined }, highlight: undefined });
    expect(modelOf(state.stage)).toBe('other');
  });

  test('progress without a beginning is not drawn: the trace follows', () => {
    const [, , step] = messagesOf(cat);
    expect(step && fold([step]).stage).toEqual({ kind: 'empty' });
  });

  test('a failure keeps what was translated until then', () => {
    const failure = { code: 'worker-lost', message: 'The worker stopped.', hint: 'Translate again.' } as const;
    const state = fold([...messagesOf(cat).slice(0, 6), { type: 'failed', failure }]);
    expect(state.stage).toMatchObject({ kind: 'failed', of: 'translation', failure });
    expect(passOf(state.stage)?.rows).toHaveLength(4);
  });

  test('a pass that something in another panel took the place of has ended', () => {
    const failure = { code: 'superseded', message: '', hint: '' } as const;
    const state = fold([...messagesOf(cat).slice(0, 6), { type: 'failed', failure }]);
    expect(state.stage).toMatchObject({ kind: 'failed', of: 'translation', failure });
  });

  test('while another map is asked for, what was drawn stays, with what is lit', () => {
    const before = fold([{ type: 'show', outcome: { kind: 'translation', trace: cat } }, { type: 'highlight', side: 'source', word: 2 }]);
    const [, ...progress] = messagesOf(cat).slice(0, -1);
    const running = fold([{ type: 'begin', kind: 'translation', model: cat.model, keeps: true }, ...progress], before);
    expect(running.stage).toMatchObject({ kind: 'running', keeps: true });
    expect(passOf(running.stage)).toBe(passOf(before.stage));
    expect(running.highlight).toEqual(before.highlight);
    const rows = [...cat.rows].reverse();
    expect(passOf(fold([{ type: 'end', outcome: { kind: 'translation', trace: { ...cat, rows } } }], running).stage)?.rows).toBe(rows);
  });

  test('a reply is a reply, a classification comes whole', () => {
    expect(passOf(fold(messagesOf(cat, 'reply').slice(0, 4)).stage)).toMatchObject({ kind: 'reply' });
    const state = fold([{ type: 'begin', kind: 'classification', model: 'sentiment' }, { type: 'end', outcome: { kind: 'classification', classification: review } }]);
    expect(state.stage).toEqual({ kind: 'done', content: { kind: 'classification', classification: review } });
    expect([modelOf(state.stage), kindOf(state.stage), passOf(state.stage)]).toEqual(['sentiment', 'classification', undefined]);
  });

  test('highlights come and go', () => {
    const lit = fold([{ type: 'show', outcome: { kind: 'translation', trace: cat } }, { type: 'highlight', side: 'source', word: 0 }]);
    expect(lit.highlight).toEqual({ side: 'source', word: 0 });
    expect(reduce(lit, { type: 'highlight', side: 'source', word: undefined }).highlight).toBeUndefined();
  });
});
