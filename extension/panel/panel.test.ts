import { describe, expect, it } from 'vitest';
import { dog } from '../annotations/trace.fixture.ts';
import { PanelContent } from './content.ts';
import { panelHtml } from './html.ts';
import { parseFromPanel } from './messages.ts';

const partial = { type: 'progress', progress: { kind: 'target', sentence: 0, from: 0, at: 0, text: '', tokens: [], rows: [] } } as const;

describe('what a fresh page is told', () => {
  it('nothing to show, at first', () => {
    expect(new PanelContent().replay()).toEqual([{ type: 'show', trace: undefined }]);
  });

  it('the pass so far while it lasts, then the whole trace', () => {
    const content = new PanelContent();
    content.record({ type: 'begin', model: 'en-fr' });
    content.record(partial);
    expect(content.replay()).toEqual([{ type: 'begin', model: 'en-fr' }, partial]);
    expect(content.trace).toBeUndefined();
    content.record({ type: 'end', trace: dog });
    expect(content.replay()).toEqual([{ type: 'show', trace: dog }]);
    expect(content.trace).toBe(dog);
  });

  it('a failure after what had come', () => {
    const content = new PanelContent();
    const failed = { type: 'failed', failure: { code: 'cancelled', message: '', hint: '' } } as const;
    content.record({ type: 'begin', model: 'en-fr' });
    content.record(failed);
    expect(content.replay()).toEqual([{ type: 'begin', model: 'en-fr' }, failed]);
  });

  it('what is lit now, not what was', () => {
    const content = new PanelContent();
    content.record({ type: 'show', trace: dog });
    content.record({ type: 'highlight', side: 'source', word: 1 });
    content.record({ type: 'highlight', side: 'target', word: 2 });
    expect(content.replay()).toEqual([{ type: 'show', trace: dog }, { type: 'highlight', side: 'target', word: 2 }]);
    content.record({ type: 'highlight', side: 'target', word: undefined });
    expect(content.replay()).toHaveLength(1);
  });
});

describe('messages from the panel', () => {
  it('are taken when they are ours', () => {
    for (const message of [
      { type: 'ready' },
      { type: 'point', side: 'target', word: 3 },
      { type: 'point', side: 'source', word: undefined },
      { type: 'run', command: 'select-model' },
    ]) expect(parseFromPanel(message)).toEqual(message);
  });

  it('are dropped when they are not', () => {
    for (const value of [
      undefined, null, 'ready', {}, { type: 'run' }, { type: 'run', command: 'workbench.action.quit' }, { type: 'point', side: 'left', word: 1 },
      { type: 'point', side: 'source', word: -1 }, { type: 'point', side: 'source', word: '1' }, { type: 'point', side: 'source', word: 1.5 },
    ]) expect(parseFromPanel(value)).toBeUndefined();
  });
});

describe('the page', () => {
  it('runs its own script and loads nothing from elsewhere', () => {
    const html = panelHtml({ cspSource: 'https://here', script: 'https://here/panel.js', style: 'https://here/panel.css', nonce: 'abc' });
    expect(html).toContain(`content="default-src 'none'; script-src 'nonce-abc'; style-src https://here 'nonce-abc'"`);
    expect(html.match(/https:\/\/[^"' ;]+/g)?.filter(url => !url.startsWith('https://here'))).toEqual([]);
    expect(html).not.toContain('unsafe');
  });
});
