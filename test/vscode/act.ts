/** What a user does in the workbench, step by step. */
import type { Page } from 'playwright-core';
import { click } from './places.ts';

/** Opens a file of the workspace by its name, as from Go to File. */
export async function openFile(page: Page, name: string): Promise<void> {
  await quickPick(page, 'Control+P', name);
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

/** Runs a command by its title, as from the Command Palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await quickPick(page, 'F1', `>${title}`);
}

async function quickPick(page: Page, key: string, text: string): Promise<void> {
  await page.keyboard.press(key);
  const input = page.locator('.quick-input-widget input[type="text"]');
  await input.fill(text);
  // The first entry is the best match, once the list has caught up with what was typed.
  const label = text.replace(/^>/, '');
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: label }).waitFor();
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** Selects the whole line that a word stands in, as by the mouse and the keyboard. */
export async function selectLineOf(page: Page, word: string): Promise<void> {
  await click(page, { in: 'editor', text: word });
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
}
