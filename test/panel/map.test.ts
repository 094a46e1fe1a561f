/** Maps of any size in a real Chromium: what is seen of them, and what hands and keys do. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MapWindow } from '../../protocol/inspection.ts';
import type { mapOfWindows } from '../../webview/map/cell-window.ts';
import type { decodeMap } from '../../webview/inspect/decode.ts';
import { launchChromium } from '../chromium.ts';
import { bundleElements, openElements, type ElementOptions } from './element-page.ts';
import { applyTheme, type Bundle } from './harness.ts';
import type { MapElement, SampleMap, sampleWindow } from './map-sample.ts';
import { executable, pictures } from './session.ts';
import { themes, type Theme } from './themes.ts';

/** What the page's bundle defines. */
interface PageGlobals {
  readonly sampleWindow: typeof sampleWindow;
  readonly decodeMap: typeof decodeMap;
  readonly mapOfWindows: typeof mapOfWindows;
}

describe.skipIf(executable === undefined)('a map', () => {
  let browser: Browser;
  let bundle: Bundle;
  const wrongs: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    bundle = await bundleElements('webview/map/attention-map.ts', 'webview/map/cell-window.ts', 'webview/inspect/decode.ts', 'test/panel/map-sample.ts');
    browser = await launchChromium(executable ?? '');
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(wrongs.splice(0)).toEqual([]);
  });

  /** A page with a map and nothing else. */
  const shown = async (sample: SampleMap, zoom: number | 'whole', options: ElementOptions = {}): Promise<Page> => {
    const page = await openElements(browser, bundle, wrongs, options);
    pages.push(page);
    await page.evaluate(show, { sample, zoom });
    await settle(page);
    return page;
  };

  test('of 512 × 512 tokens all can be seen, labels where there is room, in as many elements as a small one', async () => {
    const small = await shown({ rows: 12, columns: 12 }, 'whole');
    const large = await shown({ rows: 512, columns: 512 }, 'whole');
    expect(await elements(large)).toBe(await elements(small));
    const { cells, labels } = await drawn(large);
    expect(cells).toBe(512 * 512);
    expect(labels).toBeGreaterThan(30);
    expect(labels).toBeLessThan(90);
    expect(await large.getByRole('grid').evaluate(grid => grid.scrollWidth - grid.clientWidth + grid.scrollHeight - grid.clientHeight)).toBe(0);
  });

  test('a single weight among 4,096 × 4,096 is seen, and is where the pointer says it is', async () => {
    const page = await openElements(browser, bundle, wrongs);
    pages.push(page);
    await page.evaluate(showSingle, { size: 4096, row: 3000, column: 777 });
    await settle(page);
    const [spot] = await strongestPixels(page);
    if (spot === undefined) throw new Error('nothing is drawn');
    await page.mouse.move(spot.x, spot.y);
    await settle(page);
    // A pixel stands for several cells, of which the pointer meets one.
    const [, row, column] = /row(\d+) → column(\d+)/.exec(await page.locator('.tooltip strong').innerText()) ?? [];
    expect([Math.abs(Number(row) - 3000) < 16, Math.abs(Number(column) - 777) < 16]).toEqual([true, true]);
    for (let step = 0; step < 20; step++) await zoom(page, spot, -120);
    await settle(page);
    // It is still near the pointer, now as a cell of its own.
    const [near] = await strongestPixels(page);
    await page.mouse.move(near?.x ?? 0, near?.y ?? 0);
    await settle(page);
    expect(await page.locator('.tooltip').innerText()).toMatch(/^row3000 → column777\s+≈ 1.00$/);
  });

  test('keys, buttons and the wheel zoom, about the pointer; dragging pans; 0 shows all again', async () => {
    const page = await shown({ rows: 300, columns: 300 }, 'whole');
    const all = (await drawn(page)).cells;
    const at = { x: 500, y: 400 };
    await page.mouse.move(at.x, at.y);
    await settle(page);
    const before = await page.locator('.tooltip strong').innerText();
    for (let step = 0; step < 6; step++) await zoom(page, at, -120);
    await page.mouse.move(at.x + 1, at.y);
    await settle(page);
    expect((await drawn(page)).cells).toBeLessThan(all / 4);
    expect(await page.locator('.tooltip strong').innerText()).toBe(before);
    const [left, top] = await scrolled(page);
    await page.mouse.down();
    await page.mouse.move(at.x + 61, at.y + 40, { steps: 4 });
    await page.mouse.up();
    await settle(page);
    expect(await scrolled(page)).toEqual([(left ?? 0) - 60, (top ?? 0) - 40]);
    expect(await page.getByRole('gridcell').count()).toBe(0);
    await page.getByRole('grid').focus();
    await page.keyboard.press('0');
    await settle(page);
    expect((await drawn(page)).cells).toBe(all);
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Zoom In' }).click();
    await settle(page);
    const near = (await drawn(page)).cells;
    expect(near).toBeLessThan(all);
    const [from = 0] = await scrolled(page);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+ArrowRight');
    expect((await scrolled(page))[0]).toBeGreaterThan(from);
    await pinch(page, at);
    await settle(page);
    expect((await drawn(page)).cells).toBeLessThan(near / 4);
  });

  test('is also to be had as a picture, at twice the pixels, with its name, its scale and room around it', async () => {
    const page = await shown({ rows: 30, columns: 30 }, 1);
    const [width, height] = await page.locator('attention-map').evaluate(async map => {
      const picture = await createImageBitmap((await (map as MapElement).picture(2, { title: 'A map', note: 'as it is' })) ?? new Blob());
      return [picture.width, picture.height];
    });
    const { clientWidth, clientHeight } = await page.locator('attention-map .extent canvas').evaluate(({ clientWidth, clientHeight }) => ({ clientWidth, clientHeight }));
    expect(width).toBe(2 * clientWidth + 48);
    expect(height).toBeGreaterThan(2 * clientHeight + 48 + 90);
  });

  test('tells what can be seen of it and how finely, and draws a finer window over what it has', async () => {
    const page = await shown({ rows: 2048, columns: 2048, step: 8 }, 1);
    const details = (): Promise<{ rows: { first: number; end: number }; columns: { first: number; end: number }; most: { rows: number } }[]> => page.evaluate(() => Reflect.get(globalThis, 'details') as never);
    await expect.poll(async () => (await details()).length).toBe(1);
    const [{ rows, most } = { rows: { first: -1, end: -1 }, most: { rows: 0 } }] = await details();
    expect([rows.first, rows.end < 40, most.rows > 400]).toEqual([0, true, true]);
    const coarse = await picture(page);
    await page.evaluate(refine, rows);
    await settle(page);
    expect(await picture(page)).not.toBe(coarse);
    // As an owner does that goes over from tokens to words: the same stretch, in other rows and columns.
    await page.locator('attention-map').evaluate(map => (map as MapElement).lookAt({ first: 300, end: 400 }, { first: 500, end: 650 }));
    await expect.poll(async () => (await details()).at(-1)).toMatchObject({ rows: { first: 300 }, columns: { first: 500 } });
    const { rows: down, columns: across } = (await details()).at(-1) ?? { rows, columns: rows };
    expect([down.end >= 400, across.end >= 650, Math.min(down.end - 400, across.end - 650) < 20]).toEqual([true, true, true]);
  });

  test('says a weight exactly once the pointer rests, where it can be asked for', async () => {
    const page = await shown({ rows: 64, columns: 64 }, 1);
    await page.evaluate(answerExactly, 0.123456);
    await page.mouse.move(400, 300);
    await settle(page);
    const tooltip = page.locator('.tooltip');
    expect(await tooltip.innerText()).toMatch(/≈ 0\.\d\d$/);
    await expect.poll(() => tooltip.innerText()).toMatch(/0\.1235$/);
  });

  test('a click locks a cell, another lets go', async () => {
    const page = await shown({ rows: 12, columns: 12 }, 1);
    await page.mouse.click(300, 200);
    await page.mouse.move(2, 2);
    await settle(page);
    expect(await page.locator('.tooltip').isVisible()).toBe(true);
    await page.mouse.click(300, 200);
    await page.mouse.move(2, 2);
    await settle(page);
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
  });

  test('is also a table that a screen reader reads, of any map twenty rows at once', async () => {
    const page = await shown({ rows: 512, columns: 512 }, 'whole');
    await page.getByRole('switch', { name: 'Show as Table' }).click();
    expect(await page.getByRole('row').count()).toBe(21);
    expect(await page.getByRole('row').nth(1).innerText()).toMatch(/^\[CLS\]\s+\S+ 0\.\d\d/);
    await page.getByRole('button', { name: 'Rows after' }).click();
    await page.getByText('Rows 21 to 40 of 512').waitFor();
    await page.getByRole('switch', { name: 'Show as Table' }).click();
    await settle(page);
    expect((await drawn(page)).cells).toBe(512 * 512);
  });

  test('pictures in every theme, drawn anew when it changes', async () => {
    const page = await shown({ rows: 512, columns: 512 }, 'whole', { width: 1400, height: 680 });
    await page.evaluate(show, { sample: { rows: 48, columns: 48, isSigned: true }, zoom: 'whole' as const });
    await page.evaluate(() => { (document.querySelector('main') ?? document.body).style.cssText = 'display: grid; grid-template-columns: 1fr 1fr'; });
    const seen = new Set<string>();
    for (const [name, theme] of Object.entries(themes)) {
      await page.evaluate(applyTheme, theme as Theme);
      await page.mouse.move(300, 300);
      await settle(page);
      await page.screenshot({ path: `${pictures}/map-${name}.png` });
      seen.add(await picture(page));
    }
    expect(seen.size).toBe(4);
  });
});

async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
  });
}

async function zoom(page: Page, at: { readonly x: number; readonly y: number }, wheel: number): Promise<void> {
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, wheel);
  await page.keyboard.up('Control');
}

/** Two fingers go apart, to four times their distance. */
async function pinch(page: Page, { x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const fingers = (apart: number): { x: number; y: number; id: number }[] => [{ x: x - apart, y, id: 1 }, { x: x + apart, y, id: 2 }];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(40) });
  for (let apart = 60; apart <= 160; apart += 20) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

function drawn(page: Page): Promise<{ cells: number; labels: number }> {
  return page.locator('attention-map').evaluate(map => (map as MapElement).drawn);
}

function scrolled(page: Page): Promise<number[]> {
  return page.getByRole('grid').evaluate(grid => [grid.scrollLeft, grid.scrollTop]);
}

function elements(page: Page): Promise<number> {
  return page.locator('attention-map').evaluate(map => map.shadowRoot?.querySelectorAll('*').length ?? 0);
}

function picture(page: Page): Promise<string> {
  return page.locator('attention-map .extent canvas').first().evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
}

/** Where the canvas, beyond the labels, is of the strongest colour that there is: points of the window. */
function strongestPixels(page: Page): Promise<{ x: number; y: number }[]> {
  return page.locator('attention-map .extent canvas').evaluate(element => {
    const canvas = element as HTMLCanvasElement;
    const box = canvas.getBoundingClientRect();
    const { width, height } = canvas;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(canvas, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    const spots: { x: number; y: number; blue: number }[] = [];
    for (let y = 110; y < height; y++) {
      for (let x = 110; x < width; x++) {
        const at = 4 * (y * width + x);
        const [red = 0, blue = 0, opacity = 0] = [pixels[at], pixels[at + 2], pixels[at + 3]];
        if (opacity > 200 && blue > red + 60) spots.push({ x: box.x + x + 0.5, y: box.y + y + 0.5, blue: blue - red });
      }
    }
    return spots.sort((one, other) => other.blue - one.blue).slice(0, 1);
  });
}

/** Runs in the page. */
function show({ sample, zoom: at }: { sample: SampleMap; zoom: number | 'whole' }): void {
  const page = globalThis as unknown as PageGlobals & { details: unknown[] };
  page.details = [];
  const element = document.createElement('attention-map') as MapElement;
  element.style.cssText = 'height: calc(100vh - 24px); margin: 12px';
  element.addEventListener('map-detail', event => page.details.push((event as CustomEvent).detail));
  element.data = page.mapOfWindows([page.decodeMap(page.sampleWindow(sample))], 'share of attention');
  element.zoom = at;
  document.querySelector('main')?.append(element);
}

/** Runs in the page: of all weights one is not 0. */
function showSingle({ size, row, column }: { size: number; row: number; column: number }): void {
  const names = (name: string): { text: string; special: boolean }[] => Array.from({ length: size }, (_, index) => ({ text: `${name}${index}`, special: false }));
  const cells = new Uint8Array(size * size);
  cells[row * size + column] = 255;
  const all = { first: 0, end: size };
  const element = document.createElement('attention-map') as MapElement;
  element.style.cssText = 'height: calc(100vh - 24px); margin: 12px';
  element.data = { rows: names('row'), columns: names('column'), windows: [{ rows: all, columns: all, step: { rows: 1, columns: 1 }, values: 'bytes', cells }] };
  element.zoom = 'whole';
  document.querySelector('main')?.append(element);
}

/** Runs in the page: the first rows come again, each for itself. */
function refine(rows: { first: number; end: number }): void {
  const page = globalThis as unknown as PageGlobals;
  const element = document.querySelector('attention-map') as MapElement;
  const whole: MapWindow = page.sampleWindow({ rows: rows.end, columns: 64 });
  if ('windows' in element.data) element.data = { ...element.data, windows: [...element.data.windows, page.decodeMap(whole)] };
}

/** Runs in the page. */
function answerExactly(weight: number): void {
  const element = document.querySelector('attention-map') as MapElement;
  element.exact = async ({ rows, columns }) => {
    await new Promise(done => setTimeout(done, 300));
    return { rows, columns, step: { rows: 1, columns: 1 }, values: 'floats', cells: new Float32Array(columns.end - columns.first).fill(weight) };
  };
}
