/** From data to a training as a user comes by it: a config that VS Code and the worker check, and the way through New Training Run…. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { asTable, toyConfig, toyPairs } from '../../trainer/training/training.fixture.ts';
import { openFile, runCommand } from './act.ts';
import { openWorkbench } from './workbench.ts';

/** A config whose heads do not divide its width, whose corpus is missing, and one key of which is none. */
function wrongConfig(): string {
  const { training, ...config } = toyConfig();
  const model = { kind: 'transformer-translator', width: 100, heads: 3, inner: 32, encoderLayers: 1, decoderLayers: 1 };
  return JSON.stringify({ ...config, model, data: { format: 'tsv', file: 'none.tsv' }, training: { ...training, lerningRate: 3 } }, undefined, 2);
}

const widget = (page: Page) => page.locator('.quick-input-widget');
const choose = (page: Page, text: string | RegExp): Promise<void> => widget(page).locator('.monaco-list-row', { hasText: text }).first().click();
const asked = (page: Page, place: string): Promise<void> => widget(page).getByText(`New Training Run (${place})`).waitFor();

/** A wrong config, and a copy of a right one that a run keeps; its corpus lies where its origin lay. */
function prepare(folder: string): Record<string, never> {
  writeFileSync(join(folder, 'toy.attention.json'), wrongConfig());
  const run = join(folder, 'runs', 'earlier');
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, 'config.attention.json'), JSON.stringify({ ...toyConfig(), data: { format: 'tsv', file: 'gone.tsv' } }, undefined, 2));
  writeFileSync(join(run, 'run.json'), JSON.stringify({ format: 'attention-scope-run', formatVersion: 1, config: { name: 'earlier' } }));
  return {};
}

it('a config is checked as it is written: by its schema, and where no schema can say it; what a run keeps is its record', async () => {
  await using workbench = await openWorkbench({ prepare });
  const { page } = workbench;
  await openFile(page, 'toy.attention.json');
  await page.locator('.codelens-decoration', { hasText: 'Run' }).first().waitFor();
  await runCommand(page, 'Problems: Focus on Problems View');
  const problems = page.locator('.markers-panel-container');
  for (const text of ['heads: 3 heads cannot share a width of 100 evenly', 'names the corpus none.tsv', 'Property lerningRate is not allowed']) await problems.getByText(text).first().waitFor();
  expect(await problems.locator('.monaco-tl-row', { hasText: 'heads: 3' }).count()).toBe(1);

  await openFile(page, 'config.attention.json');
  await page.locator('.codelens-decoration', { hasText: 'earlier: interrupted' }).first().waitFor();
  expect(await page.locator('.codelens-decoration', { hasText: 'Run' }).filter({ visible: true }).count()).toBe(0);
  await runCommand(page, 'Attention Scope: Train This Config');
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notification-list-item', { hasText: 'is the record of what earlier was trained with' }).first().waitFor();
  expect(await problems.getByText('gone.tsv').count()).toBe(0);
});

it('New Training Run… shows what is in the data and what it takes, goes back and on with its answers, and trains', async () => {
  await using workbench = await openWorkbench({ prepare: folder => (writeFileSync(join(folder, 'pairs.en-fr.tsv'), asTable(toyPairs(200))), {}) });
  const { page, folder } = workbench;
  await runCommand(page, 'Attention Scope: New Training Run…');
  await asked(page, '1/10');
  await choose(page, 'a model that translates');
  await asked(page, '2/10');
  await choose(page, 'pairs.en-fr');
  await asked(page, '3/10');
  await widget(page).getByText('200 pairs').waitFor();
  await choose(page, 'Table parted by tabs');
  await asked(page, '4/10');
  await choose(page, 'Column 2');
  await asked(page, '5/10');
  await widget(page).getByRole('button', { name: 'Back' }).click();
  await asked(page, '4/10');
  // What was chosen before is what Enter takes.
  await widget(page).locator('.monaco-list-row.focused', { hasText: 'Column 2' }).waitFor();
  await choose(page, 'Column 1');
  await asked(page, '5/10');
  await choose(page, 'Column 2');
  for (const place of ['6/10', '7/10', '8/10']) {
    await asked(page, place);
    await page.keyboard.press('Enter');
  }
  await asked(page, '9/10');
  await choose(page, 'Small');
  await asked(page, '10/10');
  await widget(page).locator('.monaco-list-row', { hasText: 'of memory' }).waitFor();
  await choose(page, 'Start Training');
  await page.locator('.codelens-decoration, .tab', { hasText: 'pairs.en-fr' }).first().waitFor();
  const config = join(folder, 'pairs.en-fr.attention.json');
  await expect.poll(() => existsSync(config), { timeout: 60_000 }).toBe(true);
  expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({ task: 'translation', languages: { source: 'en', target: 'fr' }, data: { format: 'tsv', file: 'pairs.en-fr.tsv' } });
  const events = join(folder, 'runs', 'pairs.en-fr', 'events.jsonl');
  await expect.poll(() => existsSync(events) && readFileSync(events, 'utf8').includes('"type":"step"'), { timeout: 180_000 }).toBe(true);
  writeFileSync(join(folder, 'runs', 'pairs.en-fr', 'control.json'), JSON.stringify({ wish: 'stop' }));
  await expect.poll(() => readFileSync(events, 'utf8').includes('"type":"stopped"'), { timeout: 60_000 }).toBe(true);
});
