/** A checkpoint's page in a real Chromium: what a user would see, do and hear. */
import { describe, expect, test } from 'vitest';
import type { CheckpointSummary } from '../../protocol/checkpoint.ts';
import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { attentionOver, bertTensors, fineTuned, marian, minilm, statisticsOf, summaryOf } from './checkpoint-sample.ts';
import type { OpenOptions, PanelPage } from './harness.ts';
import { executable, ink, pictures, usePanels } from './session.ts';

const failure = { code: 'broken-model', message: 'model.onnx ends after 1,204 bytes; its header announces 90,912,345.', hint: 'Copy or download it anew.' } as const;

describe.skipIf(executable === undefined)('a checkpoint’s page', () => {
  const { open } = usePanels();

  const shown = async (summary: CheckpointSummary, options: OpenOptions = {}, ...more: readonly ToCheckpointPage[]): Promise<PanelPage> => {
    const opened = await open({ width: 1000, height: 720, ...options, page: 'checkpoint' });
    await opened.post({ type: 'reading', name: summary.path.split('/').at(-1) ?? '' }, { type: 'read', summary }, ...more);
    return opened;
  };
  const rows = (opened: PanelPage) => opened.page.getByRole('treeitem');
  const row = (opened: PanelPage, label: string) => opened.page.locator(`[role="treeitem"][aria-label^="${label},"]`);
  const tree = (opened: PanelPage) => opened.page.getByRole('tree');
  const [tap] = minilm.taps;
  const trace = summaryOf([], { format: 'Attention Scope trace', bytes: 2048, isTrace: true, tasks: ['attention'], taps: [0, 1].map(layer => ({ ...tap, name: `encoder.${layer}`, layer, heads: 12, kind: 'encoder', operator: '' })) });
  const details = (opened: PanelPage) => opened.page.getByRole('complementary', { name: 'Details' });

  test('asks for its checkpoint, and says in one line what it is', async () => {
    const opened = await open({ page: 'checkpoint' });
    expect(await opened.sent()).toEqual([{ type: 'ready' }]);
    await opened.post({ type: 'reading', name: 'model.onnx' });
    await opened.page.getByRole('progressbar', { name: 'Reading' }).waitFor();
    await opened.post({ type: 'read', summary: minilm });
    expect(await opened.page.getByRole('progressbar').count()).toBe(0);
    expect(await opened.page.getByRole('heading', { level: 1 }).innerText()).toBe('model.onnx');
    expect(await opened.page.locator('header p').innerText()).toBe('ONNX · 86.6 MB · 22.7 M parameters, float32');
    expect(await opened.page.getByRole('tab').allInnerTexts()).toEqual([expect.stringMatching(/^Tensors\s*104$/), expect.stringMatching(/^Attention\s*6$/), 'Comparison']);
    const about = await details(opened).innerText();
    for (const part of ['Producer', 'pytorch 2.1.0', 'input_ids', 'batch × sequence', 'last_hidden_state', 'int64']) expect(about).toContain(part);
  });

  test('a trace shows its maps at once, and asks for no text', async () => {
    const opened = await shown(trace, {}, { type: 'attending' }, { type: 'attended', attention: attentionOver('A dog runs.') });
    expect(await opened.page.locator('header p').innerText()).toBe('Attention Scope trace · 2 KB');
    expect(await opened.page.getByRole('tab', { selected: true }).innerText()).toMatch(/^Attention/);
    await opened.page.locator('attention-map').waitFor();
    expect(await opened.page.getByRole('button', { name: /^Attend to/ }).count()).toBe(0);
    expect(await opened.page.getByRole('columnheader').allInnerTexts()).toEqual(['Layer', 'Heads', 'Name']);
    await opened.page.getByRole('button', { name: 'Layer 2' }).click();
    await expect.poll(() => opened.lastSent()).toEqual({ type: 'map', map: { kind: 'encoder', layer: 1, head: 'mean' } });
    await opened.page.getByRole('tab', { name: 'Tensors' }).click();
    await opened.post({ type: 'attending' }, { type: 'attended', attention: attentionOver('A dog runs.', 1) });
    expect(await opened.page.getByRole('tab', { selected: true }).innerText()).toMatch(/^Tensors/);
  });

  test('groups tensors by the parts of their names, with sums; rows answer to the pointer', async () => {
    const opened = await shown(minilm);
    expect(await row(opened, 'encoder.layer').getAttribute('aria-label')).toBe('encoder.layer, 96 tensors, 40.6 MB');
    expect(await row(opened, 'embeddings').getAttribute('aria-expanded')).toBe('true');
    await row(opened, 'embeddings').click();
    expect(await row(opened, 'embeddings').getAttribute('aria-expanded')).toBe('false');
    expect(await row(opened, 'word_embeddings.weight').count()).toBe(0);
    await row(opened, 'embeddings').click();
    expect(await row(opened, 'word_embeddings.weight').getAttribute('aria-label')).toBe('word_embeddings.weight, float32, 30522 × 384, 44.7 MB');
    expect(await details(opened).innerText()).toContain('6 tensors');
  });

  test('a tensor that is chosen is measured: busy, then its histogram and numbers', async () => {
    const opened = await shown(minilm);
    await row(opened, 'word_embeddings.weight').click();
    await expect.poll(() => opened.lastSent()).toEqual({ type: 'measure', tensor: 'embeddings.word_embeddings.weight' });
    await details(opened).getByRole('progressbar', { name: 'Measuring' }).waitFor();
    await opened.post({ type: 'measured', tensor: 'embeddings.word_embeddings.weight', statistics: { ...statisticsOf(30522 * 384), nans: 3 } });
    expect(await details(opened).getByRole('img').getAttribute('aria-label')).toMatch(/^Histogram from −0\.5213 to 0\.6022; most values are between 0\.\d+ and 0\.\d+$/);
    const told = await details(opened).innerText();
    expect(told).toMatch(/Minimum\s+−0\.5213/);
    expect(told).toMatch(/Zeros\s+12 \(<1 %\)/);
    expect(told).toMatch(/NaN\s+3/);
    expect(told).toMatch(/Infinite\s+none/);
    const heights = await details(opened).locator('rect.bin').evaluateAll(bins => bins.map(bin => bin.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeGreaterThan(10 * Math.min(...heights));
  });

  test('keys walk through the tree and only where they rest is measured; what cannot be measured says why', async () => {
    const opened = await shown(minilm);
    await tree(opened).focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await opened.page.keyboard.press(key);
    await expect.poll(() => opened.lastSent()).toMatchObject({ type: 'measure' });
    expect((await opened.sent()).filter(({ type }) => type === 'measure').length).toBeLessThan(4);
    const active = await tree(opened).getAttribute('aria-activedescendant');
    expect(await opened.page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await opened.page.keyboard.press('Escape');
    await opened.page.keyboard.type('pooler');
    expect(await opened.page.locator('[aria-selected="true"][role="treeitem"]').getAttribute('aria-label')).toMatch(/^pooler/);
    await opened.page.keyboard.press('ArrowRight');
    await opened.page.keyboard.press('ArrowRight');
    await expect.poll(() => opened.lastSent()).toEqual({ type: 'measure', tensor: 'pooler.dense.bias' });
    await opened.post({ type: 'unmeasurable', tensor: 'pooler.dense.bias', failure });
    expect(await details(opened).getByRole('alert').innerText()).toContain('ends after 1,204 bytes');
    await details(opened).getByRole('button', { name: 'Measure Again' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'measure', tensor: 'pooler.dense.bias' });
    await details(opened).getByRole('progressbar').waitFor();
  });

  test('the filter finds names, types and shapes, counts, and says where nothing is found', async () => {
    const opened = await shown(minilm);
    await opened.page.keyboard.press('Control+F');
    await opened.page.keyboard.type('layer.1. query');
    await opened.page.getByText('2 of 104').waitFor();
    expect(await rows(opened).last().getAttribute('aria-label')).toContain('weight');
    const filter = opened.page.getByRole('textbox', { name: 'Filter tensors' });
    await filter.fill('dtype:int64');
    await opened.page.getByText('1 of 104').waitFor();
    await filter.fill('shape:1536x384 weight');
    await opened.page.getByText('6 of 104').waitFor();
    await filter.fill('no such tensor');
    await opened.page.getByText('No tensor matches').waitFor();
    await opened.page.getByRole('button', { name: 'Clear Filter' }).last().click();
    await opened.settle();
    expect(await rows(opened).count()).toBeGreaterThan(5);
    expect(await filter.inputValue()).toBe('');
  });

  test('sorts by name and by size, and folds all', async () => {
    const opened = await shown(minilm);
    const first = () => rows(opened).first().getAttribute('aria-label');
    expect(await first()).toMatch(/^embeddings,/);
    await opened.page.getByRole('button', { name: 'Collapse All' }).click();
    await opened.settle();
    expect(await rows(opened).count()).toBe(3);
    await opened.page.getByRole('button', { name: 'Size' }).click();
    expect(await rows(opened).evaluateAll(all => all.map(one => one.getAttribute('aria-label')?.split(',')[0]))).toEqual(['embeddings', 'encoder.layer', 'pooler.dense']);
    await opened.page.getByRole('button', { name: 'Expand All' }).click();
    await opened.settle();
    expect(await rows(opened).count()).toBeGreaterThan(20);
  });

  test('100,000 tensors take no more of the page than a screenful, and scroll to their end', async () => {
    const opened = await shown(summaryOf([], { unlisted: 20_000 }));
    // Made in the page: so many would take long to come there from here.
    await opened.page.evaluate(summary => {
      const tensors = Array.from({ length: 100_000 }, (_, index) => (
        { name: `model.layers.${index % 100}.experts.${Math.floor(index / 100)}.weight`, dtype: 'float32', shape: [64, 64], bytes: 16384 }));
      window.postMessage({ type: 'reading', name: 'many.safetensors' }, '*');
      window.postMessage({ type: 'read', summary: { ...summary, tensors } }, '*');
    }, summaryOf([], { unlisted: 20_000 }));
    await rows(opened).first().waitFor();
    await opened.page.getByRole('button', { name: 'Expand All' }).click();
    await opened.settle();
    const count = await rows(opened).count();
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(70);
    await tree(opened).evaluate(element => element.scrollTo(0, element.scrollHeight));
    await opened.settle();
    expect(await rows(opened).count()).toBeLessThan(70);
    expect(await rows(opened).last().getAttribute('aria-label')).toBe('999.weight, float32, 64 × 64, 16 KB');
    const gap = await tree(opened).evaluate(element => {
      const last = element.querySelectorAll('[role="treeitem"]');
      return element.getBoundingClientRect().bottom - (last[last.length - 1]?.getBoundingClientRect().bottom ?? 0);
    });
    expect(Math.abs(gap)).toBeLessThan(3);
    await tree(opened).focus();
    await opened.page.keyboard.press('Home');
    await opened.settle();
    expect(await rows(opened).first().getAttribute('aria-label')).toMatch(/^model\.layers, 100 K tensors/);
    await opened.page.getByText('20 K more tensors: too many to be listed.').waitFor();
    expect(await opened.page.getByRole('tab').first().innerText()).toMatch(/120 K/);
  });

  test('tells where it attends, and asks for a text, which is inspected', async () => {
    const opened = await shown(minilm);
    await opened.page.getByRole('tab', { name: 'Attention' }).click();
    await opened.page.getByText('Attention can be read in 6 places.').waitFor();
    expect(await opened.page.getByRole('row').allInnerTexts()).toContainEqual(expect.stringMatching(/Layer 6\s+12\s+Softmax\s+encoder\.5/));
    // Each tab has its action once, in itself.
    const actions = async (): Promise<number[]> => Promise.all([/^Attend to/, /^Compare with/].map(name => opened.page.getByRole('button', { name }).count()));
    expect(await actions()).toEqual([1, 1]);
    await opened.page.getByRole('tab', { name: 'Comparison' }).click();
    expect(await actions()).toEqual([1, 1]);
    await opened.page.getByRole('tab', { name: 'Attention' }).click();
    await opened.page.locator('checkpoint-attention').getByRole('button', { name: 'Attend to Text…' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'attend' });
    await opened.page.getByRole('tab', { name: 'Tensors' }).click();
    await opened.post({ type: 'inspect', message: { type: 'opening' } });
    await opened.page.getByRole('progressbar', { name: 'Running the model' }).waitFor();
    await opened.page.getByRole('button', { name: 'Cancel' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'cancel-attending' });
    await opened.post({ type: 'inspect', message: { type: 'unopened', failure: { code: 'not-enough-memory', message: 'It is too large.', hint: 'Take a smaller one.' } } });
    expect(await opened.page.getByRole('alert').innerText()).toMatch(/It is too large\.\s+Take a smaller one\./);
    // A page that is restored opens what it showed by itself.
    await opened.page.getByRole('tab', { name: 'Tensors' }).click();
    await opened.post({ type: 'inspect', message: { type: 'opening' } });
    expect(await opened.page.getByRole('tab', { selected: true }).innerText()).toMatch(/^Tensors/);
  });

  test('of a trace draws the map, its layers, its words', async () => {
    const opened = await shown(trace, {}, { type: 'attending' });
    await opened.page.getByRole('progressbar', { name: 'Reading the map' }).waitFor();
    await opened.post({ type: 'attended', attention: attentionOver() });
    expect(await opened.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('13');
    await opened.page.locator('attention-text .word', { hasText: 'flies' }).last().hover();
    await opened.settle();
    const levels = await opened.page.locator('attention-text .word').evaluateAll(words => words.map(word => Number(word instanceof HTMLElement ? word.dataset['level'] : 0)));
    // The other “flies”, more than any word but itself.
    expect(levels[1]).toBe(levels.toSorted((one, other) => other - one)[1]);
    await opened.page.getByRole('combobox', { name: 'Layer' }).selectOption('Layer 3');
    expect(await opened.lastSent()).toEqual({ type: 'map', map: { kind: 'encoder', layer: 2, head: 'mean' } });
    await opened.page.getByRole('combobox', { name: 'Head' }).selectOption('Head 4');
    expect(await opened.lastSent()).toEqual({ type: 'map', map: { kind: 'encoder', layer: 0, head: 3 } });
    await opened.page.getByRole('switch', { name: 'Show subword tokens' }).click();
    await opened.settle();
    expect(await opened.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('15');
    const before = await ink(opened.page);
    await opened.post({ type: 'attending' }, { type: 'attended', attention: attentionOver(undefined, 5, 2) });
    expect(await ink(opened.page)).not.toBe(before);
    await opened.page.getByRole('button', { name: 'Layer 2' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'map', map: { kind: 'encoder', layer: 1, head: 2 } });
  });

  test('a long map scrolls in itself, so that its labels stay in sight', async () => {
    const long = attentionOver(Array.from({ length: 60 }, (_, index) => `word${index}`).join(' '));
    const opened = await shown(trace, {}, { type: 'attended', attention: long });
    const grid = await opened.page.getByRole('grid').evaluate(element => ({ all: element.scrollHeight, seen: element.clientHeight }));
    expect(grid.all).toBeGreaterThan(60 * 20);
    expect(grid.seen).toBeLessThan(720);
  });

  test('says what cannot be read and why, of a model with several kinds of attention', async () => {
    const opened = await shown(marian);
    await opened.page.getByRole('tab', { name: 'Attention' }).click();
    await opened.page.getByText('18 places: 6 in the encoder, 6 in the decoder, 6 between decoder and source.').waitFor();
    await opened.page.getByText('Its scores are never computed as a whole').waitFor();
    await opened.page.screenshot({ path: `${pictures}/checkpoint-taps.png` });
  });

  test('says why there is no attention, in a file of tensors and in a graph without any', async () => {
    const tensors = await shown(summaryOf(bertTensors(1)));
    await tensors.page.getByRole('tab', { name: 'Attention' }).click();
    await tensors.page.getByText('It holds tensors, and no graph that says how they are used.').waitFor();
    expect(await tensors.page.getByRole('button', { name: /Attend/ }).count()).toBe(0);
    const graph = await shown({ ...minilm, taps: [], tasks: [] });
    await graph.page.getByRole('tab', { name: 'Attention' }).click();
    await graph.page.getByText('No operator in its graph attends').waitFor();
  });

  test('compares with another: progress, cancel, and what differs, most first', async () => {
    const opened = await shown(minilm);
    await opened.page.getByRole('tab', { name: 'Comparison' }).click();
    await opened.page.locator('checkpoint-comparison').getByRole('button', { name: 'Compare with…' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'compare' });
    await opened.page.getByRole('tab', { name: 'Tensors' }).click();
    await opened.post({ type: 'comparing', other: 'fine-tuned.onnx', progress: undefined, begins: true });
    await opened.page.getByText('Comparing with fine-tuned.onnx').waitFor();
    await opened.post({ type: 'comparing', other: 'fine-tuned.onnx', progress: { read: 30e6, of: 120e6 } });
    await opened.page.getByText('28.6 MB of 114 MB read').waitFor();
    expect(await opened.page.getByRole('progressbar', { name: 'Comparing' }).getAttribute('aria-valuenow')).toBe('30000000');
    await opened.page.getByRole('button', { name: 'Cancel' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'cancel-comparing' });
    await opened.post({ type: 'compared', other: 'fine-tuned.onnx', comparison: fineTuned });
    expect(await opened.page.locator('checkpoint-comparison [role="status"]').innerText()).toMatch(/^Compared with fine-tuned\.onnx: \d+ tensors differ, 7 are equal\. 4 have no counterpart to be compared with\.$/);
    const items = opened.page.getByRole('listitem');
    expect(await items.nth(1).innerText()).toMatch(/^encoder\.layer\.0\.attention\.self\.query\.weight\s+34 %\s+0\.2\s+0\.01$/);
    expect(await items.count()).toBeLessThan(60);
    const bars = await opened.page.locator('.row .part').evaluateAll(parts => parts.map(part => part.getBoundingClientRect().width));
    expect(bars).toEqual(bars.toSorted((one, other) => other - one));
    await opened.page.getByRole('list', { name: 'Differences' }).evaluate(element => element.scrollTo(0, element.scrollHeight));
    await opened.page.getByText('Only in fine-tuned.onnx').waitFor();
    await opened.page.getByText('30522 × 384 here, 30524 × 384 there').waitFor();
  });

  test('a failure says what to do; an empty checkpoint that it is empty', async () => {
    const opened = await open({ page: 'checkpoint' });
    await opened.post({ type: 'reading', name: 'model.onnx' }, { type: 'unreadable', failure });
    expect(await opened.page.getByRole('alert').innerText()).toContain('Copy or download it anew.');
    await opened.page.screenshot({ path: `${pictures}/checkpoint-unreadable.png` });
    await opened.page.getByRole('button', { name: 'Retry' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'reload' });
    await opened.post({ type: 'reading', name: 'empty.npz' }, { type: 'read', summary: summaryOf([], { warnings: ['It is of a version that nobody has seen yet.'] }) });
    await opened.page.getByText('No tensors').waitFor();
    await opened.page.getByText('of a version that nobody has seen').waitFor();
  });

  test('a file that has changed is told of quietly, and read again when asked', async () => {
    const opened = await shown(minilm, {}, { type: 'changed' });
    await opened.page.getByText('The file has changed.').waitFor();
    await opened.page.getByRole('button', { name: 'Reload' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'reload' });
    await opened.post({ type: 'reading', name: 'model.onnx' }, { type: 'read', summary: minilm });
    expect(await opened.page.getByText('The file has changed.').count()).toBe(0);
  });

  test('is there again as it was left: filter, folding, order, what was chosen, where it was scrolled', async () => {
    const opened = await shown(summaryOf(bertTensors(24)));
    await opened.page.getByRole('button', { name: 'Size' }).click();
    await opened.page.getByRole('button', { name: 'Expand All' }).click();
    await opened.settle();
    await tree(opened).evaluate(element => element.scrollTo(0, 2000));
    await opened.page.waitForTimeout(400);
    const visible = async (of: PanelPage): Promise<string | null> => rows(of).nth(10).getAttribute('aria-label');
    await rows(opened).nth(12).click();
    await opened.settle();
    const again = await shown(summaryOf(bertTensors(24)), { state: await opened.state() });
    await again.settle();
    expect(await visible(again)).toBe(await visible(opened));
    expect(await tree(again).evaluate(element => element.scrollTop)).toBe(2000);
    expect(await again.page.getByRole('button', { name: 'Size' }).getAttribute('aria-pressed')).toBe('true');
    expect(await again.page.locator('[role="treeitem"][aria-selected="true"]').count()).toBe(1);
    await again.page.getByRole('textbox', { name: 'Filter tensors' }).fill('query');
    await again.page.getByText('48 of').waitFor();
    const filtered = await shown(summaryOf(bertTensors(24)), { state: await again.state() });
    expect(await filtered.page.getByRole('textbox', { name: 'Filter tensors' }).inputValue()).toBe('query');
    await filtered.page.getByText('48 of').waitFor();
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)('pictures in the %s theme', async theme => {
    const opened = await shown(minilm, { theme, width: 1040, height: 640, deviceScaleFactor: 2 });
    await opened.page.screenshot({ path: `${pictures}/checkpoint-${theme}.png` });
    await row(opened, 'word_embeddings.weight').click();
    await opened.post({ type: 'measured', tensor: 'embeddings.word_embeddings.weight', statistics: statisticsOf(30522 * 384) });
    await tree(opened).focus();
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/checkpoint-tensor-${theme}.png` });
    await opened.page.getByRole('tab', { name: 'Attention' }).click();
    await opened.post({ type: 'attended', attention: attentionOver() });
    await opened.page.locator('attention-text .word', { hasText: 'flies' }).last().click();
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/checkpoint-attention-${theme}.png` });
    await opened.post({ type: 'comparing', other: 'fine-tuned.onnx', progress: undefined, begins: true }, { type: 'compared', other: 'fine-tuned.onnx', comparison: fineTuned }, { type: 'changed' });
    await opened.page.screenshot({ path: `${pictures}/checkpoint-comparison-${theme}.png` });
  });

  test('nothing is cut off in an editor of 320 pixels', async () => {
    const opened = await shown(minilm, { width: 320, height: 700, deviceScaleFactor: 2 });
    await row(opened, 'word_embeddings.weight').click();
    await opened.post({ type: 'measured', tensor: 'embeddings.word_embeddings.weight', statistics: statisticsOf(30522 * 384) });
    await opened.page.screenshot({ path: `${pictures}/checkpoint-narrow.png` });
    for (const tab of ['Attention', 'Comparison', 'Tensors']) {
      await opened.page.getByRole('tab', { name: tab }).click();
      if (tab === 'Attention') await opened.post({ type: 'attended', attention: attentionOver() });
      expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
  });
});
