/** What the panel draws in a real Chromium: sharp on every screen, quick at any size, at home in every theme. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { cat, longTrace, messagesOf } from './sample.ts';
import { executable, indexOf, ink, pictures, usePanels } from './session.ts';
import { themes, type ThemeName } from './themes.ts';

describe.skipIf(executable === undefined)('what the panel draws', () => {
  const { open, shown, shownIn } = usePanels();

  test('a long map follows the newest row and where it looks, until the user scrolls away', async () => {
    const opened = await open();
    const [begin, source, ...steps] = messagesOf(longTrace(120));
    if (begin === undefined || source === undefined) throw new Error('a pass begins with its source');
    const grid = opened.page.getByRole('grid');
    const scrolled = (): Promise<number[]> => grid.evaluate(element => [element.scrollLeft, element.scrollTop]);
    await opened.post(begin, source, ...steps.slice(0, 80));
    const [left = 0, top = 0] = await scrolled();
    expect(left).toBeGreaterThan(300);
    expect(top).toBeGreaterThan(300);
    await grid.evaluate(element => element.scrollTo(0, 100));
    await opened.post(...steps.slice(80, 100));
    expect(await scrolled()).toEqual([0, 100]);
  });

  test.each([1, 1.5, 2])('every pixel of the canvas is one of the screen, at a ratio of %d', async deviceScaleFactor => {
    const opened = await shown(cat, { deviceScaleFactor, width: 613 });
    const canvas = await opened.canvas();
    expect(canvas.ratio).toBe(deviceScaleFactor);
    expect(Math.abs(canvas.width - canvas.cssWidth * deviceScaleFactor)).toBeLessThanOrEqual(1);
    expect(Math.abs(canvas.height - canvas.cssHeight * deviceScaleFactor)).toBeLessThanOrEqual(1);
  });

  test('the same on a screen that is so by itself, without emulation', async () => {
    const opened = await shownIn(['--force-device-scale-factor=1.5', '--window-size=777,901'], cat);
    const canvas = await opened.canvas();
    expect(canvas.ratio).toBe(1.5);
    expect(Math.abs(canvas.width - canvas.cssWidth * 1.5)).toBeLessThanOrEqual(1);
  });

  test('stays crisp when it is zoomed', async () => {
    const opened = await shown(cat);
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send('Emulation.setDeviceMetricsOverride', { width: 576, height: 608, deviceScaleFactor: 1.25, mobile: false });
    await opened.settle();
    const canvas = await opened.canvas();
    expect(canvas.ratio).toBe(1.25);
    expect(Math.abs(canvas.width - canvas.cssWidth * 1.25)).toBeLessThanOrEqual(1);
  });

  test('of 400 × 400 words only what is visible is drawn, fast enough to scroll', async () => {
    const opened = await shown(longTrace(400));
    const grid = opened.page.getByRole('grid');
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = await grid.evaluate(element => ({
      scrollWidth: element.scrollWidth, clientWidth: element.clientWidth, scrollHeight: element.scrollHeight, clientHeight: element.clientHeight,
    }));
    expect(scrollWidth * scrollHeight).toBeGreaterThan(50 * clientWidth * clientHeight);
    const first = await opened.drawn();
    expect(first.cells).toBeGreaterThan(50);
    expect(first.cells).toBeLessThan(0.02 * 400 * 400);
    const seen = new Set<string>();
    for (const [left, top] of [[0, 4000], [3000, 4000], [7000, 9000], [7000, 0]]) {
      await grid.evaluate((element, to) => element.scrollTo(to), { left: left ?? 0, top: top ?? 0 });
      await opened.settle();
      seen.add(await ink(opened.page));
      expect((await opened.drawn()).cells).toBeLessThan(0.02 * 400 * 400);
    }
    expect(seen.size).toBe(4);
    // The labels stay where they are: the canvas does not scroll, the cells move within it.
    const box = await grid.boundingBox();
    const canvas = await opened.page.locator('attention-map .extent canvas').boundingBox();
    expect([canvas?.x, canvas?.y]).toEqual([box?.x, box?.y]);
    // A frame takes about as long as one of a map that is a hundred times smaller, which hardly fills the same room.
    const large = await frameTime(opened.page);
    await opened.post({ type: 'show', outcome: { kind: 'translation', trace: longTrace(40) } });
    expect(large).toBeLessThan(3 * await frameTime(opened.page) + 20);
  });

  test('nothing is cut off in a panel of 300 pixels', async () => {
    const opened = await shown(cat, { width: 300, height: 700, deviceScaleFactor: 2 });
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(300);
    for (const name of ['Copy Translation', 'Replace Selection', 'Select Model']) {
      const box = await opened.page.getByRole('button', { name }).boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 300).toBe(true);
    }
    await opened.page.screenshot({ path: `${pictures}/narrow.png` });
  });

  test('who asked for less motion gets none', async () => {
    const opened = await open({ reducedMotion: true });
    await opened.post(...messagesOf(cat).slice(0, 4));
    expect(await opened.page.evaluate(() => document.getAnimations().length)).toBe(0);
    expect(await opened.page.locator('vscode-progress-bar .indicator').evaluate(element => getComputedStyle(element).animationName)).toBe('none');
    expect(await opened.word('target', 0).evaluate(element => getComputedStyle(element).transitionDuration)).toBe('0s');
  });

  test('a new theme is drawn at once', async () => {
    const opened = await shown(cat, { theme: 'dark' });
    const seen = new Set([await ink(opened.page)]);
    for (const name of ['light', 'high-contrast', 'high-contrast-light'] as const) {
      await opened.setTheme(name);
      seen.add(await ink(opened.page));
    }
    expect(seen.size).toBe(4);
  });

  test.each(Object.keys(themes) as ThemeName[])('a picture in the %s theme, its words readable', async theme => {
    const opened = await shown(cat, { theme, width: 820, height: 700, deviceScaleFactor: 2 });
    await opened.word('target', indexOf('target', 'pleut')).click();
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/${theme}.png` });
    await opened.word('target', indexOf('target', 'parce')).click();
    await opened.settle();
    expect(Math.max(...await opened.levels('source'))).toBe(10);
    expect(await contrastOfLitWords(opened.page)).toBeGreaterThanOrEqual(4.5);
  });
});

/** Milliseconds from a scroll until two frames have been drawn; the median of nine. */
function frameTime(page: Page): Promise<number> {
  return page.getByRole('grid').evaluate(async grid => {
    const times = [];
    for (let step = 1; step <= 9; step++) {
      const begin = performance.now();
      grid.scrollTo(step * 7, step * 11);
      await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
      times.push(performance.now() - begin);
    }
    return times.toSorted((a, b) => a - b)[4] ?? Infinity;
  });
}

/** The lowest contrast (WCAG 2, relative luminance) of any word with its tint on the page's background. */
function contrastOfLitWords(page: Page): Promise<number> {
  return page.locator('.word').evaluateAll(words => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (context === null) return 0;
    const luminance = (...colours: string[]): number => {
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      const [r = 0, g = 0, b = 0] = Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3), value => {
        const channel = value / 255;
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const page = getComputedStyle(document.body).backgroundColor;
    return Math.min(...words.map(word => {
      const { color, backgroundColor } = getComputedStyle(word);
      const [low = 0, high = 0] = [luminance(page, backgroundColor), luminance(color)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    }));
  });
}
