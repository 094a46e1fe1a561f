/** A workspace that nobody has trusted: its models and the settings that name them stay out, until it is trusted. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { openFile, runCommand, selectLineOf } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench } from './workbench.ts';

/** A workspace that brings a model of its own and asks for it. */
const workspace = mkdtempSync(join(tmpdir(), 'attention-scope-trust-'));
cpSync(underRoot('test/fixtures/workspace'), workspace, { recursive: true });
const foreign = join(workspace, 'models', 'foreign');
cpSync(underRoot('media/models/en-fr'), foreign, { recursive: true });
const manifest = join(foreign, 'attention-model.json');
writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), id: 'foreign', name: 'The workspace’s own' }));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const settings = { 'security.workspace.trust.startupPrompt': 'never' };
const headingOf = (page: Page) => webview(page).getByRole('heading', { level: 1 });

/** Translates the line of a word, and waits for the panel to show it. */
async function translateLine(page: Page, word: string): Promise<void> {
  await openFile(page, 'story.txt');
  await selectLineOf(page, word);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('t');
  await webview(page).locator('#source [data-word]').filter({ hasText: new RegExp(`^${word}$`) }).waitFor();
  await webview(page).locator('#target [data-word]').first().waitFor();
}

/** The models that Select Model lists. */
async function modelsListed(page: Page): Promise<string[]> {
  await runCommand(page, 'Attention Scope: Select Model');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const model = rows.filter({ hasText: 'tokens' });
  await model.first().waitFor();
  const listed = await model.allInnerTexts();
  await page.keyboard.press('Escape');
  return listed;
}

it('translates with the bundled model only, and with the workspace’s own once that is trusted', async () => {
  const prepare = (folder: string): Record<string, never> => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    const asked = { 'attentionScope.modelFolders': ['models'], 'attentionScope.model': join(folder, 'models', 'foreign') };
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(asked));
    return {};
  };
  await using workbench = await openWorkbench({ workspace, trust: true, settings, prepare });
  const { page } = workbench;
  await translateLine(page, 'cup');
  expect(await headingOf(page).innerText()).toBe('en-fr');
  expect((await modelsListed(page)).join('\n')).not.toContain('The workspace’s own');

  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ }).first().click();
  await page.locator('.part.statusbar', { hasText: 'foreign' }).waitFor();
  await translateLine(page, 'fox');
  await expect.poll(() => headingOf(page).innerText(), { timeout: 60_000 }).toBe('foreign');
  const listed = await modelsListed(page);
  expect(listed.join('\n')).toMatch(/The workspace’s own\s*current/);
});

it('can be left for another model when the user’s own choice lies in it', async () => {
  const prepare = (folder: string): Record<string, unknown> => ({ 'attentionScope.model': join(folder, 'models', 'foreign') });
  await using workbench = await openWorkbench({ workspace, trust: true, settings, prepare });
  const { page } = workbench;
  await openFile(page, 'story.txt');
  await selectLineOf(page, 'cup');
  await page.keyboard.press('Control+K');
  await page.keyboard.press('t');
  // In a window without focus no toast pops up: the message waits in the list.
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notification-list-item').filter({ hasText: 'which is not trusted' }).first().waitFor({ timeout: 60_000 });
  expect((await modelsListed(page)).join('\n')).not.toContain('The workspace’s own');
});
