/** Everything that the inspector can show, one after the other: what holds for all of it is tested on all of these. */
import type { Page } from 'playwright-core';
import { entry, listHistory, openView, runForever, settle, showImage, showInspector } from './inspector-page.ts';

export interface Scene {
  readonly name: string;
  /** Shows it in a page of an inspector, whatever was shown there before. */
  readonly open: (page: Page) => Promise<void>;
}

export const scenes: readonly Scene[] = [
  scene('matrix', async page => {
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    // Exact weights are asked for where the pointer rests.
    await page.locator('attention-map .tooltip').getByText(/^0\.\d{4}$/).waitFor();
    await settle(page);
  }),
  scene('reading', async page => {
    await page.getByText('Reading', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Normalise' }).selectOption('row');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('top');
    await page.getByRole('combobox', { name: 'Export' }).selectOption('svg');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('searchbox', { name: 'Search a token' }).fill('e');
    await settle(page);
  }),
  scene('heads', async page => {
    await openView(page, 'Heads');
    await page.getByRole('button', { name: 'Head 3' }).click();
    await settle(page);
  }),
  scene('model', page => openView(page, 'Model')),
  scene('arithmetic', async page => {
    await openView(page, 'Arithmetic');
    await page.getByRole('grid', { name: 'Scores and weights, a row a key' }).focus();
    await page.keyboard.press('ArrowDown');
    await settle(page);
  }),
  scene('decoding', async page => {
    await openView(page, 'Decoding');
    await page.locator('.tree').focus();
    await page.keyboard.press('ArrowRight');
    await settle(page);
  }),
  scene('what-if', async page => {
    await openView(page, 'What if');
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    await page.getByRole('button', { name: 'Find which words matter' }).click();
    await settle(page);
  }),
  scene('compare', page => openView(page, 'Compare')),
  scene('image', async page => {
    await showImage(page);
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await settle(page);
  }),
  scene('history', async page => {
    await listHistory(page, [entry('sample', { isStale: true, isPinned: true }), entry('older', { interventions: 2 })]);
    await page.getByRole('switch', { name: 'Show as Table' }).click();
    await settle(page);
  }),
  scene('running', async page => {
    await openView(page, 'What if');
    await runForever(page);
  }),
];

function scene(name: string, act: (page: Page) => Promise<void>): Scene {
  return {
    name,
    open: async page => {
      await showInspector(page);
      await act(page);
    },
  };
}
