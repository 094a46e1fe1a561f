/** Runs on a real Slurm from the editor: submitted, watched, listed and ended as a user does it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asTable, toyConfig, toyPairs } from '../../trainer/training/training.fixture.ts';
import { Slurm, slurmMissing } from '../slurm/slurm.ts';
import { hoverUntil, openFile, runCommand, runInExplorer } from './act.ts';
import { openWorkbench, patience } from './workbench.ts';

const configOf = (name: string, epochs: number): string => `${JSON.stringify({ ...toyConfig({ epochs, tokensPerBatch: 64, patience: 1000, validateEvery: 500, logEvery: 500 }), data: { format: 'tsv', file: 'toy.tsv' }, name }, undefined, 2)}\n`;

/** A config that ends soon, one that does not, and a run's copy, which is none. */
function prepare(folder: string): Readonly<Record<string, unknown>> {
  writeFileSync(join(folder, 'toy.tsv'), asTable(toyPairs(400)));
  writeFileSync(join(folder, 'short.attention.json'), configOf('short', 2));
  writeFileSync(join(folder, 'endless.attention.json'), configOf('endless', 1000));
  mkdirSync(join(folder, 'runs', 'earlier'), { recursive: true });
  writeFileSync(join(folder, 'runs', 'earlier', 'config.attention.json'), configOf('earlier', 2));
  writeFileSync(join(folder, 'runs', 'earlier', 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: { name: 'earlier' } }));
  // Not among the runs of the workspace: that they are shown is the target's doing.
  return { 'files.autoSave': 'off', 'attentionScope.targets': { lab: { kind: 'slurm', runs: join(folder, 'cluster'), node: process.execPath, partition: 'main' } } };
}

const widget = (page: Page) => page.locator('.quick-input-widget');
const entry = (page: Page, text: string | RegExp) => widget(page).locator('.monaco-list-row', { hasText: text }).first();
/** A run in the tree, by what a screen reader is told of it. */
const run = (page: Page, name: string, state: string) => page.locator(`.part.sidebar .monaco-list-row[aria-label^="${name}, ${state}"]`).first();
const stop = (page: Page) => page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Stop' }).click();

let slurm: Slurm;

describe.skipIf(slurmMissing !== undefined)(`a real Slurm${slurmMissing === undefined ? '' : ` (skipped: ${slurmMissing})`}`, () => {
  beforeAll(async () => {
    slurm = await Slurm.start();
  });
  afterAll(() => slurm?.stop());

  it('trains what Run on… sends there; another run is stopped, goes on there, and is cancelled in the list of jobs', async () => {
    await using workbench = await openWorkbench({ prepare, env: slurm.environment });
    const { page, folder } = workbench;
    const typesOf = (name: string): readonly string[] => {
      const events = join(folder, 'cluster', name, 'events.jsonl');
      return existsSync(events) ? [...readFileSync(events, 'utf8').matchAll(/"type":"(\w+)"/g)].map(([, type = '']) => type) : [];
    };
    const untilTold = (name: string, type: string) => expect.poll(() => typesOf(name), { timeout: patience, message: name }).toContain(type);
    /** A job is in the queue a while longer than its run. */
    const untilAllEnded = () => expect.poll(() => slurm.ask('squeue', '--noheader'), { timeout: patience }).toBe('');

    await runCommand(page, 'Attention Scope: Run on…');
    await entry(page, 'lab').click();
    await entry(page, 'short.attention.json').waitFor();
    expect(await widget(page).locator('.monaco-list-row').allInnerTexts()).toEqual(['endless.attention.json', 'short.attention.json']);
    await entry(page, 'short.attention.json').click();
    // In a window without focus no toast pops up: the message waits in the list.
    await runCommand(page, 'Notifications: Show Notifications');
    await page.locator('.notification-list-item', { hasText: /short\.attention\.json is job \d+ on lab/ }).first().waitFor();
    await runCommand(page, 'Attention Scope: Focus on Runs View');
    await untilTold('short', 'finished');
    await run(page, 'short', 'finished').waitFor();

    // What the disk does not hold yet is trained too.
    await runCommand(page, 'View: Show Explorer');
    await openFile(page, 'endless.attention.json');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n\n');
    await runInExplorer(page, 'endless.attention.json', 'Run on…');
    await entry(page, 'lab').click();
    await untilTold('endless', 'step');
    expect(readFileSync(join(folder, 'cluster', 'endless', 'config.attention.json'), 'utf8')).toMatch(/\}\n\n\n$/);

    await runCommand(page, 'Attention Scope: Focus on Runs View');
    await run(page, 'endless', 'running').waitFor();
    await hoverUntil(page, { in: 'workbench', selector: '.part.sidebar .monaco-list-row[aria-label^="endless, running"]' }, page.locator('.monaco-hover', { hasText: /Job \d+ of lab: running on n[12]/ }).first());
    await workbench.screenshot('cluster-run');

    await runCommand(page, 'Attention Scope: Show Jobs of a Cluster…');
    await entry(page, /endless.*running on n[12]/s).waitFor();
    await entry(page, /short.*finished/s).waitFor();
    await workbench.screenshot('cluster-jobs');
    await page.keyboard.press('Escape');

    await runCommand(page, 'Attention Scope: Stop Run');
    await entry(page, 'endless').click();
    await page.locator('.monaco-dialog-box', { hasText: /Job \d+ of lab: running on n[12]/ }).waitFor();
    await workbench.screenshot('cluster-stop');
    await stop(page);
    await untilTold('endless', 'stopped');
    await run(page, 'endless', 'stopped').waitFor();

    await untilAllEnded();
    await runCommand(page, 'Attention Scope: Resume Run');
    await entry(page, 'endless').click();
    await untilTold('endless', 'resumed');
    await runCommand(page, 'Attention Scope: Show Jobs of a Cluster…');
    await entry(page, 'endless').hover();
    await entry(page, 'endless').getByRole('button', { name: 'Stop and Cancel Its Job' }).click();
    await stop(page);
    await expect.poll(() => typesOf('endless').at(-1), { timeout: patience }).toBe('stopped');
    await untilAllEnded();
    // The list is still there; asked again, it has nothing left to cancel.
    await widget(page).getByRole('button', { name: 'Refresh' }).click();
    await entry(page, /endless.*stopped/s).waitFor();
    expect(await widget(page).getByRole('button', { name: 'Stop and Cancel Its Job' }).count()).toBe(0);
    // Choosing one shows it.
    await entry(page, /endless.*stopped/s).click();
    await page.locator('.tab.active', { hasText: /endless$/ }).waitFor();
  }, 1_200_000);
});
