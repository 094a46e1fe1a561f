/** The inspector's views as they stand in a window: what covers what, and what is cut. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspectorFiles, openView, settle, showInspector, small, type PageGlobals } from './inspector-page.ts';
import { executable } from './session.ts';
import { usePage } from './use-page.ts';

describe.skipIf(executable === undefined)('the inspector in a window', () => {
  let page: Page;
  usePage(inspectorFiles, { width: 720, height: 600 }, opened => {
    page = opened;
  });

  test('a map’s scale and buttons stand over it only once a good part of it is in sight, and then at the window’s edge', async () => {
    await showInspector(page, { ...small, tokens: 28 });
    await openView(page, 'Compare');
    const map = page.locator('#difference attention-map');
    const [canvas, foot] = [map.locator('canvas').first(), map.locator('.foot')];
    const seen = async (): Promise<{ readonly map: number; readonly foot: number; readonly end: number }> => {
      const [top, bar, height] = [(await canvas.boundingBox())?.y ?? 0, await foot.boundingBox(), page.viewportSize()?.height ?? 0];
      return { map: height - top, foot: (bar?.y ?? 0) - top, end: (bar?.y ?? 0) + (bar?.height ?? 0) - height };
    };
    const put = async (height: number): Promise<void> => {
      await canvas.evaluate((element, down) => window.scrollBy(0, element.getBoundingClientRect().top - (window.innerHeight - down)), height);
      await settle(page);
    };
    await put(100);
    expect((await seen()).foot).toBeGreaterThanOrEqual(180);
    await put(260);
    const { foot: below, end } = await seen();
    expect([below < 260, Math.round(end)]).toEqual([true, 0]);
  });

  test('a difference of texts that differ has the room below a pair', async () => {
    await showInspector(page);
    await openView(page, 'Compare');
    const widths = (): Promise<readonly number[]> => page.locator('map-pair section').evaluateAll(all => all.map(section => Math.round(section.clientWidth)));
    const [one, , same] = await widths();
    expect(same).toBe(one);
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('text');
    await settle(page);
    const [half, , whole] = await widths();
    expect(whole).toBeGreaterThan(2 * (half ?? 0));
  });

  test('another text is seen whole at first, and so is what it is compared with', async () => {
    await showInspector(page, { ...small, tokens: 60 });
    await openView(page, 'Compare');
    const zooms = (): Promise<readonly unknown[]> => page.locator('map-pair attention-map').evaluateAll(all => all.map(map => (map as HTMLElement & { position: { zoom: unknown } }).position.zoom));
    await page.locator('#one').getByRole('button', { name: 'Zoom in' }).click();
    expect(await zooms()).not.toContain('whole');
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('text');
    await settle(page);
    expect(await zooms()).toEqual(['whole', 'whole', 'whole']);
  });

  test('what a map was pointed at lets go of its neighbours once it is zoomed', async () => {
    await showInspector(page, { ...small, tokens: 60 });
    await openView(page, 'Compare');
    const maps = page.locator('map-pair attention-map');
    const crossed = (): Promise<readonly boolean[]> => maps.evaluateAll(all => all.map(map => (map as HTMLElement & { crossed: unknown }).crossed !== undefined));
    await maps.first().locator('canvas').first().hover({ position: { x: 160, y: 130 } });
    await settle(page);
    expect(await crossed()).toEqual([false, true, true]);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await settle(page);
    expect(await crossed()).toEqual([false, false, false]);
  });

  test('no digit is cut in a narrow page; what a row is of stays as the others are scrolled', async () => {
    await page.setViewportSize({ width: 400, height: 600 });
    await showInspector(page);
    await openView(page, 'Arithmetic');
    for (const table of await page.locator('number-table').all()) expect(await cut(table)).toEqual([]);
    const table = page.locator('number-table').nth(1);
    await table.locator('.scroller').evaluate(scroller => scroller.scrollTo(10_000, 0));
    const [scroller, first] = [await table.locator('.scroller').boundingBox(), await table.locator('.row').nth(1).locator('span').first().boundingBox()];
    expect(Math.round((first?.x ?? 0) - (scroller?.x ?? 0))).toBe(0);
    await page.setViewportSize({ width: 720, height: 600 });
  });

  test('Heads of one sentence are drawn as they are seen; numbers are of all, which is said', async () => {
    await showInspector(page, { ...small, sentences: 2 });
    await openView(page, 'Heads');
    await page.getByRole('combobox', { name: 'To sentence' }).selectOption('1');
    await settle(page);
    const exported = async (format: string): Promise<unknown> => {
      await page.getByRole('combobox', { name: 'Export' }).selectOption(format);
      await page.getByRole('button', { name: 'Export' }).click();
      await settle(page);
      return page.evaluate(() => (globalThis as unknown as PageGlobals).host.asked.findLast(({ method }) => method === 'export')?.params);
    };
    expect(await exported('svg')).toMatchObject({ drawing: { heads: expect.anything(), columns: { first: 7, end: 14 } } });
    expect(await page.locator('.exported').innerText()).toMatch(/^Saved/);
    await exported('csv');
    expect(await page.locator('.exported').innerText()).toMatch(/^Of all sentences, not only of those chosen\. Saved/);
  });

  test('what the document or another view has lit is brought into sight of Heads, too, when these are opened later', async () => {
    await showInspector(page, { ...small, tokens: 120 });
    await page.getByRole('searchbox', { name: 'Search a token' }).fill('sentence');
    await page.getByRole('searchbox', { name: 'Search a token' }).press('Shift+Enter');
    await settle(page);
    await openView(page, 'Heads');
    await settle(page);
    expect(await page.locator('head-lines .scroller').evaluate(scroller => scroller.scrollTop)).toBeGreaterThan(0);
  });
});

/** What stands in narrower cells than it needs. */
function cut(table: Locator): Promise<readonly string[]> {
  return table.evaluate(element => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.row > span:not(.text, .spare)') ?? [])].filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.innerText));
}
