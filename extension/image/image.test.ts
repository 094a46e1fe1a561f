import { describe, expect, it } from 'vitest';
import { ImageContent } from './content.ts';
import { fakePanel } from '../panel/panel.fixture.ts';
import { parseFromImagePanel, uriOfState } from './messages.ts';
import { restoreImage } from './restore.ts';

const picture = { type: 'picture', picture: { uri: 'file:///cat.png', name: 'cat.png', bytes: new Uint8Array() } } as const;
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

  it('nothing once its panel was closed', () => {
    const content = new ImageContent();
    content.record(picture);
    content.clear();
    expect([content.replay(), content.uri]).toEqual([[], undefined]);
  });
});

describe('a panel that VS Code restores', () => {
  const make = (isOpen: boolean) => {
    const events: string[] = [];
    const host = {
      isOpen: () => isOpen,
      restore: (_: unknown, uri: string | undefined) => void events.push(`restore ${uri}`),
      // A model that takes for ever.
      show: (uri: string) => new Promise<void>(() => events.push(`show ${uri}`)),
    };
    return { events, host };
  };

  it('is there at once, before the model has answered', () => {
    const { events, host } = make(false);
    const { panel } = fakePanel();
    // What is returned is what VS Code waits for.
    expect(restoreImage(panel, { uri: 'file:///cat.png' }, host)).toBeUndefined();
    expect(events).toEqual(['restore file:///cat.png', 'show file:///cat.png']);
  });

  it('gives way to one that the user opened meanwhile', () => {
    const { events, host } = make(true);
    const { panel, isDisposed } = fakePanel();
    restoreImage(panel, { uri: 'file:///cat.png' }, host);
    expect([events, isDisposed()]).toEqual([[], true]);
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
