/** The image panel after a reload of the window: the image is read and asked about again, and shown as it was left. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { discPng } from '../panel/classified-sample.ts';
import { runInExplorer } from './act.ts';
import { webview } from './places.ts';
import { writeToyModels } from './toy-models.ts';
import { openWorkbench } from './workbench.ts';

it('shows its image again, with the map and the patch that were chosen', async () => {
  const models = await writeToyModels();
  const prepare = (folder: string): Record<string, unknown> => {
    writeFileSync(join(folder, 'disc.png'), discPng(32));
    return { 'attentionScope.modelFolders': [models] };
  };
  await using workbench = await openWorkbench({ prepare });
  const { page } = workbench;
  await runInExplorer(page, 'disc.png', 'Classify Image');
  const labels = webview(page).locator('attention-image .labels');
  await labels.filter({ hasText: 'boot' }).waitFor();
  const before = await labels.innerText();
  await webview(page).getByRole('combobox', { name: 'What is drawn over the picture' }).selectOption('Layer 1, head 2');
  await webview(page).locator('attention-picture canvas').first().click({ position: { x: 20, y: 20 } });
  await page.mouse.move(5, 5);
  await webview(page).locator('.readout', { hasText: 'Row 1, column 1 looks at' }).waitFor();

  // The web's workbench saves its editors a few seconds after they change; the desktop's saves them as it closes.
  await setTimeout(8_000);
  await page.reload();
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await labels.filter({ hasText: 'boot' }).waitFor();
  expect(await labels.innerText()).toBe(before);
  expect(await webview(page).getByRole('combobox', { name: 'What is drawn over the picture' }).inputValue()).toBe('layer-0-1');
  await webview(page).locator('.readout', { hasText: 'Row 1, column 1 looks at' }).waitFor();
  await workbench.screenshot('image-after-reload');
});
