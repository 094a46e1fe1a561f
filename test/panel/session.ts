/** What every test of the panel needs: one browser a file, one page a test, and a check of what each left behind. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Outcome } from '../../protocol/outcome.ts';
import type { Side } from '../../protocol/panel.ts';
import type { Trace } from '../../protocol/trace.ts';
import { chromiumMissing, findChromium, launchChromium } from '../chromium.ts';
import { bundlePanel, PanelPage, type Bundle, type OpenOptions } from './harness.ts';
import { cat } from './sample.ts';

export const executable = findChromium();
if (executable === undefined) console.warn(chromiumMissing);

/** Where pictures are kept as test output. */
export const pictures = 'test-output/panel';

export interface Session {
  open(options?: OpenOptions): Promise<PanelPage>;
  /** Opens a panel that shows an outcome; a trace alone is a translation's. */
  shown(outcome: Trace | Outcome, options?: OpenOptions): Promise<PanelPage>;
  /** The same in a browser of its own, started with these arguments. */
  shownIn(browserArguments: readonly string[], trace: Trace): Promise<PanelPage>;
}

/** To be called inside `describe`. Whatever a test did, the policy must have held and nothing have been logged. */
export function usePanels(): Session {
  let browser: Browser;
  let bundle: Bundle;
  const panels: PanelPage[] = [];
  const browsers: Browser[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    bundle = await bundlePanel();
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const found = [];
    for (const panel of panels.splice(0)) {
      found.push(...await panel.violations(), ...panel.errors);
      await panel.close();
    }
    for (const other of browsers.splice(0)) await other.close();
    expect(found).toEqual([]);
  });

  const keep = (panel: PanelPage): PanelPage => {
    panels.push(panel);
    return panel;
  };
  const open = async (options: OpenOptions = {}): Promise<PanelPage> => keep(await PanelPage.open(browser, bundle, options));
  return {
    open,
    shown: async (outcome, options) => {
      const panel = await open(options);
      await panel.post({ type: 'show', outcome: 'kind' in outcome ? outcome : { kind: 'translation', trace: outcome } });
      return panel;
    },
    shownIn: async (browserArguments, trace) => {
      const other = await launchChromium(executable ?? '', browserArguments);
      browsers.push(other);
      const panel = keep(await PanelPage.open(other, bundle, { ownWindow: true }));
      await panel.post({ type: 'show', outcome: { kind: 'translation', trace } });
      return panel;
    },
  };
}

/** The index of a word in one side of a trace. */
export function indexOf(side: Side, word: string, trace: Trace = cat): number {
  return trace[side].words.findIndex(({ start, end }) => trace[side].text.slice(start, end) === word);
}

/** What the map's canvas holds. */
export function ink(page: Page): Promise<string> {
  return page.locator('attention-map .extent canvas').evaluate(element => {
    const canvas = element as HTMLCanvasElement;
    return canvas.toDataURL();
  });
}
