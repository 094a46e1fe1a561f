/** The files that `--html` and `--svg` write, opened in a real Chromium as a user opens them: from the disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../protocol/trace.ts';
import { renderHtml } from '../../trainer/render/html.ts';
import { renderSvg } from '../../trainer/render/svg.ts';
import { economic, garden, hostile, twoSentences, wide } from '../../trainer/render/trace.fixture.ts';
import { chromiumMissing, findChromium, launchChromium } from '../chromium.ts';

const traces = Object.entries({ garden, economic, twoSentences, wide, hostile });
const folder = mkdtempSync(join(tmpdir(), 'attention-scope-files-'));
let browser: Browser;

beforeAll(async () => {
  const path = findChromium();
  if (path === undefined) throw new Error(chromiumMissing);
  browser = await launchChromium(path);
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A page showing the file; what it complains of or fetches besides the file itself is in `incidents`. */
async function open(name: string, content: string): Promise<{ page: Page; incidents: string[] }> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  const incidents: string[] = [];
  page.on('console', message => incidents.push(message.text()));
  page.on('pageerror', error => incidents.push(error.message));
  page.on('request', request => {
    if (request.url() !== pathToFileURL(file).href) incidents.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, incidents };
}

function openHtml(trace: Trace): Promise<{ page: Page; incidents: string[] }> {
  return open('trace.html', renderHtml(trace));
}

describe('the HTML file', () => {
  it.each(traces)('shows both texts and a cell for each pair of words, and breaks no rule: %s', async (_, trace) => {
    const { page, incidents } = await openHtml(trace);
    const cells = trace.sentences.length === 1 ? trace.source.words.length * trace.target.words.length : 5 * 4 + 3 * 4;
    expect(await page.locator('tbody td').count()).toBe(cells);
    expect(await page.locator('h1 span').count()).toBe(trace.target.words.length);
    await page.locator('tbody td').last().hover();
    expect(incidents).toEqual([]);
    await page.close();
  });

  it('lights up row, column and words where the pointer is', async () => {
    const { page } = await openHtml(garden);
    await page.locator('tbody tr').nth(1).locator('td').nth(1).hover();
    expect(await page.locator('th.lit').allInnerTexts()).toEqual(['children', 'enfants']);
    expect(await page.locator('td.lit').count()).toBe(8 + 7 - 1);
    expect(await page.locator('.readout').innerText()).toBe('“enfants” gives “children” 93 % of its attention');
    expect(await page.locator('.source span.w19').innerText()).toBe('children');

    await page.locator('.source span', { hasText: 'garden' }).hover();
    expect(await page.locator('.readout').innerText()).toMatch(/^“garden” is attended to by “jardin” 83 %, “\.” 20 %, “le” 7 %$/u);
    expect(await page.locator('.translation span.w17').innerText()).toBe('jardin');

    await page.locator('.note').hover();
    expect(await page.locator('.lit').count()).toBe(0);
    await page.close();
  });

  it('is walked through with the keyboard, one stop of the Tab key a table', async () => {
    const { page } = await openHtml(twoSentences);
    const readout = page.locator('.readout');
    await page.keyboard.press('Tab');
    expect(await readout.innerText()).toBe('“Je” gives “I” 91 % of its attention');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await readout.innerText()).toBe('“suis” gives “am” 92 % of its attention');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    expect(await readout.innerText()).toMatch(/^“suis” gives “\.”/u);
    await page.keyboard.press('Escape');
    expect(await page.locator('.lit').count()).toBe(0);
    await page.keyboard.press('Tab');
    expect(await readout.innerText()).toMatch(/^“Attends” gives “Wait”/u);
    await page.close();
  });

  it('follows the reader’s dark or light theme', async () => {
    const { page } = await openHtml(garden);
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await paper()).toBe('rgb(255, 253, 249)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(23, 22, 20)');
    // Strongly tinted words turn black, to be read on amber.
    await page.locator('.translation span', { hasText: 'jouent' }).hover();
    expect(await page.evaluate('getComputedStyle(document.querySelector(".source .w17")).color')).toBe('rgb(0, 0, 0)');
    await page.close();
  });
});

describe('the SVG file', () => {
  it.each(traces)('is well-formed and keeps every label inside its edges: %s', async (_, trace) => {
    const { page, incidents } = await open('trace.svg', renderSvg(trace));
    const outside = await page.evaluate(`(() => {
      if (document.documentElement.nodeName !== 'svg' || document.querySelector('parsererror')) return ['not well-formed'];
      const edges = document.documentElement.getBoundingClientRect();
      return [...document.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < edges.left || box.top < edges.top || box.right > edges.right || box.bottom > edges.bottom;
      }).map(text => text.textContent);
    })()`);
    expect(outside).toEqual([]);
    expect(incidents).toEqual([]);
    await page.close();
  });
});
