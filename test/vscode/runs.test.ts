/** Runs as a user comes back to them: after a reload of the window, and in a workspace that nobody has trusted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { writeToy } from '../../trainer/training/training.fixture.ts';
import { runCommand } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench, patience } from './workbench.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attention-scope-toy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains the toy on the command line, as a process that knows nothing of the editor. */
async function train(runs: string, epochs: number): Promise<ChildProcess> {
  const config = await writeToy(folder, { epochs, patience: 1_000, keepLast: 2 });
  const program = underRoot('dist', 'attention-scope.mjs');
  return spawn(process.execPath, [program, 'train', config, '--run-dir', join(runs, 'toy')], { stdio: 'ignore' });
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise(resolve => child.once('exit', resolve));
const statusBar = (page: Page) => page.locator('.part.statusbar').getByText(/toy \d+ %/);
const row = (page: Page) => page.locator('.part.sidebar .monaco-list-row', { hasText: 'toy' }).first();

it('a run that is trained is found again after a reload without the panel being opened, is shown to its end, asked by two checkpoints, and deleted', async () => {
  await using workbench = await openWorkbench();
  const { page } = workbench;
  const training = await train(join(workbench.folder, 'runs'), 1_000);
  try {
    await runCommand(page, 'Attention Scope: Refresh Runs and Models');
    await statusBar(page).waitFor();
    await page.reload();
    await page.locator('.monaco-workbench .part.statusbar').waitFor();
    await statusBar(page).waitFor();
    const gone = ended(training);
    training.kill('SIGINT');
    await gone;
    await statusBar(page).waitFor({ state: 'detached' });
    await runCommand(page, 'Attention Scope: Focus on Runs View');
    await row(page).filter({ hasText: 'stopped' }).waitFor();
    await compareOnText(page);
    await deleteAndUndo(page);
  } finally {
    training.kill('SIGKILL');
  }
});

/** The row of a run that is trained is drawn anew several times a second; the tooltip that is being read must not go with it. */
async function expectTooltipToStay(page: Page): Promise<void> {
  await row(page).locator('.label-name').hover();
  const tooltip = page.locator('.workbench-hover', { hasText: 'Started' });
  await tooltip.waitFor({ timeout: 20_000 });
  const steps = await statusBar(page).innerText();
  await expect.poll(() => statusBar(page).innerText(), { timeout: patience }).not.toBe(steps);
  await setTimeout(2_000);
  expect(await tooltip.isVisible()).toBe(true);
  await page.mouse.move(0, 0);
}

/** As from the Command Palette: which run, which two of its checkpoints, and what they are to read. */
async function compareOnText(page: Page): Promise<void> {
  const first = (text: string) => page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  await runCommand(page, 'Attention Scope: Compare Checkpoints of a Run on Text…');
  await first('toy').click();
  await page.locator('.quick-input-widget input[placeholder="From which checkpoint"]').waitFor();
  await first('Step').click();
  await page.locator('.quick-input-widget input[placeholder^="From step"]').waitFor();
  await first('Step').click();
  await page.locator('.quick-input-title', { hasText: 'Attend to Text' }).waitFor();
  await page.keyboard.type('they see the small dog.');
  await page.keyboard.press('Enter');
  await webview(page).getByRole('heading', { name: 'Difference: the second less the first' }).waitFor();
}

/** There is no trash on the machine that serves a workbench: the run goes into `.trash`, once that is confirmed. */
async function deleteAndUndo(page: Page): Promise<void> {
  await runCommand(page, 'Attention Scope: Delete Run');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'toy' }).first().click();
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Move to .trash' }).click();
  await row(page).waitFor({ state: 'detached' });
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notification-list-item', { hasText: 'was moved into .trash' }).locator('.monaco-button', { hasText: 'Undo' }).click();
  await row(page).filter({ hasText: 'stopped' }).waitFor();
}

it('runs of a workspace that is not trusted are looked at, not trained', async () => {
  await using workbench = await openWorkbench({ trust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  const { page } = workbench;
  const training = await train(join(workbench.folder, 'runs'), 1_000);
  const gone = ended(training);
  try {
    await runCommand(page, 'Attention Scope: Focus on Runs View');
    await row(page).filter({ hasText: 'loss' }).waitFor();
    await expectTooltipToStay(page);
    training.kill('SIGINT');
    await gone;
    await row(page).filter({ hasText: 'stopped' }).waitFor();
    await row(page).hover();
    const buttons = row(page).locator('.action-label');
    await expect.poll(() => buttons.evaluateAll(all => all.filter(one => !one.classList.contains('disabled')).map(one => one.getAttribute('aria-label'))), { timeout: patience }).toEqual(['Show Run']);
    await workbench.screenshot('runs-untrusted');
  } finally {
    training.kill('SIGKILL');
  }
});
