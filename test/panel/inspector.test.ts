/** The inspector in a real Chromium: what its views show, how they are linked, and what experiments come to. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../protocol/inspect-page.ts';
import type { AttentionInspector } from '../../webview/inspect/attention-inspector.ts';
import type { InspectorMemory } from '../../webview/inspect/remembered.ts';
import { launchChromium } from '../chromium.ts';
import { barriers } from './axe.ts';
import { bundleElements, openElements, type ElementOptions } from './element-page.ts';
import { applyTheme, type Bundle } from './harness.ts';
import type { SampleModel } from './heads-sample.ts';
import type { SampleHost, sampleHost, translated } from './inspector-sample.ts';
import { executable, pictures } from './session.ts';
import { themes, type Theme } from './themes.ts';

/** What the page's bundle defines, and what the page keeps for the tests. */
interface PageGlobals {
  readonly sampleHost: typeof sampleHost;
  readonly translated: typeof translated;
  host: SampleHost;
}

const small: SampleModel = { layers: 2, heads: 4, tokens: 14, isTranslator: true };

describe.skipIf(executable === undefined)('the inspector', () => {
  let browser: Browser;
  let bundle: Bundle;
  const wrongs: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    bundle = await bundleElements('webview/inspect/attention-inspector.ts', 'test/panel/inspector-sample.ts');
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(wrongs.splice(0)).toEqual([]);
  });

  const shown = async (options: ElementOptions = {}, memory?: InspectorMemory): Promise<Page> => {
    const page = await openElements(browser, bundle, wrongs, { width: 760, height: 900, ...options });
    pages.push(page);
    await page.evaluate(show, { model: small, memory });
    await settle(page);
    return page;
  };
  const view = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('tab', { name, exact: true }).click();
    await settle(page);
  };

  test('opens on the map that stands for the rest, and tells the editor what is shown and pointed at', async () => {
    const page = await shown();
    expect(await shownLast(page)).toMatchObject({ type: 'shown', shown: { inspection: 'sample', choice: { kind: 'cross', layer: 0, heads: [1] } } });
    const words = page.locator('attention-text').nth(1).locator('.word');
    await words.nth(2).click();
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, tokens: { first: 3, end: 4 }, as: 'query' } } });
    const strongest = page.locator('attention-text').nth(0).locator('.word[data-level="10"]');
    expect(await strongest.count()).toBe(1);
    await page.keyboard.press('Escape');
    await settle(page);
    expect(((await shownLast(page)) as { shown: { pointed?: unknown } }).shown.pointed).toBeUndefined();
  });

  test('a choice of layer, head and reading is asked for, printed beside the map and remembered for the model', async () => {
    const page = await shown();
    await page.getByRole('button', { name: 'Head 3' }).dblclick();
    await page.getByText('Reading', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Normalise' }).selectOption('row');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('top');
    await page.getByRole('checkbox', { name: 'Hide special tokens' }).check();
    await settle(page);
    expect((await asked(page, 'map')).at(-1)).toMatchObject({ map: { choice: { of: 'heads', heads: [2] } }, reading: { normalise: 'row', keep: { by: 'top', count: 3 } } });
    expect(await page.locator('.legend').innerText()).toContain('each row made to sum to 1');
    expect(await page.locator('attention-matrix .told').innerText()).toBe('7 cells are left out, 0.25 of the weight in all');
    expect((await told(page)).findLast(({ type }) => type === 'remember')).toMatchObject({ memory: { models: { sample: { choice: { heads: [2] }, reading: { hideSpecial: true } } } } });
    await page.getByRole('combobox', { name: 'Heads and layers as one map' }).selectOption('layers-max');
    await settle(page);
    expect((await asked(page, 'map')).at(-1)).toMatchObject({ map: { choice: { of: 'layers', kind: 'cross', by: 'max' } } });
    expect(await page.getByRole('option', { name: /^Rollout .*of a text over itself only/ }).isDisabled()).toBe(true);
  });

  test('a search goes from token to token', async () => {
    const page = await shown();
    const search = page.getByRole('searchbox', { name: 'Search a token' });
    await search.fill('e');
    await settle(page);
    const first = await shownLast(page);
    await search.press('Enter');
    await settle(page);
    expect(await shownLast(page)).not.toEqual(first);
    expect(await page.locator('token-search [role=status]').innerText()).toMatch(/^2 of \d+$/);
  });

  test('arithmetic adds up, number by number, of the query that is chosen', async () => {
    const page = await shown();
    await view(page, 'Arithmetic');
    await page.getByRole('combobox', { name: 'Query' }).selectOption('4');
    await settle(page);
    expect((await asked(page, 'arithmetic')).at(-1)).toMatchObject({ kind: 'cross', layer: 0, head: 1, query: 4 });
    const table = page.getByRole('grid', { name: 'Scores and weights, a row a key' });
    const weights = await table.getByRole('row').evaluateAll(rows => rows.slice(1).map(row => Number(row.lastElementChild?.textContent)));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(await table.getByRole('row').last().innerText()).toContain('−∞');
    await table.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await settle(page);
    const product = Number((await table.getByRole('row').nth(2).getByRole('gridcell').nth(1).innerText()).replace('−', '-'));
    const sum = await page.getByRole('table', { name: 'The score of one key, element by element' }).getByRole('row').last().getByRole('cell').last().innerText();
    expect(Number(sum.replace('−', '-'))).toBeCloseTo(product, 6);
  });

  test('decoding steps by keys, lights what each step looked at, and writes another token', async () => {
    const page = await shown();
    await view(page, 'Decoding');
    await page.locator('.tree').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, tokens: { first: 2, end: 3 } } } });
    await page.getByRole('button', { name: 'Write this instead' }).nth(1).click();
    await settle(page);
    expect((await asked(page, 'open')).at(-1)).toMatchObject({ interventions: [{ do: 'choose', step: 2, token: 2 }] });
    expect(await page.getByRole('tab', { name: 'What if' }).getAttribute('aria-selected')).toBe('true');
    expect([await page.locator('del').innerText(), await page.locator('ins').innerText()]).toEqual(['maison ', 'demeure ']);
  });

  test('changes run the model, are undone, done again, copied and pasted; old stands beside new', async () => {
    const page = await shown();
    await view(page, 'What if');
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    const knocked = { do: 'knock-out', kind: 'cross', layer: 0, heads: [1] };
    expect((await asked(page, 'open')).at(-1)).toMatchObject({ interventions: [knocked] });
    expect(await page.locator('map-pair attention-map').count()).toBe(3);
    expect(await asked(page, 'map')).toContainEqual(expect.objectContaining({ map: expect.objectContaining({ inspection: 'changed-1' }), minus: expect.objectContaining({ inspection: 'sample' }) }));
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    expect(JSON.parse(((await told(page)).findLast(({ type }) => type === 'copy') as { text: string }).text)).toEqual([knocked]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await settle(page);
    expect(await page.locator('map-pair').count()).toBe(0);
    await page.getByRole('button', { name: 'Redo' }).click();
    await settle(page);
    expect(await page.getByRole('list', { name: 'Changes' }).innerText()).toContain('Knocked out: decoder, layer 1, head 2');
    await page.getByText('Paste JSON').click();
    await page.getByRole('textbox', { name: 'Interventions as JSON' }).fill('[{"do":"fly"}]');
    await page.getByRole('button', { name: 'Run with these' }).click();
    expect(await page.getByRole('alert').innerText()).toBe('Intervention 1 is none that is known: {"do":"fly"}');
  });

  test('a cell that is clicked can be pinned', async () => {
    const page = await shown();
    await view(page, 'What if');
    await page.locator('what-if attention-map [role=grid]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    await settle(page);
    await page.getByRole('spinbutton', { name: 'Weight' }).fill('0.9');
    await page.getByRole('button', { name: 'Pin weight' }).click();
    await settle(page);
    const { interventions } = (await asked(page, 'open')).at(-1) as { interventions: readonly object[] };
    expect(interventions[0]).toMatchObject({ do: 'pin', kind: 'cross', layer: 0, heads: [1], weight: 0.9 });
    expect(await page.locator('what-if ol').innerText()).toContain('pinned to 0.9');
  });

  test('which words matter: a ranking beside that of attention, with their correlation', async () => {
    const page = await shown();
    await view(page, 'What if');
    await page.getByRole('button', { name: 'Find which words matter' }).click();
    await settle(page);
    expect(await page.locator('word-influence .told').last().innerText()).toMatch(/^Kendall’s τ = 0\.42: both rank the words somewhat alike\..*Attention is not by itself an explanation\.$/);
    const changes = await page.getByRole('table', { name: 'Words by how much they matter' }).getByRole('row').evaluateAll(rows => rows.slice(1).map(row => Number.parseFloat(row.children[2]?.textContent ?? '')));
    expect(changes).toEqual(changes.toSorted((one, other) => other - one));
  });

  test('another head stands beside this one with their difference; a text of another length beside it alone, saying why', async () => {
    const page = await shown();
    await view(page, 'Compare');
    expect(await page.locator('map-pair attention-map').count()).toBe(3);
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('model');
    await settle(page);
    expect(await page.locator('map-pair attention-map').count()).toBe(2);
    expect(await page.getByText(/^There is no difference to draw/).innerText()).toBe('There is no difference to draw: one map has 7 × 14 cells, the other 8 × 16 cells.');
  });

  test('what was inspected before comes back; what has changed since is said to be stale', async () => {
    const page = await shown();
    await page.evaluate(remember, [entry('sample', { isStale: true }), entry('older', { interventions: 2, isPinned: true })]);
    await settle(page);
    expect(await page.getByText('The text has changed since').isVisible()).toBe(true);
    const list = page.getByRole('combobox', { name: 'Inspected before' });
    expect(await list.locator('option').allInnerTexts()).toEqual(['the model reads · sample · stale', 'the model reads · sample · 2 changes, pinned']);
    await list.selectOption('older');
    await settle(page);
    expect((await asked(page, 'recall')).at(-1)).toBe('older');
    await page.getByRole('switch', { name: 'Keep in History' }).click();
    expect((await told(page)).findLast(({ type }) => type === 'pin')).toEqual({ type: 'pin', inspection: 'sample', isPinned: true });
  });

  test('an export asks for what is shown, and says what came of it', async () => {
    const page = await shown();
    await page.getByRole('combobox', { name: 'Export' }).selectOption('svg');
    await settle(page);
    expect((await asked(page, 'export')).at(-1)).toMatchObject({ format: 'svg', drawing: 'matrix', map: { inspection: 'sample' } });
    expect(await page.getByText('Saved: 12.1 KB.').isVisible()).toBe(true);
    await page.getByRole('combobox', { name: 'Export' }).selectOption('png');
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).host.told.some(({ type }) => type === 'save-png'));
  });

  test('pictures of every view in every theme; nothing bars anybody, nothing is cut off in 300 pixels or at 200 %', async () => {
    const found: string[] = [];
    const page = await shown({ width: 760, height: 980 });
    for (const name of ['Matrix', 'Heads', 'Model', 'Arithmetic', 'Decoding', 'What if', 'Compare']) {
      await view(page, name);
      if (name === 'What if') {
        await page.getByRole('button', { name: 'Knock out head' }).click();
        await settle(page);
      }
      for (const [theme, colours] of Object.entries(themes)) {
        await page.evaluate(applyTheme, colours as Theme);
        await settle(page);
        await page.screenshot({ path: `${pictures}/inspector-${name.toLowerCase().replace(' ', '-')}-${theme}.png`, fullPage: true });
        if (theme === 'dark' || theme === 'highContrastLight') found.push(...(await barriers(page)).map(barrier => `${name}, ${theme}: ${barrier}`));
      }
      for (const width of [300, 380]) {
        await page.setViewportSize({ width, height: 900 });
        await settle(page);
        await page.screenshot({ path: `${pictures}/inspector-${name.toLowerCase().replace(' ', '-')}-${width}.png`, fullPage: true });
        const over = await page.evaluate(() => document.documentElement.scrollWidth);
        if (over > width) found.push(`${name} is ${over} pixels wide in ${width}`);
      }
      await page.setViewportSize({ width: 760, height: 980 });
    }
    expect(found).toEqual([]);
  });
});

async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise(done => setTimeout(done, 60));
    for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
  });
}

async function asked(page: Page, method: string): Promise<unknown[]> {
  const all = await page.evaluate(() => (globalThis as unknown as PageGlobals).host.asked);
  return all.filter(one => one.method === method).map(({ params }) => params);
}

function told(page: Page): Promise<SampleHost['told']> {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).host.told);
}

/** What the editor was told last to follow. */
async function shownLast(page: Page): Promise<SampleHost['told'][number] | undefined> {
  return (await told(page)).findLast(({ type }) => type === 'shown');
}

function entry(inspection: string, marks: Partial<HistoryEntry>): HistoryEntry {
  return { inspection, model: 'sample', text: 'the model reads', interventions: 0, isPinned: false, isStale: false, ...marks };
}

/** Runs in the page. */
function show({ model, memory }: { model: SampleModel; memory: InspectorMemory | undefined }): void {
  const page = globalThis as unknown as PageGlobals;
  page.host = page.sampleHost(model);
  const element = document.createElement('attention-inspector');
  element.style.margin = '12px';
  element.inspector = page.host;
  element.inspection = page.translated(model);
  if (memory !== undefined) element.memory = memory;
  document.querySelector('main')?.append(element);
}

/** Runs in the page. */
function remember(history: HistoryEntry[]): void {
  const element: AttentionInspector | null = document.querySelector('attention-inspector');
  if (element !== null) element.history = history;
}
