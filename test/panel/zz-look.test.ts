import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { bundleElements, openElements } from './element-page.ts';
import { applyTheme } from './harness.ts';
import { inspectorFiles, openView, settle, showInspector, small } from './inspector-page.ts';
import { executable } from './session.ts';
import { themes } from './themes.ts';
describe('look', () => {
  let browser: Browser; let page: Page;
  beforeAll(async () => {
    browser = await launchChromium(executable ?? '');
    page = await openElements(browser, await bundleElements(...inspectorFiles), [], { width: 720, height: 800 });
  });
  afterAll(() => browser?.close());
  test.each([380, 620, 1400])('%i', async width => {
    await page.setViewportSize({ width, height: 800 });
    for (const theme of ['dark', 'light'] as const) {
      await page.evaluate(applyTheme, themes[theme]);
      const shot = async (name: string, fullPage = true) => { await settle(page); await page.screenshot({ path: `/root/lab/look3/${name}-${width}-${theme}.png`, fullPage }); };
      await showInspector(page, { ...small, tokens: 24, sentences: 2 });
      await openView(page, 'Matrix'); await shot('matrix', false);
      await page.getByRole('searchbox', { name: 'Search a token' }).fill('the'); await shot('search', false);
      await openView(page, 'Heads'); await shot('heads', false);
      await openView(page, 'Arithmetic'); await shot('arith');
      await openView(page, 'What if');
      await page.getByRole('button', { name: 'Knock out head' }).click(); await shot('whatif', false); await shot('whatiffull');
      await openView(page, 'Compare');
      await page.getByRole('combobox', { name: 'Compare with' }).selectOption('text'); await shot('compare'); 
      await page.evaluate(() => window.scrollTo(0, 400)); await shot('comparescroll', false);
    }
  });
});
