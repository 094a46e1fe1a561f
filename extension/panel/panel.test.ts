import { describe, expect, it } from 'vitest';
import { dog, review, translated } from '../annotations/trace.fixture.ts';
import { PanelContent } from './content.ts';
import { pageHtml, pages } from './html.ts';
import { parseFromPanel } from './messages.ts';

const partial = { type: 'progress', progress: { kind: 'target', sentence: 0, from: 0, at: 0, text: '', tokens: [], rows: [] } } as const;

describe('what a fresh page is told', () => {
  it('nothing to show, at first', () => {
    expect(new PanelContent().replay()).toEqual([{ type: 'show', outcome: undefined }]);
  });

  it('the pass so far while it lasts, then the whole trace', () => {
    const content = new PanelContent();
    content.record({ type: 'begin', kind: 'translation', model: 'en-fr' });
    content.record(partial);
    expect(content.replay()).toEqual([{ type: 'begin', kind: 'translation', model: 'en-fr' }, partial]);
    expect(content.outcome).toBeUndefined();
    expect(content.kind).toBe('translation');
    content.record({ type: 'end', outcome: translated(dog) });
    expect(content.replay()).toEqual([{ type: 'show', outcome: translated(dog) }]);
    expect(content.outcome).toEqual(translated(dog));
  });

  it('a classification, as what it is', () => {
    const content = new PanelContent();
    content.record({ type: 'begin', kind: 'classification', model: 'sentiment' });
    expect(content.kind).toBe('classification');
    content.record({ type: 'end', outcome: { kind: 'classification', classification: review } });
    expect(content.replay()).toEqual([{ type: 'show', outcome: { kind: 'classification', classification: review } }]);
  });

  it('what is shown, while another map of it is asked for', () => {
    const content = new PanelContent();
    const begin = { type: 'begin', kind: 'translation', model: 'en-fr', keeps: true } as const;
    content.record({ type: 'show', outcome: translated(dog) });
    content.record(begin);
    expect(content.replay()).toEqual([{ type: 'show', outcome: translated(dog) }, begin]);
    expect(content.outcome).toEqual(translated(dog));
  });

  it('a failure after what had come', () => {
    const content = new PanelContent();
    const failed = { type: 'failed', failure: { code: 'cancelled', message: '', hint: '' } } as const;
    content.record({ type: 'begin', kind: 'translation', model: 'en-fr' });
    content.record(failed);
    expect(content.replay()).toEqual([{ type: 'begin', kind: 'translation', model: 'en-fr' }, failed]);
  });

  it('what is lit now, not what was', () => {
    const content = new PanelContent();
    content.record({ type: 'show', outcome: translated(dog) });
    content.record({ type: 'highlight', side: 'source', word: 1 });
    content.record({ type: 'highlight', side: 'target', word: 2 });
    expect(content.replay()).toEqual([{ type: 'show', outcome: translated(dog) }, { type: 'highlight', side: 'target', word: 2 }]);
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
      { type: 'map', map: { kind: 'cross', layer: 2, head: 'mean' } },
      { type: 'map', map: { kind: 'decoder', layer: 0, head: 3 } },
    ]) expect(parseFromPanel(message)).toEqual(message);
  });

  it('are dropped when they are not', () => {
    for (const value of [
      undefined, null, 'ready', {}, { type: 'run' }, { type: 'run', command: 'workbench.action.quit' }, { type: 'point', side: 'left', word: 1 },
      { type: 'point', side: 'source', word: -1 }, { type: 'point', side: 'source', word: '1' }, { type: 'point', side: 'source', word: 1.5 },
      { type: 'map' }, { type: 'map', map: { kind: 'cross', layer: 0 } }, { type: 'map', map: { kind: 'up', layer: 0, head: 0 } },
    ]) expect(parseFromPanel(value)).toBeUndefined();
  });
});

describe('the page', () => {
  it('runs its own script and loads nothing from elsewhere', () => {
    const html = pageHtml(pages.panel, { cspSource: 'https://here', script: 'https://here/panel.js', style: 'https://here/panel.css', nonce: 'abc' });
    expect(html).toContain(`content="default-src 'none'; script-src 'nonce-abc'; style-src https://here 'nonce-abc'"`);
    expect(html.match(/https:\/\/[^"' ;]+/g)?.filter(url => !url.startsWith('https://here'))).toEqual([]);
    expect(html).not.toContain('unsafe');
  });
});
