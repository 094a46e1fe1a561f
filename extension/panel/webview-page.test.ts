import type * as vscode from 'vscode';
import { describe, expect, it } from 'vitest';
import { pages } from './html.ts';
import { fakePanel } from './panel.fixture.ts';
import { Turns } from './turns.ts';
import { WebviewPage } from './webview-page.ts';

function make() {
  const events: string[] = [];
  const resources = { path: '/dist/webview', with: ({ path }: { path: string }) => `https://here${path}` } as unknown as vscode.Uri;
  const page = new WebviewPage<string>({
    page: pages.image, name: 'image', resources, heard: () => undefined, hidden: () => events.push('hidden'), closed: () => events.push('closed'),
  });
  return { page, events };
}

describe('a panel with a page', () => {
  it('is told nothing before the page is ready, and then everything once', () => {
    const { page } = make();
    const { panel, posted } = fakePanel();
    page.adopt(panel);
    page.post('picture');
    expect(posted).toEqual([]);
    page.ready(['picture']);
    page.post('begin');
    expect(posted).toEqual(['picture', 'begin']);
  });

  it('is told all anew after it was hidden, when its page is destroyed', () => {
    const { page, events } = make();
    const { panel, posted, setVisible } = fakePanel();
    page.adopt(panel);
    page.ready([]);
    setVisible(false);
    expect([events, page.isReady]).toEqual([['hidden'], false]);
    setVisible(true);
    page.post('picture');
    expect(posted).toEqual([]);
    page.ready(['picture']);
    expect(posted).toEqual(['picture']);
  });

  it('loads its script from its own folder, and forgets a panel that was closed', () => {
    const { page, events } = make();
    const { panel } = fakePanel();
    page.adopt(panel);
    expect(panel.webview.html).toContain('src="https://here/dist/webview/image.js"');
    page.dispose();
    expect([events, page.panel]).toEqual([['closed'], undefined]);
  });

  it('that takes the place of another closes that one, and stays', () => {
    const { page, events } = make();
    const [one, other] = [fakePanel(), fakePanel()];
    page.adopt(one.panel);
    page.adopt(other.panel);
    expect([one.isDisposed(), page.panel === other.panel, events]).toEqual([true, true, []]);
  });
});

describe('turns', () => {
  it('let only the last that began go on', () => {
    const said: string[] = [];
    const turns = new Turns();
    const [older, newer] = [turns.take((one: string) => void said.push(`older ${one}`)), turns.take((one: string) => void said.push(`newer ${one}`))];
    older('fails');
    newer('ends');
    expect(said).toEqual(['newer ends']);
  });
});
