/** A classification in the panel, in a real Chromium: what a user would see, do and hear. */
import { describe, expect, test } from 'vitest';
import { classifiedText, review } from './classified-sample.ts';
import { executable, ink, pictures, usePanels } from './session.ts';

const outcome = { kind: 'classification', classification: review } as const;
const indexOf = (word: string): number => review.source.words.findIndex(({ start, end }) => review.source.text.slice(start, end) === word);

describe.skipIf(executable === undefined)('a classification in the panel', () => {
  const { open, shown } = usePanels();

  test('shows the labels with bars and words lit by their attention', async () => {
    const opened = await open();
    await opened.post({ type: 'begin', kind: 'classification', model: 'sentiment' });
    await opened.page.getByRole('progressbar', { name: 'Classifying' }).waitFor();
    await opened.post({ type: 'end', outcome });
    expect(await opened.page.getByRole('progressbar').count()).toBe(0);
    expect(await opened.page.getByRole('listitem').allInnerTexts()).toEqual([expect.stringMatching(/positive\s+91 %/), expect.stringMatching(/negative\s+9 %/)]);
    const bars = await opened.page.locator('.bar .part').evaluateAll(parts => parts.map(part => part.getBoundingClientRect().width));
    expect((bars[0] ?? 0) / (bars[1] ?? 1)).toBeCloseTo(0.912 / 0.088, 0);
    const levels = await opened.levels('source');
    expect(levels.indexOf(Math.max(...levels))).toBe(indexOf('wonderful'));
    expect(await opened.page.getByRole('grid').getAttribute('aria-rowcount')).toBe('4');
    await opened.page.getByRole('button', { name: 'Copy Labels' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'copy' });
    expect(await opened.page.getByRole('button', { name: 'Replace Selection' }).count()).toBe(0);
  });

  test('a word that is pointed at tells what it got and what it says, and the document hears of it', async () => {
    const opened = await shown(outcome);
    const readout = opened.page.locator('.readout');
    await opened.word('source', indexOf('weak')).hover();
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'source', word: indexOf('weak') });
    expect(await readout.innerText()).toMatch(/^weak got \d+ % of the attention; it speaks against positive \(−\d\.\d\), for negative \(\+\d\.\d\)\.$/);
    await opened.word('source', indexOf('wonderful')).click();
    await opened.settle();
    expect(await opened.page.locator('[aria-live]').allInnerTexts()).toContainEqual(expect.stringMatching(/^wonderful got \d+ %/));
    await opened.page.keyboard.press('ArrowRight');
    await opened.settle();
    expect(await readout.innerText()).toMatch(/^and got/);
    await opened.post({ type: 'highlight', side: 'source', word: indexOf('music') });
    expect(await readout.innerText()).toMatch(/^music got/);
  });

  test('the map answers to pointer and keyboard; evidence has a sign', async () => {
    const opened = await shown(outcome);
    await opened.page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await opened.page.keyboard.press(key);
    await opened.settle();
    expect(await opened.lastSent()).toEqual({ type: 'point', side: 'source', word: 3 });
    expect(await opened.page.getByRole('gridcell').getAttribute('aria-label')).toMatch(/^wonderful: \+\d\.\d{3} for positive$/);
    expect(await opened.page.locator('attention-map .tooltip').innerText()).toMatch(/wonderful → for positive\s+\+\d/);
    await opened.page.keyboard.press('Escape');
    await opened.settle();
    expect((await opened.sent()).findLast(message => message.type === 'point')).toMatchObject({ word: undefined });
  });

  test('a layer’s map is chosen from a list, in words or subwords, and is there after a reload', async () => {
    const opened = await shown(outcome);
    const pooling = await ink(opened.page);
    await opened.page.getByRole('combobox', { name: 'Map' }).selectOption('Layer 2, head 1');
    await opened.settle();
    expect(await ink(opened.page)).not.toBe(pooling);
    expect(await opened.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(review.source.words.length));
    await opened.page.getByRole('switch', { name: 'Show subword tokens' }).click();
    await opened.settle();
    expect(await opened.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(review.source.tokens.length));
    const again = await shown(outcome, { state: await opened.state() });
    expect(await again.page.getByRole('combobox', { name: 'Map' }).inputValue()).toBe('layer-1-0');
    expect(await again.page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(review.source.tokens.length));
  });

  test('is scrolled as it was left, after a reload', async () => {
    const long = { kind: 'classification', classification: classifiedText(Array.from({ length: 60 }, (_, index) => `word${index}`).join(' '), {}, 2) } as const;
    const opened = await shown(long, { height: 520 });
    await opened.page.getByRole('combobox', { name: 'Map' }).selectOption('Layer 2, head 1');
    await opened.settle();
    await opened.page.getByRole('grid').evaluate(element => element.scrollTo(140, 300));
    await expect.poll(() => opened.state()).toMatchObject({ position: { left: 140, top: 300 } });
    const again = await shown(long, { height: 520, state: await opened.state() });
    await again.settle();
    expect(await again.page.getByRole('grid').evaluate(element => [element.scrollLeft, element.scrollTop])).toEqual([140, 300]);
  });

  test('a failure offers to classify again', async () => {
    const opened = await open();
    const failure = { code: 'unsupported-script', message: 'The text is in Cyrillic.', hint: 'Choose another model.' } as const;
    await opened.post({ type: 'begin', kind: 'classification', model: 'sentiment' }, { type: 'failed', failure });
    await opened.page.getByRole('button', { name: 'Classify Again' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'again' });
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)('a picture in the %s theme', async theme => {
    const opened = await shown(outcome, { theme, width: 820, height: 700, deviceScaleFactor: 2 });
    await opened.word('source', indexOf('weak')).click();
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/classification-${theme}.png` });
    await opened.page.getByRole('combobox', { name: 'Map' }).selectOption('Layer 1, head 2');
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/classification-layer-${theme}.png` });
  });

  test('nothing is cut off in a panel of 300 pixels, or of a single head without an encoder', async () => {
    const opened = await shown({ kind: 'classification', classification: classifiedText('Short and good.', { good: 2 }, 0) }, { width: 300, height: 700, deviceScaleFactor: 2 });
    expect(await opened.page.getByRole('combobox').count()).toBe(0);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(300);
    await opened.post({ type: 'show', outcome });
    const box = await opened.page.getByRole('combobox', { name: 'Map' }).boundingBox();
    expect(box !== null && box.x >= 0 && box.x + box.width <= 300).toBe(true);
    await opened.page.screenshot({ path: `${pictures}/classification-narrow.png` });
  });
});
