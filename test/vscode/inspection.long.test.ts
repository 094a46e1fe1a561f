/** Every view and experiment of an inspection, on our models and on others', in a real VS Code as a user goes through them. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { exportFormats, type ExportFormat } from '../../protocol/inspection.ts';
import { underRoot } from '../../scripts/root.ts';
import { minilm, unlessMinilm } from '../../trainer/taps/minilm.fixture.ts';
import { openFile, runCommand } from './act.ts';
import { webview } from './places.ts';
import { openWorkbench, patience, type Workbench } from './workbench.ts';

interface Inspected {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** What makes sense of it, in order. */
  readonly views: readonly string[];
  /** Put in the place of the first word. */
  readonly otherWord: string;
  /** Its maps' rows are of something else than their columns: hard links can be drawn between both. */
  readonly hasLinks?: true;
  readonly unless: string;
}

const shared = underRoot('..', 'shared', 'models');
const unlessShared = existsSync(shared) ? '' : ` (skipped: ${shared} is not here)`;
const reads = ['Matrix', 'Heads', 'Model', 'Arithmetic', 'What if', 'Compare'];
const writes = ['Matrix', 'Heads', 'Model', 'Arithmetic', 'Decoding', 'What if', 'Compare'];

const inspected: readonly [Inspected, ...Inspected[]] = [
  { name: 'translator', path: underRoot('media', 'models', 'de-en'), text: 'Der alte Hund schläft im Garten.', views: writes, otherWord: 'Die', hasLinks: true, unless: '' },
  { name: 'classifier', path: underRoot('media', 'models', 'sentiment'), text: 'A wonderful film with a terrible ending.', views: ['Matrix', 'Heads', 'Arithmetic', 'What if', 'Compare'], otherWord: 'No', hasLinks: true, unless: '' },
  { name: 'MiniLM', path: dirname(minilm), text: 'The cat sat on the mat because it was tired.', views: reads, otherWord: 'A', unless: unlessMinilm },
  { name: 'T5', path: join(shared, 'tiny_t5'), text: 'translate English to German: The house is wonderful.', views: writes, otherWord: 'explain', hasLinks: true, unless: unlessShared },
  { name: 'stories', path: join(shared, 'stories260K', 'stories260K.onnx'), text: 'Once upon a time there was a dog.', views: writes, otherWord: 'Twice', unless: unlessShared },
];

const widget = (page: Page) => page.locator('.quick-input-widget');

describe.each(inspected.map(one => [`${one.name}${one.unless}`, one] as const))('%s', (_, one) => {
  const { name, path, text, views, unless } = one;
  it.skipIf(unless !== '')('is looked at in every view, changed in every way, and exported in every format', async () => {
    await using workbench = await openWorkbench({
      prepare: folder => {
        writeFileSync(join(folder, 'text.txt'), text);
        return {};
      },
    });
    const { page } = workbench;
    await inspect(page, path);
    const panel = webview(page);
    await panel.getByRole('tab').first().waitFor();
    expect(await panel.getByRole('tab').allInnerTexts()).toEqual(views);
    for (const view of views) {
      await show(panel, view);
      await screenshot(workbench, `${name}-${view}`);
    }
    await change(workbench, one);
    await show(panel, 'Matrix');
    for (const format of exportFormats) await exportAs(format, workbench, one);
  });
});

it.each([['light', 'Light Modern'], ['high-contrast', 'Default High Contrast'], ['high-contrast-light', 'Default High Contrast Light']])('is drawn in the %s theme', async (name, theme) => {
  const [{ path, text, views }] = inspected;
  await using workbench = await openWorkbench({
    settings: { 'workbench.colorTheme': theme },
    prepare: folder => {
      writeFileSync(join(folder, 'text.txt'), text);
      return {};
    },
  });
  await inspect(workbench.page, path);
  for (const view of views) {
    await show(webview(workbench.page), view);
    await screenshot(workbench, `${name}-${view}`);
  }
});

/** The whole file, by a model that the user names in the dialog. */
async function inspect(page: Page, path: string): Promise<void> {
  await openFile(page, 'text.txt');
  await page.locator('.editor-instance .view-line').first().click();
  await page.keyboard.press('Control+A');
  await runCommand(page, 'Attention Scope: Inspect Selection…');
  await widget(page).locator('.monaco-list-row', { hasText: 'Open a Model File or Folder…' }).click();
  await answer(page, path);
}

/** VS Code's own file dialog takes a path. */
async function answer(page: Page, path: string): Promise<void> {
  const input = widget(page).locator('input[type="text"]');
  await widget(page).locator('.quick-input-title', { hasText: /\S/ }).waitFor();
  // A dialog that is still opening writes its own folder over it.
  await expect.poll(async () => {
    await input.fill(path);
    await page.waitForTimeout(1_000);
    return input.inputValue();
  }, { timeout: patience }).toBe(path);
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

async function show(panel: FrameLocator, view: string): Promise<void> {
  await panel.getByRole('tab', { name: view, exact: true }).click();
  const views = panel.locator('#tab-panel');
  await views.locator('canvas, table, [role=grid], [role=tree], .tree').first().waitFor();
  await untilRead(panel);
}

/** Nothing is being read or run, and nothing has failed. */
async function untilRead(panel: FrameLocator): Promise<void> {
  await expect.poll(() => panel.getByText(/^(Reading|Running) ?(the model )?…$/).count(), { timeout: patience }).toBe(0);
  expect(await panel.getByRole('alert').allInnerTexts()).toEqual([]);
}

/** Each change alone, and undone; then what every word matters. */
async function change(workbench: Workbench, { name, otherWord }: Inspected): Promise<void> {
  const panel = webview(workbench.page);
  const changes = panel.getByRole('list', { name: 'Changes' }).getByRole('listitem');
  const press = (button: string): Promise<void> => panel.getByRole('button', { name: button, exact: true }).click();
  const changeBy = async (button: string): Promise<void> => {
    await press(button);
    await changes.first().waitFor();
    await untilRead(panel);
    await panel.getByText('What it makes of it').waitFor();
    await screenshot(workbench, `${name}-${button}`);
    await press('Undo');
    await changes.first().waitFor({ state: 'detached' });
    await untilRead(panel);
  };
  await show(panel, 'What if');
  await changeBy('Knock out layer');
  await panel.getByRole('spinbutton', { name: 'Weight' }).fill('0.9');
  await changeBy('Pin weight');
  await panel.getByRole('textbox', { name: 'Another word' }).fill(otherWord);
  await changeBy('Replace');
  await press('Find which words matter');
  await panel.getByRole('table', { name: 'Words by how much they matter' }).waitFor();
  await panel.locator('word-influence').scrollIntoViewIfNeeded();
  await screenshot(workbench, `${name}-words`);
}

async function exportAs(format: ExportFormat, { page, folder }: Workbench, { hasLinks }: Inspected): Promise<void> {
  const panel = webview(page);
  // The dialog adds the ending where a name has another.
  const file = join(folder, `map.${format === 'pharaoh' ? 'align' : format}`);
  const choice = panel.getByRole('combobox', { name: 'Export' });
  if (format === 'pharaoh' && hasLinks !== true) {
    expect(await choice.locator('option[value=pharaoh]').isDisabled()).toBe(true);
    return;
  }
  await choice.selectOption(format);
  await panel.getByRole('button', { name: 'Export' }).click();
  await answer(page, file);
  await expect.poll(() => existsSync(file) && statSync(file).size, { timeout: patience, message: format }).toBeGreaterThan(0);
  await panel.getByText(/^Saved: /).waitFor();
}

async function screenshot(workbench: Workbench, name: string): Promise<void> {
  // What is drawn finely comes a moment later.
  await workbench.page.waitForTimeout(500);
  await workbench.screenshot(`inspection-${name}`.replaceAll(' ', '-').toLowerCase());
}
