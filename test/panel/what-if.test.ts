/** What if, in a real Chromium: what is changed about how a model runs, and what it comes to. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { asked, inspectorFiles, neverOpen, openView, settle, showInspector, shownLast, small, told, type InspectorElement, type PageGlobals } from './inspector-page.ts';
import { executable } from './session.ts';
import { usePage } from './use-page.ts';

describe.skipIf(executable === undefined)('what if', () => {
  let page: Page;
  usePage(inspectorFiles, { width: 760, height: 900 }, opened => {
    page = opened;
  });

  const shown = (): Promise<void> => showInspector(page, small);
  const view = (name: string): Promise<void> => openView(page, name);

  test('of a model that only reads: how far its vector has turned, token by token, or that nothing has changed', async () => {
    await shown();
    await page.evaluate(onlyRead);
    await view('What if');
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    expect(await page.getByText('Its vector of the text has turned').innerText()).toContain('0.9061');
    expect(await page.getByRole('row', { name: /^Token or class/ }).locator('xpath=../..').getByRole('row').nth(1).innerText()).toMatch(/^7\s+20\.00 %\s+99\.91 %$/);
    expect(await page.getByText('The model runs once a word').innerText()).toContain('its vector of the text');
    expect(await page.getByRole('row', { name: /largest change of its vector/ }).locator('xpath=../..').getByRole('row').nth(1).innerText()).toMatch(/2\s+0\.573$/);
    await page.getByRole('button', { name: 'Knock out layer' }).click();
    await settle(page);
    expect(await page.getByText('it is the same, number for number').count()).toBe(1);
  });

  test('changes run the model, are undone, done again, copied and pasted; old stands beside new', async () => {
    await shown();
    await view('What if');
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    const knocked = { do: 'knock-out', kind: 'cross', layer: 0, heads: [1] };
    expect((await asked(page, 'open')).at(-1)).toMatchObject({ interventions: [knocked] });
    expect(await page.locator('map-pair attention-map').count()).toBe(3);
    expect(await asked(page, 'map')).toContainEqual(expect.objectContaining({ map: expect.objectContaining({ inspection: 'changed-1' }), minus: expect.objectContaining({ inspection: 'sample' }) }));
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    expect(JSON.parse(((await told(page)).findLast(({ type }) => type === 'copy') as { text: string }).text)).toEqual([knocked]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await settle(page);
    expect(await page.locator('map-pair').count()).toBe(0);
    await page.getByRole('button', { name: 'Redo' }).click();
    await settle(page);
    expect(await page.getByRole('list', { name: 'Changes' }).innerText()).toContain('Knocked out: decoder, over the source, layer 1, head 2');
    await page.getByText('Paste JSON').click();
    await page.getByRole('textbox', { name: 'Interventions as JSON' }).fill('[{"do":"fly"}]');
    await page.getByRole('button', { name: 'Run with these' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/^It is no list of interventions: intervention 1, "do": expected one of .*, found "fly"\.$/);
  });

  test('a change of a model that was saved anew is compared with what that made of the text, not with what is known of the old one', async () => {
    await shown();
    await view('What if');
    await page.evaluate(saveAnew);
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    expect(await asked(page, 'map')).toContainEqual(expect.objectContaining({ map: expect.objectContaining({ inspection: 'changed-1' }), minus: expect.objectContaining({ inspection: 'anew' }) }));
    await page.getByRole('button', { name: 'Undo' }).click();
    await settle(page);
    expect(await shownLast(page)).toMatchObject({ shown: { inspection: 'anew' } });
  });

  test('a cell that is clicked can be pinned', async () => {
    await shown();
    await view('What if');
    await page.locator('what-if attention-map [role=grid]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    await settle(page);
    await page.getByRole('spinbutton', { name: 'Weight' }).fill('0.9');
    await page.getByRole('button', { name: 'Pin weight' }).click();
    await settle(page);
    const { interventions } = (await asked(page, 'open')).at(-1) as { interventions: readonly object[] };
    expect(interventions[0]).toMatchObject({ do: 'pin', kind: 'cross', layer: 0, heads: [1], weight: 0.9 });
    expect(await page.locator('what-if ol').innerText()).toContain('pinned to 0.9');
  });

  test('which words matter: a ranking beside that of attention, with their correlation', async () => {
    await shown();
    await view('What if');
    await page.getByRole('button', { name: 'Find which words matter' }).click();
    await settle(page);
    expect(await page.locator('word-influence .told').last().innerText()).toMatch(/^Kendall’s τ = 0\.42: both rank the words somewhat alike\..*Attention is not by itself an explanation\.$/);
    const changes = await page.getByRole('table', { name: 'Words by how much they matter' }).getByRole('row').evaluateAll(rows => rows.slice(1).map(row => Number.parseFloat(row.children[2]?.textContent ?? '')));
    expect(changes).toEqual(changes.toSorted((one, other) => other - one));
  });

  test('a change that fails, or is no longer waited for, is in force no more', async () => {
    await shown();
    await view('What if');
    const changes = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    await page.getByRole('button', { name: 'Knock out head' }).click();
    await settle(page);
    await page.evaluate(failNext);
    await page.getByRole('button', { name: 'Knock out layer' }).click();
    await settle(page);
    expect(await page.getByText('The worker ran out of memory.').isVisible()).toBe(true);
    expect(await changes.allInnerTexts()).toEqual([expect.stringContaining('layer 1, head 2')]);
    await page.getByRole('button', { name: 'Knock out layer' }).click();
    await settle(page);
    expect((await asked(page, 'open')).at(-1)).toMatchObject({ interventions: [{ heads: [1] }, { heads: 'all' }] });
    expect(await changes.count()).toBe(2);
    await page.evaluate(neverOpen);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await settle(page);
    expect(await changes.count()).toBe(2);
  });

  test('a pin is named by the text that it is of, and keeps that text from being changed', async () => {
    await shown();
    await view('What if');
    await page.evaluate(leaveOutFirst);
    const word = page.getByRole('group', { name: 'Word' });
    await word.getByRole('button', { name: 'Leave out' }).click();
    await settle(page);
    const choices = await page.getByRole('combobox', { name: 'To token' }).getByRole('option').allInnerTexts();
    const [number, name] = (choices[2] ?? '').split(': ');
    expect(number).toBe('3');
    await page.getByRole('combobox', { name: 'To token' }).selectOption('2');
    await page.getByRole('button', { name: 'Pin weight' }).click();
    await settle(page);
    const changes = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    expect(await changes.nth(1).innerText()).toContain(`→ “${name}” pinned to 1`);
    const before = await asked(page, 'open');
    await changes.nth(0).getByRole('button', { name: 'Remove' }).click();
    expect(await page.locator('what-if [role=alert]').innerText()).toMatch(/^Weights are pinned by the numbers of their tokens, and another text has other tokens: /);
    await changes.nth(1).getByRole('button', { name: 'Remove' }).click();
    await settle(page);
    expect(await page.locator('what-if [role=alert]').count()).toBe(0);
    await changes.nth(0).getByRole('button', { name: 'Remove' }).click();
    await settle(page);
    expect([(await asked(page, 'open')).length - before.length, await changes.count()]).toEqual([1, 0]);
  });
});

/** Runs in the page: what is asked without changes is from now on another inspection. */
function saveAnew(): void {
  const page = globalThis as unknown as PageGlobals;
  page.host.inspections.set('anew', page.translated({ layers: 2, heads: 4, tokens: 14, isTranslator: true }, 'anew'));
}

/** Runs in the page: the next question comes to nothing. */
function failNext(): void {
  const { host } = globalThis as unknown as PageGlobals;
  const { open } = host;
  Object.assign(host, {
    open: () => {
      Object.assign(host, { open });
      return Promise.reject(Object.assign(new Error('The worker ran out of memory.'), { code: 'not-enough-memory', hint: 'Close something.' }));
    },
  });
}

/** Runs in the page: what is asked without the first word comes back without it. */
function leaveOutFirst(): void {
  const { host } = globalThis as unknown as PageGlobals;
  const { open } = host;
  Object.assign(host, {
    open: async (...[params, signal]: Parameters<typeof open>) => {
      const opened = await open(params, signal);
      const [source, ...axes] = opened.axes;
      if (source === undefined || !params.interventions.some(one => one.do === 'replace')) return opened;
      return { ...opened, axes: [{ ...source, tokens: source.tokens.slice(1), words: source.words.slice(1) }, ...axes] };
    },
  });
}

/** Runs in the page: the first change turns the model's vector a little, those after it do nothing. */
function onlyRead(): void {
  const page = globalThis as unknown as PageGlobals;
  const element = document.querySelector<InspectorElement>('attention-inspector');
  if (element === null) return;
  const { host } = page;
  const open = host.open.bind(host);
  host.open = async (params, signal) => {
    const change = params.interventions.length > 1 ? { isSame: true, cosine: 1 } : { isSame: false, cosine: 0.90613, tokens: [0.1, 0.573, null], probabilities: [{ index: 7, before: 0.2, after: 0.9991 }] };
    return { ...(await open(params, signal)), output: { kind: 'read', change } };
  };
  element.inspection = { ...element.inspection, output: { kind: 'read' } };
}
