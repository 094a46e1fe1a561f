import { describe, expect, it } from 'vitest';
import { ImageContent } from './content.ts';
import { parseFromImagePanel, uriOfState } from './messages.ts';

const picture = { type: 'picture', picture: { uri: 'file:///cat.png', name: 'cat.png', bytes: '' } } as const;
const failed = { type: 'failed', failure: { code: 'cancelled', message: '', hint: '' } } as const;

describe('what a fresh page of the image panel is told', () => {
  it('the picture and the last that was said of it', () => {
    const content = new ImageContent();
    expect(content.replay()).toEqual([]);
    content.record(picture);
    content.record({ type: 'begin' });
    expect(content.replay()).toEqual([picture, { type: 'begin' }]);
    content.record(failed);
    expect(content.replay()).toEqual([picture, failed]);
    expect([content.uri, content.classification]).toEqual(['file:///cat.png', undefined]);
  });

  it('nothing of an earlier picture', () => {
    const content = new ImageContent();
    content.record(picture);
    content.record(failed);
    content.record(picture);
    expect(content.replay()).toEqual([picture]);
  });
});

describe('messages from the image panel', () => {
  it('are taken when they are ours, and dropped when they are not', () => {
    expect(parseFromImagePanel({ type: 'run', command: 'again', more: 1 })).toEqual({ type: 'run', command: 'again' });
    for (const value of [undefined, null, 7, {}, { type: 'run' }, { type: 'run', command: 'replace' }, { type: 'point' }]) {
      expect(parseFromImagePanel(value)).toBeUndefined();
    }
  });

  it('a kept state names its image, or nothing', () => {
    expect(uriOfState({ uri: 'file:///cat.png' })).toBe('file:///cat.png');
    for (const state of [undefined, null, 'x', {}, { uri: 7 }, { uri: '' }]) expect(uriOfState(state)).toBeUndefined();
  });
});
