/** A workspace that nobody has trusted: its models and the settings that name them stay out. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { openFile, runCommand, selectLineOf } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench, type WorkbenchOptions } from './workbench.ts';

/** A workspace that brings a model of its own and asks for it. */
const workspace = mkdtempSync(join(tmpdir(), 'attention-scope-trust-'));
cpSync(underRoot('test/fixtures/workspace'), workspace, { recursive: true });
cpSync(underRoot('media/models/en-fr'), join(workspace, 'models', 'foreign'), { recursive: true });
mkdirSync(join(workspace, '.vscode'), { recursive: true });
writeFileSync(join(workspace, '.vscode', 'settings.json'), JSON.stringify({ 'attentionScope.modelFolders': ['models'] }));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** How many models Select Model lists; the bundled model still translates. */
async function modelsListed(options: WorkbenchOptions): Promise<number> {
  await using workbench = await openWorkbench({ workspace, ...options });
  const { page } = workbench;
  await openFile(page, 'story.txt');
  await selectLineOf(page, 'cup');
  await page.keyboard.press('Control+K');
  await page.keyboard.press('t');
  await webview(page).locator('#source [data-word]').filter({ hasText: /^cup$/ }).waitFor();
  await runCommand(page, 'Attention Scope: Select Model');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'English' }).first().waitFor();
  return await rows.count(); // before the workbench is closed
}

it('is translated in with the bundled model only', async () => {
  const settings = { 'security.workspace.trust.startupPrompt': 'never' };
  expect(await modelsListed({ trust: true, settings })).toBe(1);
});

it('has its own model listed once it is trusted', async () => {
  expect(await modelsListed({})).toBe(2);
});
