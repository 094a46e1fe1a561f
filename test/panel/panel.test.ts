/** The panel in a real Chromium: what a user would see, do and hear. */
import { describe, expect, test } from 'vitest';
import type { FailureData } from '../../protocol/failure.ts';
import type { Side } from '../../protocol/panel.ts';
import type { PanelPage } from './harness.ts';
import { translated } from './inspector-sample.ts';
import { sampleWindow } from './map-sample.ts';
import { cat, longTrace, messagesOf, sampleTrace } from './sample.ts';
import { executable, indexOf, ink, pictures, usePanels } from './session.ts';

const strongest = (levels: readonly number[]): number => levels.indexOf(Math.max(...levels));

describe.skipIf(executable === undefined)('the panel', () => {
  const { open, shown } = usePanels();

  test('asks for its state, and says what to do while there is none', async () => {
    const { page, sent, post } = bind(await open());
    expect(await sent()).toEqual([{ type: 'ready' }]);
    await post({ type: 'show', outcome: undefined });
    await page.getByText('Select text in an editor').waitFor();
    await page.getByRole('button', { name: 'Translate Selection' }).click();
    expect((await sent()).at(-1)).toEqual({ type: 'run', command: 'translate' });
  });

  test('rows appear as the model decodes, and the buttons follow', async () => {
    const { page, post, state, lastSent } = bind(await open());
    const [begin, source, ...steps] = messagesOf(cat);
    if (begin === undefined || source === undefined) throw new Error('a pass begins with its source');
    await post(begin);
    await page.getByRole('progressbar').waitFor();
    await post(source);
    const pictures = new Set<string>();
    const end = steps.pop();
    for (const step of steps.slice(0, 6)) {
      await post(step);
      pictures.add(await ink(page));
    }
    expect(pictures.size).toBe(6);
    expect(await page.locator('#target .words').innerText()).toContain('Le chat noir dort sur le');
    expect(await page.getByRole('button', { name: 'Copy Translation' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await lastSent()).toEqual({ type: 'run', command: 'cancel' });

    if (end !== undefined) await post(end);
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('en-fr');
    for (const [name, command] of [['Copy Translation', 'copy'], ['Replace Selection', 'replace'], ['Select Model', 'select-model']]) {
      await page.getByRole('button', { name: name ?? '' }).click();
      expect(await lastSent()).toEqual({ type: 'run', command });
    }
    expect(await state()).toMatchObject({ shown: cat.target.text });
  });

  test('a beam takes rows back', async () => {
    const { page, post } = bind(await open());
    await post(...messagesOf(cat).slice(0, 6));
    const before = await page.getByRole('grid').getAttribute('aria-rowcount');
    await post({ type: 'progress', progress: { kind: 'target', sentence: 0, from: 1, at: 0, text: 'Le noir', tokens: [{ text: 'noir', start: 3, end: 7, logProb: -1 }], rows: cat.rows.slice(2, 3) } });
    expect([before, await page.getByRole('grid').getAttribute('aria-rowcount')]).toEqual(['4', '2']);
    expect((await page.locator('#target .words').innerText()).trim()).toBe('Le noir');
  });

  test('pointing at a word lights its links and tells the document', async () => {
    const opened = await shown(cat);
    await opened.word('target', indexOf('target', 'chat')).hover();
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: indexOf('target', 'chat') });
    expect(strongest(await opened.levels('source'))).toBe(indexOf('source', 'cat'));
    await opened.word('source', indexOf('source', 'sofa')).hover();
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'source', word: indexOf('source', 'sofa') });
    expect(strongest(await opened.levels('target'))).toBe(indexOf('target', 'canapé'));
    await opened.page.mouse.move(700, 740);
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'source', word: undefined });
    expect(Math.max(...await opened.levels('target'))).toBe(0);
  });

  test('words answer to the keyboard: one stop, arrows within, Escape lets go', async () => {
    const opened = await shown(cat);
    await opened.word('target', 0).focus();
    await opened.page.keyboard.press('ArrowRight');
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: 1 });
    expect(await opened.page.locator('attention-text#target [tabindex="0"]').count()).toBe(1);
    expect(await opened.page.locator('[aria-live]').allInnerTexts()).toContainEqual(expect.stringMatching(/^chat attends to: cat 0\.\d\d/));
    await opened.page.keyboard.press('End');
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: cat.target.words.length - 1 });
    await opened.page.keyboard.press('Escape');
    expect((await opened.sent()).slice(-2)).toEqual([{ type: 'point', side: 'target', word: undefined }, { type: 'run', command: 'clear-highlight' }]);
  });

  test('the map answers to the keyboard and speaks each cell with its exact weight', async () => {
    const opened = await shown(cat);
    const grid = opened.page.getByRole('grid');
    await grid.focus();
    const expected: [string, Side, number][] = [
      ['ArrowDown', 'target', 0], ['ArrowDown', 'target', 1], ['ArrowRight', 'source', 1], ['ArrowRight', 'source', 2],
      ['End', 'source', cat.source.words.length - 1], ['Home', 'source', 0], ['ArrowUp', 'target', 0],
    ];
    for (const [key, side, word] of expected) {
      await opened.page.keyboard.press(key);
      expect([key, await opened.lastSent()]).toEqual([key, { type: 'point', side, word }]);
    }
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.keyboard.press('ArrowRight');
    await opened.page.keyboard.press('ArrowRight');
    await opened.settle();
    const cell = opened.page.getByRole('gridcell');
    expect(await grid.getAttribute('aria-activedescendant')).toBe(await cell.getAttribute('id'));
    expect(await cell.getAttribute('aria-label')).toMatch(/^chat attends to cat: 0\.\d{4}$/);
    expect(await opened.page.locator('attention-map .tooltip').innerText()).toMatch(/chat → cat\s+0\.\d{4}/);
    const lit = await ink(opened.page);
    await opened.page.keyboard.press('Escape');
    await opened.settle();
    expect((await opened.sent()).findLast(message => message.type === 'point')).toMatchObject({ word: undefined });
    expect(await cell.count()).toBe(0);
    expect(await ink(opened.page)).not.toBe(lit);
  });

  test('the pointer on the map shows the cell, its row and column labels too', async () => {
    const opened = await shown(cat);
    const box = await opened.page.locator('attention-map .extent canvas').boundingBox();
    if (box === null) throw new Error('the map is not visible');
    const tooltip = opened.page.locator('attention-map .tooltip');
    await opened.page.mouse.move(box.x + 20, box.y + box.height - 8);
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: cat.target.words.length - 1 });
    expect(await tooltip.innerText()).toMatch(/^\. attends to/);
    await opened.page.mouse.move(box.x + 90, box.y + box.height - 8);
    await opened.settle();
    expect(await tooltip.innerText()).toMatch(/^\. → The\s+0\.\d{4}/);
    expect(await opened.page.locator('attention-map [aria-live]').innerText()).toMatch(/^\. attends to The: 0\.\d{4}$/);
    await opened.page.mouse.move(2, 2);
    await opened.settle();
    expect(await tooltip.isVisible()).toBe(false);
  });

  test('a word hovered in the document lights its translation, and lets go', async () => {
    const opened = await shown(cat);
    const plain = await ink(opened.page);
    await opened.post({ type: 'highlight', side: 'source', word: indexOf('source', 'cat') });
    const levels = await opened.levels('target');
    expect(strongest(levels)).toBe(indexOf('target', 'chat'));
    expect(Math.max(...levels)).toBeGreaterThanOrEqual(5);
    expect(await ink(opened.page)).not.toBe(plain);
    expect((await opened.sent()).filter(message => message.type === 'point')).toEqual([]);
    await opened.post({ type: 'highlight', side: 'source', word: undefined });
    expect(Math.max(...await opened.levels('target'))).toBe(0);
    expect(await ink(opened.page)).toBe(plain);
  });

  test('what is selected goes out when the document lets go of it, and can be selected again', async () => {
    const opened = await shown(cat);
    const chat = { type: 'point', side: 'target', word: indexOf('target', 'chat') };
    const points = async (): Promise<unknown[]> => (await opened.sent()).filter(message => message.type === 'point');
    await opened.word('target', chat.word).click();
    await opened.settle();
    expect(await points()).toEqual([chat]);
    expect(await opened.page.locator('.current').count()).toBe(1);
    await opened.post({ type: 'highlight', side: 'source', word: undefined });
    expect(await opened.page.locator('.current').count()).toBe(0);
    expect(Math.max(...await opened.levels('source'))).toBe(0);
    await opened.word('target', chat.word).click();
    expect(await points()).toEqual([chat, chat]);
  });

  test('Escape also puts out what the document has lit', async () => {
    const opened = await shown(cat);
    await opened.post({ type: 'highlight', side: 'target', word: 1 });
    await opened.word('target', 0).focus();
    await opened.page.keyboard.press('Escape');
    expect(await opened.sent()).toContainEqual({ type: 'run', command: 'clear-highlight' });
  });

  test('a highlight far away is scrolled into view', async () => {
    const opened = await shown(longTrace(300));
    await opened.post({ type: 'highlight', side: 'source', word: 290 });
    const target = opened.word('target', 290);
    const [word, text] = [await target.boundingBox(), await opened.page.locator('#target').boundingBox()];
    expect(word !== null && text !== null && word.y >= text.y - 1 && word.y + word.height <= text.y + text.height + 1).toBe(true);
    expect(await opened.page.getByRole('grid').evaluate(grid => grid.scrollTop > 1000 && grid.scrollLeft > 1000)).toBe(true);
  });

  test('words or subword tokens, remembered over a reload', async () => {
    const opened = await shown(cat);
    const grid = opened.page.getByRole('grid');
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(cat.target.words.length));
    await opened.page.getByRole('switch', { name: 'Show subword tokens' }).click();
    await opened.settle();
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(cat.target.tokens.length));
    await grid.focus();
    await opened.page.keyboard.press('Control+End');
    expect(await opened.lastSent()).not.toMatchObject({ type: 'point', side: 'target', word: cat.target.words.length });
    const state = await opened.state();
    const again = await shown(cat, { state });
    expect(await again.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(cat.target.tokens.length));
    expect(await again.page.getByRole('switch', { name: 'Show subword tokens' }).getAttribute('aria-checked')).toBe('true');
  });

  test('after a reload the selection, the scroll and the open explanation are back', async () => {
    const trace = longTrace(200);
    const opened = await shown(trace);
    await opened.page.getByText('What am I looking at?').click();
    await opened.word('source', 7).click();
    await opened.page.getByRole('grid').evaluate(element => element.scrollTo(500, 700));
    await opened.page.waitForTimeout(300);
    const state = await opened.state();
    const again = await shown(trace, { state });
    await again.settle();
    expect(await again.page.getByRole('grid').evaluate(element => [element.scrollLeft, element.scrollTop])).toEqual([500, 700]);
    expect(await again.page.locator('#source .current').innerText()).toBe('word7');
    expect(await again.page.getByText('by itself it').isVisible()).toBe(true);
    await again.post({ type: 'show', outcome: { kind: 'translation', trace: cat } });
    expect(await again.page.locator('.current').count()).toBe(0);
  });

  test('a failure says what happened and what to do, and keeps what was there', async () => {
    const { page, post, lastSent } = bind(await open());
    const failure: FailureData = { code: 'worker-lost', message: 'The worker stopped while it was translating.', hint: 'It was started again: translate once more.' };
    await post(...messagesOf(cat).slice(0, 6), { type: 'failed', failure });
    const alert = page.getByRole('alert');
    expect(await alert.innerText()).toContain(failure.message);
    expect(await alert.innerText()).toContain(failure.hint);
    expect(await page.locator('#target .words').innerText()).toContain('Le chat noir dort');
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await page.getByRole('button', { name: 'Translate Again' }).click();
    expect(await lastSent()).toEqual({ type: 'run', command: 'again' });
  });

  test('a continuation is called so, can be inserted, and tells what a word gave to what was written before', async () => {
    const rows = cat.rows.map((row, index) => ({ ...row, weights: row.weights.map(weight => weight * 0.4 ** Math.min(1, index)), elsewhere: index === 0 ? 0 : 0.6 }));
    const opened = await open();
    await opened.post(...messagesOf({ ...cat, rows }, 'continuation').slice(0, 6));
    await opened.page.getByRole('progressbar', { name: 'Continuing' }).waitFor();
    await opened.post({ type: 'end', outcome: { kind: 'continuation', trace: { ...cat, rows } } });
    await opened.page.getByRole('heading', { name: 'Continuation' }).waitFor();
    await opened.word('target', indexOf('target', 'chat')).hover();
    await opened.settle();
    expect(await opened.page.locator('.elsewhere').innerText()).toBe('“chat” gave 60 % of its attention to what was written before.');
    await opened.page.getByRole('grid').focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.settle();
    const box = await opened.page.locator('attention-map .extent canvas').boundingBox();
    await opened.page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + (box?.height ?? 0) - 8);
    await opened.settle();
    expect(await opened.page.locator('attention-map .tooltip').innerText()).toMatch(/what was written before\s+0\.6000/);
    await opened.page.screenshot({ path: `${pictures}/continuation.png` });
    await opened.page.getByRole('button', { name: 'Insert Continuation' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'insert' });
    expect(await opened.page.getByRole('button', { name: 'Replace Selection' }).count()).toBe(0);
  });

  test('of a model with several maps another can be asked for', async () => {
    const maps = [
      { kind: 'cross', layer: 0, head: 'mean' }, { kind: 'cross', layer: 0, head: 0 }, { kind: 'cross', layer: 0, head: 1 },
    ] as const;
    const opened = await shown({ ...cat, map: maps[1], maps });
    const list = opened.page.getByRole('combobox', { name: 'Map' });
    expect(await list.locator('option').allInnerTexts()).toEqual(['Layer 1, mean of heads', 'Layer 1, head 1', 'Layer 1, head 2']);
    expect(await list.inputValue()).toBe('cross 0 0');
    await list.selectOption('Layer 1, mean of heads');
    expect(await opened.lastSent()).toEqual({ type: 'map', map: maps[0] });
    // While it is worked out all stays, the keyboard's focus too.
    await list.focus();
    const drawn = await ink(opened.page);
    await opened.post({ type: 'begin', kind: 'translation', model: cat.model, keeps: true });
    await opened.page.getByRole('progressbar').waitFor();
    expect(await ink(opened.page)).toBe(drawn);
    expect(await list.evaluate(element => element.matches(':focus'))).toBe(true);
    // Where it cannot be had, the list names what is drawn.
    await opened.post({ type: 'show', outcome: { kind: 'translation', trace: { ...cat, map: maps[1], maps } } });
    expect(await list.inputValue()).toBe('cross 0 0');
    const single = await shown(cat);
    expect(await single.page.getByRole('combobox').count()).toBe(0);
  });

  test('a model without attention has no map, and the panel says so', async () => {
    const trace = { ...cat, map: undefined, maps: [], rows: cat.rows.map(row => ({ ...row, weights: row.weights.map(() => 0) })) };
    const opened = await shown({ kind: 'reply', trace });
    await opened.page.getByText('This model has no attention').waitFor();
    expect(await opened.page.getByRole('grid').count()).toBe(0);
    await opened.word('target', 1).click();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: 1 });
  });

  test('once the text is inspected every view of it takes the map’s place; a new pass is shown as it comes', async () => {
    const opened = await shown(cat);
    const { page, sent, post } = bind(opened);
    await post({ type: 'inspect', message: { type: 'opening' } });
    await page.getByRole('progressbar', { name: 'Reading its attention' }).waitFor();
    expect(await page.locator('attention-pass').count()).toBe(1);
    const inspection = translated({ layers: 2, heads: 2, tokens: 9, isTranslator: true });
    await post({ type: 'inspect', message: { type: 'show', inspection } });
    const questions = (await sent()).flatMap(message => (message.type === 'inspect' && message.message.type === 'ask' ? [message.message] : []));
    const window = sampleWindow({ rows: 5, columns: 9 });
    await post(...questions.map(({ id }) => ({ type: 'inspect', message: { type: 'answer', id, result: window } } as const)));
    expect(await page.locator('attention-pass').count()).toBe(0);
    expect(await page.locator('attention-map').count()).toBe(1);
    await page.getByRole('button', { name: 'Copy Translation' }).waitFor();
    const entry = { inspection: inspection.id, model: 'sample', text: 'the model reads', interventions: 0, at: 0, isPinned: false, isStale: false };
    await post({ type: 'inspect', message: { type: 'history', entries: [entry, { ...entry, inspection: 'older', interventions: 2, isPinned: true, isStale: true }] } });
    const list = page.getByRole('combobox', { name: 'Inspected before' });
    expect(await list.locator('option').allInnerTexts()).toEqual(['the model reads · sample', 'the model reads · sample · 2 changes, pinned, stale']);
    await page.getByRole('switch', { name: 'Keep in History' }).click();
    expect((await sent()).at(-1)).toEqual({ type: 'inspect', message: { type: 'pin', inspection: inspection.id, isPinned: true } });
    await page.setViewportSize({ width: 500, height: 640 });
    await opened.settle();
    await page.screenshot({ path: `${pictures}/panel-inspected.png` });
    await list.selectOption('older');
    expect((await sent()).at(-1)).toMatchObject({ type: 'inspect', message: { type: 'ask', method: 'recall', params: { inspection: 'older' } } });
    await post({ type: 'begin', kind: 'translation', model: cat.model }, { type: 'inspect', message: { type: 'show', inspection: undefined } });
    expect(await page.locator('attention-inspector').count()).toBe(0);
    expect((await sent()).at(-1)).toEqual({ type: 'inspect', message: { type: 'shown', shown: undefined } });
    await post({ type: 'failed', failure: { code: 'internal', message: 'It broke.', hint: 'Report it.' } }, { type: 'inspect', message: { type: 'unopened', failure: { code: 'broken-model', message: 'Its graph cannot be tapped.', hint: 'Export it anew.' } } });
    await page.getByText('Its graph cannot be tapped.').waitFor();
  });

  test('a model without a tokenizer is given numbers, as often as it takes', async () => {
    const opened = await open();
    const { page, sent, post } = bind(opened);
    await page.setViewportSize({ width: 620, height: 480 });
    const refuse = (message: string): Promise<void> => post({ type: 'inspect', message: { type: 'unopened', failure: {
      code: 'reads-numbers', message: `gpt-nano-sort.onnx has no tokenizer, and reads numbers: ${message}`,
      hint: 'Give token ids with spaces between, or tensors in JSON. The graph takes "idx": int64 [batch, length].',
    } } });
    await post({ type: 'show', outcome: undefined });
    await refuse('“The” is no token id.');
    expect(await page.getByRole('button', { name: 'Translate Selection' }).count()).toBe(0);
    const field = page.getByRole('textbox', { name: 'Numbers to attend to' });
    await field.fill('2 0 1.5');
    await field.press('Enter');
    expect((await sent()).at(-1)).toEqual({ type: 'inspect', message: { type: 'feed', numbers: '2 0 1.5' } });
    await post({ type: 'inspect', message: { type: 'show', inspection: undefined } }, { type: 'inspect', message: { type: 'opening' } });
    expect(await field.count()).toBe(0);
    await refuse('“1.5” is no token id.');
    await page.getByRole('alert').filter({ hasText: '“1.5”' }).waitFor();
    expect(await field.inputValue()).toBe('2 0 1.5');
    await page.screenshot({ path: `${pictures}/panel-numbers.png` });
    await field.fill('1 '.repeat(5001));
    await field.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'It has 10,002 characters; at most 10,000 can be read at a time.' }).waitFor();
    expect((await sent()).at(-1)).toMatchObject({ message: { numbers: '2 0 1.5' } });
    await field.fill('2 0 1');
    await page.getByRole('button', { name: 'Attend' }).click();
    expect((await sent()).at(-1)).toEqual({ type: 'inspect', message: { type: 'feed', numbers: '2 0 1' } });
  });

  test('warnings of a trace are shown', async () => {
    const warning = 'This sentence is longer than any the model saw in training.';
    const opened = await shown({ ...cat, warnings: [warning] });
    expect(await opened.page.getByRole('note').innerText()).toContain(warning);
  });

  test('right-to-left text runs from right to left, and its arrows with it', async () => {
    const trace = sampleTrace('The cat sleeps.', 'القط ينام الآن.', [[1], [2], [2], [3]]);
    const opened = await shown(trace);
    const [first, second] = [await opened.word('target', 0).boundingBox(), await opened.word('target', 1).boundingBox()];
    expect(first !== null && second !== null && first.x > second.x).toBe(true);
    await opened.word('target', 0).focus();
    await opened.page.keyboard.press('ArrowLeft');
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'target', word: 1 });
    await opened.page.screenshot({ path: `${pictures}/right-to-left.png` });
  });
});

/** Methods that can be taken apart. */
function bind(opened: PanelPage): Pick<PanelPage, 'page' | 'sent' | 'lastSent' | 'post' | 'state'> {
  return {
    page: opened.page, sent: () => opened.sent(), lastSent: () => opened.lastSent(),
    post: (...messages) => opened.post(...messages), state: () => opened.state(),
  };
}
