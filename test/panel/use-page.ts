/** One page for all tests of a suite, with elements in it; no test may leave anything wrong there. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { bundleElements, openElements, type ElementOptions } from './element-page.ts';
import { executable } from './session.ts';

/**
 * To be called in the suite.
 * @param files that the page is bundled of
 * @param taken what the suite does with the page before its first test
 */
export function usePage(files: readonly string[], options: ElementOptions, taken: (page: Page) => void): void {
  let browser: Browser;
  const wrongs: string[] = [];
  beforeAll(async () => {
    const bundle = await bundleElements(...files);
    browser = await launchChromium(executable ?? '');
    taken(await openElements(browser, bundle, wrongs, options));
  });
  afterAll(() => browser?.close());
  afterEach(() => expect(wrongs.splice(0)).toEqual([]));
}
