/** What a user does in the workbench, step by step. */
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { click, hover } from './places.ts';
import type { Place } from './requests.ts';
import { patience } from './workbench.ts';

/** Opens a file of the workspace by its name, as from Go to File. */
export async function openFile(page: Page, name: string): Promise<void> {
  await quickPick(page, 'Control+P', name);
  await page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

/** Runs a command by its title, as from the Command Palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await quickPick(page, 'F1', `>${title}`);
}

/** A workbench that is still starting may not know the file or the command yet: the question is asked anew until it does. */
async function quickPick(page: Page, key: string, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type="text"]');
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text.replace(/^>/, '') }).first();
  const limit = Date.now() + patience;
  for (;;) {
    await page.keyboard.press(key);
    try {
      await input.fill(text, { timeout: 5_000 });
      await row.waitFor({ timeout: 5_000 });
      break;
    } catch (error) {
      if (Date.now() > limit) throw error;
      await page.keyboard.press('Escape');
    }
  }
  await row.click();
  // A command may ask something itself, at once and in the same place: what was chosen is gone, the input may not be.
  await row.waitFor({ state: 'hidden' });
}

/**
 * Runs a command of the Explorer's menu on one of its rows. A workbench that is still starting may not know the entry yet, and a
 * menu that has only just opened takes no click: it is opened anew until the click has closed it.
 */
export async function runInExplorer(page: Page, row: string, command: string): Promise<void> {
  const entry = page.locator('.monaco-menu .action-label', { hasText: command }).first();
  const limit = Date.now() + patience;
  for (;;) {
    await page.keyboard.press('Escape');
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: row }).first().click({ button: 'right' });
    if (await entry.waitFor({ timeout: 2_000 }).then(() => true, () => false)) {
      await setTimeout(500);
      // A menu may also close by itself, and there is nothing to click any more.
      const clicked = await entry.click({ timeout: 5_000 }).then(() => true, () => false);
      if (clicked && (await entry.waitFor({ state: 'hidden', timeout: 2_000 }).then(() => true, () => false))) return;
    }
    if (Date.now() > limit) throw new Error(`The Explorer's menu offers no ${command} on ${row}.`);
  }
}

/**
 * Rests the pointer on a place until what it brings up is there. VS Code drops a hover when anything moves under the pointer at
 * that moment (a notification that folds, a decoration that arrives late), and asks again only when the pointer comes anew.
 */
export async function hoverUntil(page: Page, place: Place, shown: Locator): Promise<void> {
  const limit = Date.now() + patience;
  for (;;) {
    await hover(page, place);
    if (await shown.waitFor({ timeout: 5_000 }).then(() => true, () => false)) return;
    if (Date.now() > limit) throw new Error(`Nothing showed under the pointer on ${JSON.stringify(place)}.`);
    await page.mouse.move(0, 0);
  }
}

/** Selects the whole line that a word stands in, as by the mouse and the keyboard. */
export async function selectLineOf(page: Page, word: string): Promise<void> {
  await click(page, { in: 'editor', text: word });
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
}
