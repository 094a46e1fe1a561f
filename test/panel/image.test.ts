/** A classified image in its panel, in a real Chromium: what a user would see, do and hear. */
import { describe, expect, test } from 'vitest';
import type { PanelPage } from './harness.ts';
import { classifiedDisc, discPng } from './classified-sample.ts';
import { executable, pictures, usePanels } from './session.ts';

const picture = { uri: 'file:///pictures/disc.png', name: 'disc.png', bytes: new Uint8Array(discPng(28)) };
const classification = classifiedDisc(28, 7);

/** What is on the picture's canvas at a point, in its own pixels of `of`. */
function colourAt(opened: PanelPage, x: number, y: number, of = 28): Promise<number[]> {
  return opened.page.locator('attention-picture canvas').evaluate((element, at) => {
    const canvas = element as HTMLCanvasElement;
    const scale = canvas.width / at.of;
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    context?.drawImage(canvas, -Math.floor((at.x + 0.5) * scale), -Math.floor((at.y + 0.5) * scale));
    return Array.from(context?.getImageData(0, 0, 1, 1).data ?? []);
  }, { x, y, of });
}

describe.skipIf(executable === undefined)('a classified image', () => {
  const { open } = usePanels();

  async function shown(options: Parameters<typeof open>[0] = {}): Promise<PanelPage> {
    const opened = await open({ ...options, page: 'image' });
    await opened.post({ type: 'picture', picture }, { type: 'begin' });
    await opened.post({ type: 'classified', classification });
    return opened;
  }

  test('is shown while the model is asked, which can be cancelled, and then with its labels', async () => {
    const opened = await open({ page: 'image' });
    await opened.page.getByText('No image is shown.').waitFor();
    await opened.post({ type: 'picture', picture }, { type: 'begin' });
    await opened.page.getByRole('progressbar', { name: 'Classifying' }).waitFor();
    expect((await colourAt(opened, 17, 10)).slice(0, 3)).toEqual([240, 214, 120]);
    await opened.page.getByRole('button', { name: 'Cancel' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'cancel' });
    await opened.post({ type: 'classified', classification });
    expect(await opened.page.getByRole('heading', { level: 1 }).innerText()).toBe('disc.png · shapes');
    expect((await opened.page.getByRole('listitem').allInnerTexts())[0]).toMatch(/disc\s+86 %/);
    for (const [name, command] of [['Copy Labels', 'copy'], ['Classify Again', 'again'], ['Select Model', 'select-model']] as const) {
      await opened.page.getByRole('button', { name }).click();
      expect(await opened.lastSent()).toEqual({ type: 'run', command });
    }
  });

  test('is drawn in squares where it is small, with the overlay as strong as is wanted, or without', async () => {
    const opened = await shown();
    const overlaid = await colourAt(opened, 17, 10);
    expect(overlaid).not.toEqual(await colourAt(opened, 17, 12));
    await opened.page.getByRole('slider', { name: 'Strength' }).fill('20');
    await opened.settle();
    expect(await colourAt(opened, 17, 10)).not.toEqual(overlaid);
    await opened.page.getByRole('checkbox', { name: 'Show over the picture' }).uncheck();
    await opened.settle();
    expect((await colourAt(opened, 17, 10)).slice(0, 3)).toEqual([240, 214, 120]);
    const canvas = await opened.page.locator('attention-picture canvas').boundingBox();
    expect((canvas?.width ?? 0) % 28).toBe(0);
  });

  test('a patch that is pointed at tells what it got and says', async () => {
    const opened = await shown();
    const box = await opened.page.locator('attention-picture canvas').boundingBox();
    if (box === null) throw new Error('no picture');
    const readout = opened.page.locator('.readout');
    await opened.page.mouse.move(box.x + (17.5 / 28) * box.width, box.y + (10.5 / 28) * box.height);
    await opened.settle();
    expect(await readout.innerText()).toMatch(/^Row 3, column 5 got \d+ % of the attention; it speaks for disc/);
    await opened.page.mouse.move(box.x + box.width + 5, box.y + box.height + 90);
    await opened.settle();
    expect(await readout.innerText()).toMatch(/^Point at a patch/);
  });

  test('patches answer to the arrow keys and speak, and Escape lets go', async () => {
    const opened = await shown();
    const grid = opened.page.getByRole('grid');
    await grid.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await opened.page.keyboard.press(key);
    await opened.settle();
    const cell = opened.page.getByRole('gridcell');
    expect(await cell.getAttribute('aria-label')).toMatch(/^Row 3, column 5 got/);
    expect([await grid.getAttribute('aria-activedescendant'), await cell.getAttribute('aria-colindex')]).toEqual(['cell', '5']);
    await opened.page.keyboard.press('Control+Home');
    await opened.settle();
    expect(await cell.getAttribute('aria-label')).toMatch(/^Row 1, column 5/);
    await opened.page.keyboard.press('Escape');
    await opened.settle();
    expect(await cell.count()).toBe(0);
  });

  test('in a layer’s map a patch shows what it looks at', async () => {
    const opened = await shown();
    await opened.page.getByRole('combobox').selectOption('Layer 1, head 2');
    await opened.settle();
    const average = await colourAt(opened, 2, 2);
    await opened.page.getByRole('grid').focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.settle();
    expect(await colourAt(opened, 2, 2)).not.toEqual(average);
    expect(await opened.page.locator('.readout').innerText()).toMatch(/^Row 1, column 1 looks at itself \(\d+ %\); row/);
  });

  test('is as it was left after a reload; another image starts without a patch', async () => {
    const opened = await shown();
    await opened.page.getByRole('combobox').selectOption('Evidence for disc');
    await opened.page.getByRole('slider', { name: 'Strength' }).fill('40');
    await opened.page.getByRole('grid').focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.settle();
    const state = await opened.state();
    expect(state).toMatchObject({ uri: picture.uri, map: 'evidence-0', strength: 40, patch: 0 });
    const again = await shown({ state });
    expect(await again.page.getByRole('combobox').inputValue()).toBe('evidence-0');
    expect(await again.page.getByRole('slider').inputValue()).toBe('40');
    expect(await again.page.getByRole('gridcell').count()).toBe(1);
    await again.post({ type: 'picture', picture: { ...picture, uri: 'file:///other.png' } }, { type: 'classified', classification });
    expect(await again.page.getByRole('gridcell').count()).toBe(0);
  });

  test('a failure says what to do, and a damaged file is told of', async () => {
    const opened = await shown();
    await opened.post({ type: 'begin' }, { type: 'failed', failure: { code: 'worker-lost', message: 'The worker stopped.', hint: 'Try again.' } });
    expect(await opened.page.getByRole('alert').innerText()).toContain('The worker stopped.');
    await opened.page.getByRole('alert').getByRole('button', { name: 'Classify Again' }).click();
    expect(await opened.lastSent()).toEqual({ type: 'run', command: 'again' });
    await opened.post({ type: 'picture', picture: { ...picture, bytes: new Uint8Array(4) } });
    await opened.page.getByText('disc.png cannot be shown.').waitFor();
    await opened.settle();
    expect(await colourAt(opened, 17, 10)).toEqual([0, 0, 0, 0]);
  });

  test('another image takes the place of the one before', async () => {
    const opened = await shown();
    const plain = classifiedDisc(28, 7);
    await opened.page.getByRole('checkbox', { name: 'Show over the picture' }).uncheck();
    await opened.settle();
    const before = await colourAt(opened, 17, 17);
    await opened.post({ type: 'picture', picture: { uri: 'file:///pictures/large.png', name: 'large.png', bytes: new Uint8Array(discPng(56)) } });
    await opened.settle();
    expect(await opened.page.getByRole('heading', { level: 1 }).innerText()).toBe('large.png');
    expect(await colourAt(opened, 34, 20, 56)).toEqual([240, 214, 120, 255]);
    expect(await colourAt(opened, 55, 55, 56)).not.toEqual(before);
    await opened.post({ type: 'classified', classification: plain });
  });

  test('a file of 16 MB is there at once', async () => {
    const opened = await open({ page: 'image' });
    // As of a camera: much more in it than is drawn.
    const took = await opened.page.evaluate(async ({ uri, name, bytes }) => {
      const large = new Uint8Array(16 * 1024 * 1024);
      large.set(bytes);
      const begin = performance.now();
      window.postMessage({ type: 'picture', picture: { uri, name, bytes: large } }, '*');
      const isThere = (): boolean => {
        const drawn = document.querySelector('attention-image')?.shadowRoot?.querySelector('attention-picture');
        return drawn !== null && drawn !== undefined && 'picture' in drawn && drawn.picture !== undefined;
      };
      while (!isThere() && performance.now() - begin < 20_000) await new Promise(done => setTimeout(done, 20));
      return performance.now() - begin;
    }, picture);
    expect(took).toBeLessThan(5_000);
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)('a picture in the %s theme', async theme => {
    const opened = await shown({ theme, width: 900, height: 640, deviceScaleFactor: 2 });
    await opened.page.screenshot({ path: `${pictures}/image-${theme}.png` });
    await opened.page.getByRole('combobox').selectOption('Evidence for disc');
    await opened.page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await opened.page.keyboard.press(key);
    await opened.settle();
    await opened.page.screenshot({ path: `${pictures}/image-evidence-${theme}.png` });
  });

  test('nothing is cut off in a panel of 300 pixels, and a large picture is drawn smoothly', async () => {
    const opened = await open({ page: 'image', width: 300, height: 800, deviceScaleFactor: 2 });
    await opened.post({ type: 'picture', picture: { ...picture, bytes: new Uint8Array(discPng(900)) } }, { type: 'classified', classification: classifiedDisc(900, 14) });
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(300);
    const canvas = await opened.page.locator('attention-picture canvas').boundingBox();
    expect(canvas !== null && canvas.x >= 0 && canvas.x + canvas.width <= 300).toBe(true);
    await opened.page.screenshot({ path: `${pictures}/image-narrow.png` });
  });
});
