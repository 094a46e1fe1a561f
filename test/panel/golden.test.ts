/** The inspector as it was when somebody last looked at it, in every theme. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bundleElements, openElements } from './element-page.ts';
import { launchPlainly, loadFont, withFont } from './golden-font.ts';
import { GoldenPictures } from './golden.ts';
import { applyTheme } from './harness.ts';
import { inspectorFiles } from './inspector-page.ts';
import { compare, steady, type Picture } from './pictures.ts';
import { scenes } from './scenes.ts';
import { executable } from './session.ts';
import { themes, type ThemeName } from './themes.ts';

/** Letters are drawn by the system: by another one, in another way. */
const isComparable = executable !== undefined && process.platform === 'linux';
if (executable !== undefined && !isComparable) console.warn('Skipped: golden pictures, which are of letters as Linux draws them.');

/** Higher than anything is: what keeps to the window's edges is where it belongs. */
const room = { width: 480, height: 2_600 };

describe.skipIf(!isComparable)('golden pictures', { timeout: 20_000 }, () => {
  let browser: Browser;
  /** One for all: each test shows something else in it. */
  let page: Page;
  const wrongs: string[] = [];
  const golden = new GoldenPictures('inspector');

  beforeAll(async () => {
    const bundle = await bundleElements(...inspectorFiles);
    browser = await launchPlainly(executable ?? '');
    page = await openElements(browser, bundle, wrongs, room);
    await loadFont(page);
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(wrongs.splice(0)).toEqual([]));

  const look = async (): Promise<Buffer> => {
    const end = await page.locator('main').evaluate(main => main.getBoundingClientRect().bottom);
    return page.screenshot({ animations: 'disabled', caret: 'hide', clip: { x: 0, y: 0, width: room.width, height: Math.ceil(end) + 12 } });
  };
  const dress = async (theme: ThemeName): Promise<void> => {
    await page.evaluate(applyTheme, withFont(themes[theme]));
    await drawn(page);
  };
  const themeNames = Object.keys(themes) as ThemeName[];

  // What runs comes to an end, but not here.
  const still = scenes.filter(({ name }) => name !== 'running');

  test.each(still)('$name', async ({ name, open }) => {
    await dress('dark');
    await open(page);
    const found: string[] = [];
    for (const theme of themeNames) {
      await dress(theme);
      found.push(...await golden.differences(`${name}-${theme}`, look));
    }
    expect(found).toEqual([]);
  });

  test('there is no golden picture of what is shown no more', () => {
    expect(golden.leftOver(still.flatMap(({ name }) => themeNames.map(theme => `${name}-${theme}`)))).toEqual([]);
  });

  describe('are told from what', () => {
    let before: Picture;
    beforeAll(async () => {
      await dress('light');
      await scenes[0]?.open(page);
      before = await steady(look);
    });
    /** What is seen of it while one element has another style. */
    const changed = async (selector: string, property: string, value: string): Promise<ReturnType<typeof compare>> => {
      const element = page.locator(selector).first();
      const own = await element.evaluate((it, [name, to]) => {
        const { style } = it as HTMLElement;
        const before = style.getPropertyValue(name);
        style.setProperty(name, to);
        return before;
      }, [property, value] as const);
      const found = compare(await steady(look), before);
      await element.evaluate((it, [name, to]) => (it as HTMLElement).style.setProperty(name, to), [property, own] as const);
      return found;
    };

    test('is drawn once more: not', async () => {
      expect(compare(await steady(look), before)?.said).toBeUndefined();
    });

    test('has letters a little heavier: not', async () => {
      expect((await changed('main', '-webkit-text-stroke', '0.07px'))?.said).toBeUndefined();
    });

    test.each([
      ['has a button moved by two pixels', 'attention-map .toolbar vscode-toolbar-button', 'translate', '2px'],
      ['has a list moved by a pixel', '.choices-bar .layers select', 'translate', '0 1px'],
      ['has a list without a border', '.choices-bar .layers select', 'border-color', 'transparent'],
      ['lacks a button', 'attention-map .toolbar vscode-toolbar-button', 'visibility', 'hidden'],
      ['has a square of another head’s colour', 'head-squares [data-head="1"]', '--colour', '#3a6ad6'],
      ['has a tab without its line', '[role=tab][aria-selected=true]', 'border-color', 'transparent'],
      ['has no word in a frame', 'attention-text .word.current', 'box-shadow', 'none'],
      ['has a word without its tint', 'attention-text .word[data-level="10"]', 'background', 'none'],
    ])('%s', async (_, selector, property, value) => {
      expect((await changed(selector, property, value))?.said).toMatch(/pixels of .* differ/);
    });
  });
});

/** What has just been changed has been drawn. */
function drawn(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
  });
}
