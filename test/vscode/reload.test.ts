/** The panel after a reload of the window, which ends the extension and the panel's page. */
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openFile, selectLineOf } from './act.ts';
import { painted } from './painted.ts';
import { webview } from './places.ts';
import { openWorkbench } from './workbench.ts';

it('the panel shows its translation again after a reload, and is brought up to date by the next one', async () => {
  await using workbench = await openWorkbench();
  const { page } = workbench;
  const source = webview(page).locator('#source [data-word]');
  const translateLine = async (word: string): Promise<void> => {
    await selectLineOf(page, word);
    await page.keyboard.press('Control+K');
    await page.keyboard.press('t');
    await source.filter({ hasText: new RegExp(`^${word}$`) }).waitFor();
    await webview(page).locator('#target [data-word]').first().waitFor();
  };
  await openFile(page, 'story.txt');
  await translateLine('cup');
  const before = await webview(page).locator('#target').innerText();

  // The web's workbench saves its editors a few seconds after they change; the desktop's saves them as it closes.
  await setTimeout(8_000);
  await page.reload();
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await source.filter({ hasText: /^cup$/ }).waitFor();
  expect(await webview(page).locator('#target').innerText()).toBe(before);
  // It is tied to its text again: a word pointed at lights up there.
  await page.locator('.tab[data-resource-name="story.txt"]').waitFor();
  await expect.poll(async () => (await painted(page)).some(({ tinted }) => tinted.includes('cup'))).toBe(true);
  await webview(page).locator('#target [data-word]').filter({ hasText: /^thé$/ }).hover();
  await expect.poll(async () => (await painted(page))[0]?.tinted).toContain('tea');

  await openFile(page, 'story.txt');
  await translateLine('fox');
  expect(await page.locator('.tab', { hasText: 'Attention' }).count()).toBe(1);
});
