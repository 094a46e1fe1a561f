/**
 *   npx tsx scripts/readme-pictures.ts [NAME…]
 *
 * Takes the README's pictures of a real VS Code, or those of these names, into docs/images/: they are to be looked at before they are
 * kept. `npm run build` first.
 */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Page } from 'playwright-core';
import { minilm } from '../trainer/taps/minilm.fixture.ts';
import { hoverUntil, openFile, runCommand, runInExplorer, selectLineOf } from '../test/vscode/act.ts';
import { webview } from '../test/vscode/places.ts';
import { openWorkbench } from '../test/vscode/workbench.ts';
import { underRoot } from './root.ts';

const files = {
  'letter.txt': 'Dear Marie,\n\nThe garden is full of roses this year.\nMy sister would like a cup of tea, please.\n',
  'brief.txt': 'Liebe Marie,\n\nder Garten ist voller Rosen.\nDer alte Hund schläft unter dem Tisch.\nIch hätte gern eine Tasse Tee.\n',
  'review.txt': 'It is a charming and often affecting journey,\nbut the ending is terrible.\n',
};

/** What is done before each picture is taken. */
const pictures: Readonly<Record<string, (page: Page, panel: FrameLocator) => Promise<void>>> = {
  'translate-selection': async (page, panel) => {
    // The hover, which is wide, stays beside the panel.
    await page.setViewportSize({ width: 1600, height: 900 });
    await translate(page, panel, 'letter.txt', 'sister');
    await hoverUntil(page, { in: 'editor', text: 'sister' }, page.locator('.monaco-hover').filter({ hasText: 'was attended to by', visible: true }).first());
  },
  'classify-selection': async (page, panel) => {
    await openFile(page, 'review.txt');
    await selectLineOf(page, 'charming');
    await runCommand(page, 'Attention Scope: Classify Selection');
    await panel.locator('attention-inspector').waitFor();
    await page.keyboard.press('Home');
    await panel.getByText('Evidence, word by word').click();
    await page.mouse.move(0, 0);
  },
  'inspect-heads': async (page, panel) => {
    await translate(page, panel, 'brief.txt', 'Hund');
    await panel.getByRole('tab', { name: 'Heads', exact: true }).click();
    await panel.locator('head-squares button.all').click();
    await page.mouse.move(0, 0);
  },
  'inspect-what-if': async (page, panel) => {
    await translate(page, panel, 'brief.txt', 'Hund');
    await panel.getByRole('tab', { name: 'What if', exact: true }).click();
    await panel.getByRole('combobox', { name: 'Layer', exact: true }).selectOption('Layer 3, cross');
    await panel.getByRole('button', { name: 'Knock out layer', exact: true }).click();
    await panel.getByRole('heading', { name: 'Now: ' }).waitFor();
    await sleep(1_000);
    const [main, heading] = [panel.locator('main'), panel.getByText('What it makes of it')];
    const below = ((await heading.boundingBox())?.y ?? 0) - ((await main.boundingBox())?.y ?? 0);
    await main.evaluate((scrolled, by) => scrolled.scrollBy({ top: by }), below - 8);
    await page.mouse.move(0, 0);
  },
  ...(existsSync(minilm) ? { 'attend-to-text': attendToText } : {}),
};

async function translate(page: Page, panel: FrameLocator, file: keyof typeof files, word: string): Promise<void> {
  await openFile(page, file);
  await selectLineOf(page, word);
  await runCommand(page, 'Attention Scope: Translate Selection');
  await panel.locator('attention-inspector').waitFor();
  await page.keyboard.press('Home');
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
    settings: { 'attentionScope.model': name.startsWith('inspect') ? 'de-en' : 'en-fr' },
    prepare: folder => {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
      if (act === attendToText) cpSync(dirname(minilm), join(folder, 'MiniLM'), { recursive: true });
      return {};
    },
  });
  const { page } = workbench;
  page.setDefaultTimeout(30_000);
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
