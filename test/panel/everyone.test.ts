/** For everyone: whoever sees little, has little room, uses no pointer, or is made ill by what moves. Everything the inspector shows. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { barriers } from './axe.ts';
import { bundleElements, openElements } from './element-page.ts';
import type { cutOff } from './in-page/cut-off.ts';
import type { moving } from './in-page/moving.ts';
import type { countStops, missedStops, watchTab } from './in-page/stops.ts';
import { inspectorFiles, settle, showInspector } from './inspector-page.ts';
import { scenes } from './scenes.ts';
import { executable } from './session.ts';

/** What the page's bundle defines. */
interface PageGlobals {
  readonly cutOff: typeof cutOff;
  readonly moving: typeof moving;
  readonly watchTab: typeof watchTab;
  readonly countStops: typeof countStops;
  readonly missedStops: typeof missedStops;
}

const checks = ['moving', 'cut-off', 'stops'].map(name => `test/panel/in-page/${name}.ts`);
const usual = { width: 760, height: 640 };
/** A narrow side bar, a panel beside an editor, a wide screen. */
const widths = [300, 500, 1600];

describe.skipIf(executable === undefined)('for everyone', () => {
  let browser: Browser;
  let page: Page;
  /** The same at 200 %: VS Code's zoom leaves half the pixels of a page, each twice as large. */
  let zoomed: Page;
  const wrongs: string[] = [];

  beforeAll(async () => {
    const bundle = await bundleElements(...inspectorFiles, ...checks);
    browser = await launchChromium(executable ?? '');
    page = await openElements(browser, bundle, wrongs, { ...usual, reducedMotion: true });
    zoomed = await openElements(browser, bundle, wrongs, { width: usual.width / 2, height: usual.height / 2, deviceScaleFactor: 2, reducedMotion: true });
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(wrongs.splice(0)).toEqual([]));

  test.each(scenes)('$name bars nobody, keeps still, is reached by Tab, and is there whole at any width and at 200 %', async ({ open }) => {
    await Promise.all([open(page), open(zoomed)]);
    const found = [...await movingIn(page), ...await missedByTab(page), ...await barriers(page), ...(await cutOffIn(zoomed)).map(what => `At 200 % ${what}`)];
    for (const width of widths) {
      await page.setViewportSize({ ...usual, width });
      await settle(page);
      found.push(...(await cutOffIn(page)).map(what => `In ${width} pixels ${what}`));
    }
    await page.setViewportSize(usual);
    expect(found).toEqual([]);
  });

  test('what may move does', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await scenes.find(({ name }) => name === 'running')?.open(page);
    expect(await movingIn(page)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^span .* changes over 0\.08s$/), expect.stringMatching(/plays progress for 4s$/), expect.stringMatching(/an animation is running$/),
    ]));
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });

  test.each([
    ['select', 'min-width: 900px', /^the page is \d+ pixels wide in 760$/],
    ['select', 'margin-left: -60px', /^button “Previous layer” .* and select “Layer” .* are over each other$/],
    ['summary', 'width: 20px; overflow: hidden', /^“Reading” of summary .* is cut off$/],
    ['[role=tab]', 'position: relative; left: -40px', /^button “Matrix” .* is out of sight$/],
  ])('a %s with %s is found', async (selector, style, expected) => {
    await showInspector(page);
    await wear(page, selector, style);
    expect(await cutOffIn(page)).toContainEqual(expect.stringMatching(expected));
  });

  test('what Tab passes by, and what shows no ring, is found', async () => {
    await showInspector(page);
    await page.locator('select').first().evaluate(list => list.addEventListener('focus', () => list.blur()));
    await wear(page, 'summary', 'outline: none');
    expect(await missedByTab(page)).toEqual([
      'Tab does not reach select “Layer” in attention-inspector', expect.stringMatching(/^summary .* has no ring$/),
    ]);
  });
});

function movingIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).moving());
}

function cutOffIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).cutOff());
}

async function missedByTab(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    const { watchTab, countStops } = globalThis as unknown as PageGlobals;
    watchTab();
    return countStops();
  });
  // Once around, over the page's end and what it scrolls.
  for (let stop = 0; stop < count + 3; stop++) await page.keyboard.press('Tab');
  return page.evaluate(() => (globalThis as unknown as PageGlobals).missedStops());
}

async function wear(page: Page, selector: string, style: string): Promise<void> {
  await page.locator(selector).first().evaluate((element, worn) => (element as HTMLElement).style.cssText += `;${worn}`, style);
  await settle(page);
}
