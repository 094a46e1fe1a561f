/**
 *   npx tsx scripts/readme-pictures.ts [NAME…]
 *
 * Takes the README's pictures of a real VS Code, or those of these names, into docs/images/: they are to be looked at before they are
 * kept. `npm run build` first.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';
import { minilm } from '../trainer/taps/minilm.fixture.ts';
import { hoverUntil, openFile, runCommand, runInExplorer, selectLineOf } from '../test/vscode/act.ts';
import { webview } from '../test/vscode/places.ts';
import { openWorkbench } from '../test/vscode/workbench.ts';
import { underRoot } from './root.ts';

const letter = `Dear Marie,

The garden is full of roses this year.
I would like a cup of tea, please.
The old dog sleeps under the table because it is tired.
`;
const review = `A wonderful film with a terrible ending.
`;

/** What is done before each picture is taken. */
const pictures: Readonly<Record<string, (page: Page, panel: FrameLocator) => Promise<void>>> = {
  'translate-selection': async (page, panel) => {
    await translate(page, panel, 'cup');
    await page.keyboard.press('Home');
    await hoverUntil(page, { in: 'editor', text: 'cup' }, page.locator('.monaco-hover').filter({ hasText: 'was attended to by', visible: true }).first());
  },
  'classify-selection': async (page, panel) => {
    await openFile(page, 'review.txt');
    await selectLineOf(page, 'film');
    await runCommand(page, 'Attention Scope: Classify Selection');
    await panel.locator('attention-inspector').waitFor();
    await page.keyboard.press('Home');
  },
  'inspect-heads': async (page, panel) => {
    await translate(page, panel, 'dog');
    await panel.getByRole('tab', { name: 'Heads', exact: true }).click();
    await panel.getByRole('button', { name: 'All', exact: true }).click();
    await panel.locator('#source .word').filter({ hasText: /^dog$/ }).click();
  },
  'inspect-what-if': async (page, panel) => {
    await translate(page, panel, 'dog');
    await panel.getByRole('tab', { name: 'What if', exact: true }).click();
    await panel.getByRole('button', { name: 'Knock out layer', exact: true }).click();
    await panel.locator('what-if .difference').first().waitFor();
    await panel.locator('what-if .difference').first().scrollIntoViewIfNeeded();
  },
  ...(existsSync(minilm) ? { 'attend-to-text': attendToText } : {}),
};

async function translate(page: Page, panel: FrameLocator, word: string): Promise<void> {
  await openFile(page, 'letter.txt');
  await selectLineOf(page, word);
  await runCommand(page, 'Attention Scope: Translate Selection');
  await panel.locator('attention-inspector').waitFor();
}

async function attendToText(page: Page, panel: FrameLocator): Promise<void> {
  await runCommand(page, 'View: Show Explorer');
  await runInExplorer(page, 'MiniLM', 'Open Checkpoint');
  await panel.getByRole('tab', { name: 'Attention' }).click();
  await panel.getByRole('button', { name: 'Attend to Text…' }).click();
  await page.locator('.quick-input-widget input[type="text"]').fill('The cat sat on the mat because it was tired.');
  await page.keyboard.press('Enter');
  await panel.locator('attention-inspector').waitFor();
}

async function take(name: string, act: (page: Page, panel: FrameLocator) => Promise<void>): Promise<void> {
  await using workbench = await openWorkbench({
    settings: { 'attentionScope.model': 'en-fr' },
    prepare: folder => {
      writeFileSync(join(folder, 'letter.txt'), letter);
      writeFileSync(join(folder, 'review.txt'), review);
      return {};
    },
  });
  const { page } = workbench;
  await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await act(page, webview(page));
  // What is drawn finely comes a moment later.
  await sleep(3_000);
  const file = underRoot('docs', 'images', `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  console.log(file);
}

const wanted = process.argv.slice(2);
for (const [name, act] of Object.entries(pictures)) {
  if (wanted.length === 0 || wanted.includes(name)) await take(name, act);
}
