/** The inspector in a real Chromium: what its views show, and how they are linked. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { MapParams } from '../../protocol/inspection.ts';
import { asked, entry, inspectorFiles, openView, remember, settle, showImage, showInspector, shownLast, small, told, type InspectorElement, type PageGlobals } from './inspector-page.ts';
import type { MapElement } from './map-sample.ts';
import { executable } from './session.ts';
import { usePage } from './use-page.ts';

describe.skipIf(executable === undefined)('the inspector', () => {
  let page: Page;
  usePage(inspectorFiles, { width: 760, height: 900 }, opened => {
    page = opened;
  });

  const shown = (model = small): Promise<void> => showInspector(page, model);
  const view = (name: string): Promise<void> => openView(page, name);

  test('opens on the map that stands for the rest, and tells the editor what is shown and pointed at', async () => {
    await shown();
    expect(await shownLast(page)).toMatchObject({ type: 'shown', shown: { inspection: 'sample', choice: { kind: 'cross', layer: 0, heads: [1] } } });
    const words = page.locator('attention-text').nth(1).locator('.word');
    await words.nth(2).click();
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, tokens: { first: 3, end: 4 }, as: 'query' } } });
    const strongest = page.locator('attention-text').nth(0).locator('.word[data-level="10"]');
    expect(await strongest.count()).toBe(1);
    await page.keyboard.press('Escape');
    await settle(page);
    expect(((await shownLast(page)) as { shown: { pointed?: unknown } }).shown.pointed).toBeUndefined();
  });

  test('a choice of layer, head and reading is asked for, printed beside the map and remembered for the model', async () => {
    await shown();
    await page.getByRole('button', { name: 'Head 3' }).dblclick();
    await page.getByText('Reading', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Normalise' }).selectOption('row');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('top');
    await page.getByRole('checkbox', { name: 'Hide special tokens' }).check();
    await settle(page);
    expect((await asked(page, 'map')).at(-1)).toMatchObject({ map: { choice: { of: 'heads', heads: [2] } }, reading: { normalise: 'row', keep: { by: 'top', count: 3 } } });
    expect(await page.locator('.legend').innerText()).toContain('each row made to sum to 1');
    expect(await page.locator('attention-matrix .told').innerText()).toBe('7 cells are left out, 0.25 of the weight in all');
    expect((await told(page)).findLast(({ type }) => type === 'remember')).toMatchObject({ memory: { models: { sample: { choice: { heads: [2] }, reading: { hideSpecial: true } } } } });
    await page.getByRole('combobox', { name: 'Heads and layers as one map' }).selectOption('layers-max');
    await settle(page);
    expect((await asked(page, 'map')).at(-1)).toMatchObject({ map: { choice: { of: 'layers', kind: 'cross', by: 'max' } } });
    expect(await page.getByRole('option', { name: /^Rollout .*of a text over itself only/ }).isDisabled()).toBe(true);
  });

  test('heads are called by what they do, measured once the map is there', async () => {
    await shown();
    await page.locator('.roles').getByText('Head 2: first token 0.').waitFor();
    expect(await page.getByRole('button', { name: 'Head 3: diagonal 0.' }).getAttribute('title')).toMatch(/^Head 3: diagonal 0\.\d\d\. Click/);
    await page.getByRole('button', { name: 'Head 4' }).dblclick();
    expect(await page.locator('.roles').innerText()).toBe('Head 4: no known role');
  });

  test('a map whose tokens can’t be told apart is shown by sentence, nearer by token, and at the same place; who asks for tokens gets them', async () => {
    await shown({ layers: 1, heads: 2, tokens: 900, sentences: 30, isTranslator: true });
    const grid = page.locator('attention-matrix [role=grid]');
    const said = page.locator('attention-matrix .told');
    const seen = async (): Promise<readonly unknown[]> => [await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount'), await said.innerText()];
    const bySentence = ['30', '30', 'By sentence, as words can’t be told apart at this size; zoom in for words and tokens.'];
    expect(await seen()).toEqual(bySentence);
    await grid.focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press('+');
    await expect.poll(seen).toEqual(['450', '900', '']);
    // A window over the coarse one, of what was looked at.
    await expect.poll(async () => {
      const maps = (await asked(page, 'map')) as readonly MapParams[];
      const { rows } = maps.findLast(params => params.rows !== undefined && params.columns !== undefined) ?? {};
      return rows !== undefined && rows.first > 100 && rows.end < 400;
    }).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(seen).toEqual(bySentence);
    await page.getByText('Reading', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Unit' }).selectOption('tokens');
    await expect.poll(seen).toEqual(['450', '900', '']);
  });

  test('a search goes from token to token', async () => {
    await shown();
    const search = page.getByRole('searchbox', { name: 'Search a token' });
    await search.fill('e');
    await settle(page);
    const first = await shownLast(page);
    await search.press('Enter');
    await settle(page);
    expect(await shownLast(page)).not.toEqual(first);
    expect(await page.locator('token-search [role=status]').innerText()).toMatch(/^2 of \d+$/);
  });

  test('the scale that a map is drawn on is chosen, printed with its colours, remembered, and exported with', async () => {
    await shown();
    const seen = [await mapPicture(page)];
    await page.getByText('Reading', { exact: true }).click();
    const scale = page.getByRole('combobox', { name: 'Scale' });
    expect([await scale.inputValue(), await page.locator('.legend').innerText()]).toEqual(['auto', expect.not.stringMatching(/square|saturate/)]);
    for (const [chosen, said] of [['root', 'drawn by its square root'], ['clipped', 'the strongest 1 % saturate']] as const) {
      await scale.selectOption(chosen);
      await settle(page);
      expect(await page.locator('.legend').innerText()).toContain(said);
      seen.push(await mapPicture(page));
    }
    expect(new Set(seen).size).toBe(3);
    expect((await told(page)).findLast(({ type }) => type === 'remember')).toMatchObject({ memory: { models: { sample: { scale: 'clipped' } } } });
    await page.getByRole('combobox', { name: 'Export' }).selectOption('svg');
    await page.getByRole('button', { name: 'Export' }).click();
    await settle(page);
    expect((await asked(page, 'export')).at(-1)).toMatchObject({ scale: 'clipped' });
  });

  test('a paragraph’s map is seen whole, its scale and buttons with it, and lets the wheel scroll the page', async () => {
    await shown({ layers: 1, heads: 2, tokens: 60, isTranslator: true });
    await page.setViewportSize({ width: 760, height: 500 });
    await settle(page);
    const grid = page.locator('attention-matrix [role=grid]');
    expect(await grid.evaluate(element => [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight])).toEqual([0, 0]);
    const zoom = await page.getByRole('button', { name: 'Zoom In' }).boundingBox();
    expect((zoom?.y ?? 999) + (zoom?.height ?? 0)).toBeLessThanOrEqual(500);
    const box = await grid.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 60);
    await page.mouse.wheel(0, 300);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollTop)).toBeGreaterThan(0);
    await page.setViewportSize({ width: 760, height: 900 });
  });

  test('what a search finds is brought into view: the page scrolls to its row, and the map to its column', async () => {
    await shown({ layers: 1, heads: 2, tokens: 60, isTranslator: true });
    await page.setViewportSize({ width: 760, height: 400 });
    await page.locator('attention-matrix [role=grid]').focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('+');
    const search = page.getByRole('searchbox', { name: 'Search a token' });
    await search.fill('sentence');
    await search.press('Shift+Enter');
    await page.waitForTimeout(150);
    const spot = await page.locator('attention-map .spot').boundingBox();
    const map = await page.locator('attention-matrix [role=grid]').boundingBox();
    expect([spot !== null && spot.y > 0 && spot.y + spot.height < 400, spot !== null && map !== null && spot.x > map.x && spot.x + spot.width <= map.x + map.width + 1]).toEqual([true, true]);
    expect(await page.locator('attention-matrix [role=grid]').evaluate(element => Math.min(element.scrollLeft, element.scrollTop))).toBeGreaterThan(0);
    await page.setViewportSize({ width: 760, height: 900 });
  });

  test('arithmetic adds up, number by number, of the query that is chosen', async () => {
    await shown();
    await view('Arithmetic');
    await page.getByRole('combobox', { name: 'Query' }).selectOption('4');
    await settle(page);
    expect((await asked(page, 'arithmetic')).at(-1)).toMatchObject({ kind: 'cross', layer: 0, head: 1, query: 4 });
    const table = page.getByRole('grid', { name: 'Scores and weights, a row a key' });
    const weights = await table.getByRole('row').evaluateAll(rows => rows.slice(1).map(row => Number(row.lastElementChild?.textContent)));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(await table.getByRole('row').last().innerText()).toContain('−∞');
    await table.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await settle(page);
    const product = Number((await table.getByRole('row').nth(2).getByRole('gridcell').nth(1).innerText()).replace('−', '-'));
    const sum = await page.getByRole('table', { name: 'The score of one key, element by element' }).getByRole('row').last().getByRole('cell').last().innerText();
    expect(Number(sum.replace('−', '-'))).toBeCloseTo(product, 6);
  });

  test('decoding steps by keys, lights what each step looked at, and writes another token', async () => {
    await shown();
    await view('Decoding');
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, tokens: { first: 0, end: 1 }, as: 'query' } } });
    await page.locator('.tree').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, tokens: { first: 2, end: 3 } } } });
    await page.getByRole('button', { name: 'Write this' }).nth(1).click();
    await settle(page);
    expect((await asked(page, 'open')).at(-1)).toMatchObject({ interventions: [{ do: 'choose', step: 2, token: 2 }] });
    expect(await page.getByRole('tab', { name: 'What if' }).getAttribute('aria-selected')).toBe('true');
    expect([await page.locator('del').innerText(), await page.locator('ins').innerText()]).toEqual(['maison ', 'demeure ']);
  });

  test('decoding tints by a map of what was written, whatever was looked at before, and names it', async () => {
    await shown();
    await page.getByRole('combobox', { name: 'Layer', exact: true }).selectOption({ index: 0 });
    await view('Decoding');
    expect(await shownLast(page)).toMatchObject({ shown: { choice: { kind: 'cross', layer: 0, heads: [1] } } });
    expect(await page.getByText('The text above shows what each step looked at').innerText()).toContain('looked at: Decoder, over the source: layer 1, head 2.');
    await view('Matrix');
    expect(await shownLast(page)).toMatchObject({ shown: { choice: { kind: 'encoder' } } });
  });

  test('another head stands beside this one with their difference; of a text of another length in what both have', async () => {
    await shown();
    await view('Compare');
    expect(await page.locator('map-pair attention-map').count()).toBe(3);
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('model');
    await settle(page);
    const difference = page.getByRole('grid', { name: /^Difference: 8 by 16 tokens/ });
    await difference.focus();
    await page.keyboard.press('Control+End');
    await settle(page);
    expect(await difference.getByRole('gridcell').innerText()).toMatch(/ stands in the second only: there is nothing to compare$/);
  });

  test('maps side by side are scrolled and zoomed as one; what is pointed at in one is crossed in the others', async () => {
    await showInspector(page, { ...small, tokens: 60 });
    await view('Compare');
    const maps = page.locator('map-pair attention-map');
    const places = (): Promise<readonly string[]> => maps.evaluateAll(all => all.map(map => JSON.stringify((map as MapElement).position)));
    for (let press = 0; press < 3; press++) await maps.nth(1).getByRole('button', { name: 'Zoom in' }).click();
    await settle(page);
    const zoomed = await places();
    expect(new Set(zoomed).size).toBe(1);
    expect(zoomed[0]).not.toContain('whole');
    await maps.last().locator('.scroller').evaluate(scroller => scroller.scrollTo(120, 0));
    await settle(page);
    const scrolled = await places();
    expect(scrolled).toEqual(scrolled.map(() => expect.stringContaining('"left":120,')));
    await maps.first().locator('canvas').first().hover({ position: { x: 160, y: 130 } });
    await settle(page);
    const crossed = await maps.evaluateAll(all => all.map(map => (map as MapElement).crossed));
    expect(crossed).toEqual([undefined, { rows: expect.anything(), columns: expect.anything() }, { rows: expect.anything(), columns: expect.anything() }]);
    await page.mouse.move(2, 2);
    await settle(page);
    expect(await maps.evaluateAll(all => all.map(map => (map as MapElement).crossed ?? 'none'))).toEqual(['none', 'none', 'none']);
  });

  test('what is pointed at in a map lights up in the texts, and the map keeps still', async () => {
    await shown();
    const box = await page.locator('attention-matrix [role=grid]').boundingBox();
    if (box === null) throw new Error('there is a map');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 20);
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 1, as: 'query' } } });
    expect(await page.locator('attention-text').nth(1).locator('.word.current').count()).toBe(1);
    // As the vocabulary has them.
    expect(await page.locator('attention-map .tooltip .raw').innerText()).toMatch(/^\S+<\/w> → \S+<\/w>$/);
    await page.mouse.move(2, 2);
    await settle(page);
    expect(await page.locator('.word.current').count()).toBe(0);
  });

  test('what was inspected before comes back; what has changed since is said to be stale', async () => {
    await shown();
    await remember(page, [entry('sample', { isStale: true }), entry('older', { interventions: 2, isPinned: true })]);
    expect(await page.getByText('The text has changed since').isVisible()).toBe(true);
    await page.evaluate(recallChanged);
    await settle(page);
    expect((await asked(page, 'recall')).at(-1)).toBe('older');
    // What was there before its changes is run once they are looked at.
    expect(await asked(page, 'peek')).toEqual([]);
    await view('What if');
    expect(await asked(page, 'peek')).toMatchObject([{ interventions: [] }]);
    expect(await page.locator('del').innerText()).toBe('maison ');
  });

  test('an image is seen with what its patches got; a patch that is pointed at, with what it looks at', async () => {
    await shown();
    await showImage(page);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Matrix', 'Heads', 'Model', 'Image', 'What if', 'Compare']);
    expect(await page.getByRole('tab', { name: 'Image' }).getAttribute('aria-selected')).toBe('true');
    await page.getByRole('grid', { name: 'The image, and what was looked at in it' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await settle(page);
    // The first patch is the second position.
    const patch = 1 + 4;
    expect(await shownLast(page)).toMatchObject({ shown: { pointed: { axis: 0, tokens: { first: patch, end: patch + 1 }, as: 'query' } } });
    expect((await asked(page, 'map')).at(-1)).toMatchObject({ rows: { first: patch, end: patch + 1 } });
    expect(await page.locator('inspected-image .told').innerText()).toBe('What row 2, column 1 looks at.');
    await view('What if');
    expect(await page.getByText('Which words matter').count()).toBe(0);
  });

  test('an export asks for what is shown, and says what came of it', async () => {
    await shown();
    // Keys go through the list, and only the button writes what they came to.
    await page.getByRole('combobox', { name: 'Export as' }).focus();
    for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    await settle(page);
    expect(await asked(page, 'export')).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await settle(page);
    expect((await asked(page, 'export')).at(-1)).toMatchObject({ format: 'png', drawing: 'matrix', map: { inspection: 'sample' } });
    expect(await page.getByText('Saved: 12.1 KB.').isVisible()).toBe(true);
    await page.getByRole('combobox', { name: 'Export as' }).selectOption('save');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).host.told.some(({ type }) => type === 'save-png'));
  });

  test('every view has its export: a map its formats, also as a difference, numbers a table, what is drawn a picture', async () => {
    await shown();
    const kinds = async (name: string): Promise<readonly string[]> => {
      await view(name);
      return page.getByRole('combobox', { name: /^Export / }).first().getByRole('option').evaluateAll(options => options.map(option => option.getAttribute('value') ?? ''));
    };
    expect([await kinds('Heads'), await kinds('Model'), await kinds('Arithmetic'), await kinds('Decoding')]).toEqual([
      expect.arrayContaining(['save', 'copy', 'svg', 'npy']), ['save', 'copy', 'table'], ['table'], ['table'],
    ]);
    for (const name of ['Heads', 'Model']) {
      await view(name);
      await page.getByRole('combobox', { name: 'Export as' }).selectOption('save');
      await page.getByRole('button', { name: 'Export' }).click();
    }
    await page.waitForFunction(() => (globalThis as unknown as PageGlobals).host.told.filter(({ type }) => type === 'save-png').length === 2);
    for (const name of ['Model', 'Arithmetic', 'Decoding']) {
      await view(name);
      await page.getByRole('combobox', { name: 'Export as' }).selectOption('table');
      await page.getByRole('button', { name: 'Export' }).click();
    }
    const tables = (await told(page)).flatMap(message => (message.type === 'save-csv' ? [message.csv.split('\r\n')[0]] : []));
    expect(tables).toEqual([expect.stringMatching(/^kind,layer,head,entropy/), expect.stringMatching(/^Key,/), expect.stringMatching(/^sentence,step,after/)]);
    await view('Compare');
    await page.getByRole('combobox', { name: /^Export difference/ }).selectOption('npy');
    await page.locator('map-export').last().getByRole('button', { name: 'Export' }).click();
    await settle(page);
    expect((await asked(page, 'export')).at(-1)).toMatchObject({ format: 'npy', map: { choice: { heads: 'all' } }, minus: { choice: { heads: [1] } } });
    expect(await page.locator('map-export').last().getByRole('option', { name: 'Pharaoh alignment' }).isDisabled()).toBe(true);
  });

  test('heads are exported as they are seen, whatever map they become elsewhere', async () => {
    await shown();
    await page.getByRole('combobox', { name: 'Heads and layers as one map' }).selectOption('layers-max');
    await view('Heads');
    await page.getByRole('button', { name: 'Export' }).click();
    await settle(page);
    const heads = [0, 1, 2, 3];
    expect((await asked(page, 'export')).at(-1)).toMatchObject({ drawing: { heads }, map: { choice: { of: 'heads', kind: 'cross', layer: 0, heads, by: 'mean' } } });
  });
});

function mapPicture(page: Page): Promise<string> {
  return page.locator('attention-map .extent canvas').evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
}

/** Runs in the page. */
function recallChanged(): void {
  const page = globalThis as unknown as PageGlobals;
  page.host.inspections.set('older', page.translated({ layers: 2, heads: 4, tokens: 14, isTranslator: true }, 'older', [{ do: 'prefix', text: 'la demeure' }]));
  document.querySelector<InspectorElement>('attention-inspector')?.recall('older');
}
