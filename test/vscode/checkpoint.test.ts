/** Checkpoints as a user comes by them: in the Explorer, after a reload of the window, in a workspace that nobody has trusted. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { runCommand, runInExplorer } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench } from './workbench.ts';

/** A safetensors file of two tensors of one value each. */
function tinySafetensors(): Buffer {
  return safetensors({ 'layer.weight': { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, 'layer.bias': { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, Float32Array.of(0.5, 0.25));
}

function safetensors(header: object, data: Float32Array): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.from(data.buffer)]);
}

/** Attention of two words over each other, as a program wrote it down. */
function tinyTrace(): Buffer {
  const source = JSON.stringify({ text: 'cats sleep', tokens: [{ text: 'cats', start: 0, end: 4 }, { text: 'sleep', start: 5, end: 10 }] });
  const metadata = { format: 'attention-scope-trace', formatVersion: '1', model: 'mine', source };
  return safetensors({ __metadata__: metadata, 'encoder.0': { dtype: 'F32', shape: [1, 2, 2], data_offsets: [0, 16] } }, Float32Array.of(0.25, 0.75, 1, 0));
}

const prepare = (folder: string): Record<string, never> => {
  writeFileSync(join(folder, 'tiny.safetensors'), tinySafetensors());
  writeFileSync(join(folder, 'tiny.trace.safetensors'), tinyTrace());
  cpSync(underRoot('media/models/sentiment'), join(folder, 'foreign'), { recursive: true });
  return {};
};
const inExplorer = (page: Page, name: string) => page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
const heading = (page: Page) => webview(page).getByRole('heading', { level: 1 });

it('opens a folder by the menu and a file by a double click, and shows it as it was left after a reload', async () => {
  await using workbench = await openWorkbench({ prepare });
  const { page } = workbench;
  await runInExplorer(page, 'foreign', 'Open Checkpoint');
  await heading(page).filter({ hasText: 'foreign' }).waitFor();
  await workbench.screenshot('checkpoint-of-a-folder');

  await inExplorer(page, 'tiny.safetensors').dblclick();
  await heading(page).filter({ hasText: 'tiny.safetensors' }).waitFor();
  expect(await webview(page).locator('header p').innerText()).toBe(`safetensors · ${tinySafetensors().length} B · 2 parameters, float32`);
  const filter = webview(page).getByRole('textbox', { name: 'Filter tensors' });
  await filter.fill('weight');
  await webview(page).locator('.count', { hasText: '1 of 2' }).waitFor();

  // The web's workbench saves its editors a few seconds after they change; the desktop's saves them as it closes.
  await setTimeout(8_000);
  await page.reload();
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await heading(page).filter({ hasText: 'tiny.safetensors' }).waitFor();
  await webview(page).locator('.count', { hasText: '1 of 2' }).waitFor();
  expect(await filter.inputValue()).toBe('weight');
  // The folder is there again too.
  await page.locator('.tab', { hasText: 'foreign' }).click();
  await heading(page).filter({ hasText: 'foreign' }).waitFor();
});

it('shows what lies in a workspace that is not trusted, a trace’s maps too, but does not run it', async () => {
  await using workbench = await openWorkbench({ prepare, trust: true, settings: { 'security.workspace.trust.startupPrompt': 'never' } });
  const { page } = workbench;
  await runInExplorer(page, 'foreign', 'Open Checkpoint');
  await heading(page).filter({ hasText: 'foreign' }).waitFor();
  await webview(page).getByRole('treeitem').first().waitFor();
  await webview(page).getByRole('button', { name: 'Attend to Text…' }).first().click();
  // In a window without focus no toast pops up: the message waits in the list.
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notification-list-item').filter({ hasText: 'which is not trusted' }).first().waitFor({ timeout: 60_000 });
  await inExplorer(page, 'tiny.trace.safetensors').dblclick();
  await heading(page).filter({ hasText: 'tiny.trace.safetensors' }).waitFor();
  await webview(page).locator('attention-map').waitFor();
  expect(await webview(page).getByText('cats sleep').count()).toBe(1);
  expect(await webview(page).getByRole('button', { name: /^Attend to/ }).count()).toBe(0);
});
