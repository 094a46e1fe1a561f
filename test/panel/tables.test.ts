/** What the inspector's views are for those who do not see them: tables, each a stretch of rows at once. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { barriers } from './axe.ts';
import { inspectorFiles, openView, settle, showImage, showInspector, type PageGlobals } from './inspector-page.ts';
import { executable } from './session.ts';
import { usePage } from './use-page.ts';

describe.skipIf(executable === undefined)('as a table', () => {
  let page: Page;
  usePage(inspectorFiles, { width: 300, height: 900 }, opened => {
    page = opened;
  });

  const asTable = async (name: string): Promise<void> => {
    await openView(page, name);
    await page.getByRole('switch', { name: 'Show as Table' }).click();
    await settle(page);
  };
  const columns = (): Promise<readonly string[]> => page.getByRole('columnheader').allInnerTexts();
  const row = async (index: number): Promise<string> => (await page.locator('.table').getByRole('row').nth(index).innerText()).replaceAll(/\s+/g, ' ').trim();
  const nothingBars = async (): Promise<void> => expect([await barriers(page), await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([[], 300]);

  test('heads: what each looks at from a token that is chosen, and from none the first', async () => {
    await showInspector(page);
    await asTable('Heads');
    await page.getByRole('button', { name: 'All' }).click();
    await settle(page);
    expect(await page.locator('head-lines').count()).toBe(0);
    await page.getByRole('group', { name: '[CLS] attends to, head by head' }).waitFor();
    await page.getByRole('combobox', { name: 'Token', exact: true }).selectOption('2');
    await settle(page);
    expect(await columns()).toEqual(['Head', '1st', '2nd', '3rd', '4th', '5th', 'What it does']);
    expect([await row(1), await row(2)]).toEqual([expect.stringMatching(/^Head 1 \S+ 0\.\d\d \S+ 0\.\d\d .*previous token 0\.\d\d$/), expect.stringMatching(/^Head 2 .*first token 0\.\d\d$/)]);
    expect(await lastPointed(page)).toEqual({ axis: 1, tokens: { first: 2, end: 3 }, as: 'query' });
    await page.getByRole('combobox', { name: 'Side' }).selectOption('Tokens that are looked at');
    await settle(page);
    expect(await page.getByRole('group', { name: '[CLS] is attended to by, head by head' }).count()).toBe(1);
    await nothingBars();
    await page.getByRole('switch', { name: 'Show as Table' }).click();
    await settle(page);
    expect([await page.locator('head-lines').count(), await page.locator('.table').count()]).toEqual([1, 0]);
  });

  test('the model: what each head does and what was measured, twenty at once, in the order that is chosen; a name opens its head', async () => {
    await showInspector(page, { layers: 4, heads: 8, tokens: 14, isTranslator: true });
    await asTable('Model');
    expect(await columns()).toEqual(['Head', 'What it does', 'Entropy, nats', 'Confidence', 'Diagonality', 'Distance, tokens', 'Coverage', 'Attention']);
    expect(await page.getByRole('row').count()).toBe(21);
    await page.getByRole('button', { name: 'Rows after' }).click();
    await page.getByText('Rows 21 to 40 of 64').waitFor();
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('entropy');
    await settle(page);
    await page.getByText('Rows 1 to 20 of 64').waitFor();
    const entropies = await page.getByRole('row').evaluateAll(rows => rows.slice(1).map(one => Number(one.children[2]?.textContent)));
    expect(entropies).toEqual(entropies.toSorted((one, other) => one - other));
    await nothingBars();
    const button = page.getByRole('button', { name: /^Encoder, over the whole text: layer \d, head \d$/ }).nth(1);
    const name = await button.innerText();
    await button.focus();
    await page.keyboard.press('Shift+Enter');
    await settle(page);
    expect(await page.getByRole('combobox', { name: 'Sort by' }).inputValue()).toBe('similarity');
    expect(await row(1)).toMatch(new RegExp(`^${name} .* 1\\.00 Encoder`));
    await page.locator('.table .open').first().press('Enter');
    await settle(page);
    expect(await page.locator('attention-map [role=grid]').getAttribute('aria-label')).toMatch(new RegExp(`: ${name.toLowerCase()}:`));
  });

  test('decoding: every token that was looked at, the step’s own marked; steps turn its stretches', async () => {
    await showInspector(page, { layers: 1, heads: 2, tokens: 22, isTranslator: true });
    await asTable('Decoding');
    expect((await columns()).slice(0, 6)).toEqual(['Token', 'Step', 'After', 'Probability', 'With all before it', 'What became of it']);
    for (let step = 0; step < 6; step++) await page.getByRole('button', { name: 'Next step' }).click();
    await settle(page);
    expect(await page.getByText(/^Rows \d+ to \d+ of \d+$/).innerText()).toBe('Rows 21 to 40 of 44');
    expect(await page.locator('.table [aria-current=true]').innerText()).toMatch(/7\s+\S+\s+70 %\s+8 %\s+on the way to what was written/);
    await nothingBars();
  });

  test('an image: what each patch got, where it stands', async () => {
    await showInspector(page);
    await showImage(page);
    await asTable('Image');
    expect(await columns()).toEqual(['Row', 'Column 1', 'Column 2', 'Column 3', 'Column 4']);
    expect([await page.getByRole('row').count(), await row(1)]).toEqual([5, expect.stringMatching(/^1( \d\.\d\d){4}$/)]);
    await nothingBars();
  });
});

/** What the editor was told last that is pointed at. */
async function lastPointed(page: Page): Promise<unknown> {
  const told = await page.evaluate(() => (globalThis as unknown as PageGlobals).host.told);
  const last = told.findLast(({ type }) => type === 'shown');
  return last?.type === 'shown' ? last.shown?.pointed : undefined;
}
