/** The head view and the model view in a real Chromium: what is seen of them, and what hands and keys do. */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../protocol/failure.ts';
import type { HeadsParams, LinesParams } from '../../protocol/inspection.ts';
import type { HeadsChoice } from '../../webview/inspect/heads/choice.ts';
import type { TokenPoint } from '../../webview/inspect/heads/events.ts';
import { barriers } from './axe.ts';
import { applyTheme } from './harness.ts';
import type { sampleInspection, sampleInspector, SampleInspector, SampleModel } from './heads-sample.ts';
import { executable, pictures } from './session.ts';
import { themes, type Theme } from './themes.ts';
import { usePage } from './use-page.ts';

/** `<attention-heads>` and `<attention-model>`, as far as tests use them. */
interface HeadsElement extends HTMLElement {
  inspector: SampleInspector;
  inspection: ReturnType<typeof sampleInspection>;
  choice: HeadsChoice;
  lit: TokenPoint;
}

/** What the page's bundle defines, and what the page keeps for the tests. */
interface PageGlobals {
  readonly sampleInspection: typeof sampleInspection;
  readonly sampleInspector: typeof sampleInspector;
  inspector: SampleInspector;
  told: { readonly type: string; readonly detail: unknown }[];
}

const small: SampleModel = { layers: 3, heads: 4, tokens: 16, sentences: 2, isTranslator: true };

describe.skipIf(executable === undefined)('heads', () => {
  /** One for all tests: each shows another element in it. */
  let page: Page;
  usePage(['webview/inspect/heads/attention-heads.ts', 'webview/inspect/model/attention-model.ts', 'test/panel/heads-sample.ts'], {}, opened => {
    page = opened;
  });
  beforeAll(() => {
    mkdirSync(pictures, { recursive: true });
  });

  const shown = async (element: 'attention-heads' | 'attention-model', sample: SampleModel, { width = 720, height = 520 } = {}): Promise<void> => {
    await page.setViewportSize({ width, height });
    await page.mouse.move(0, 0);
    await page.evaluate(show, { element, sample });
    await settle(page);
  };

  describe('joined by lines', () => {
    test('a head’s square shows and hides it, a double click shows it alone, “All” all', async () => {
      await shown('attention-heads', small);
      const seen = [await picture(page)];
      const pressed = async (): Promise<string> => (await page.locator('head-squares .squares button').evaluateAll(squares => squares.map(square => (square.ariaPressed === 'true' ? 1 : 0)))).join('');
      const look = async (): Promise<void> => {
        await settle(page);
        seen.push(await picture(page));
      };
      await page.getByRole('button', { name: 'Head 2' }).click();
      expect(await pressed()).toBe('1011');
      await look();
      await page.getByRole('button', { name: 'Head 3' }).dblclick();
      expect(await pressed()).toBe('0010');
      await look();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+Enter');
      expect(await pressed()).toBe('0100');
      await look();
      await page.getByRole('button', { name: 'All' }).click();
      expect(await pressed()).toBe('1111');
      await settle(page);
      expect(new Set(seen).size).toBe(4);
      expect(await picture(page)).toBe(seen[0]);
      expect((await told(page, 'heads-choice')).at(-1)).toEqual({ kind: 'encoder', layer: 0, heads: [0, 1, 2, 3] });
    });

    test('a token that is pointed at has its lines alone; a click locks it, Escape lets go', async () => {
      await shown('attention-heads', small);
      const before = await picture(page);
      const token = await tokenAt(page, 'query', 3);
      await page.mouse.move(token.x, token.y);
      await settle(page);
      expect(await picture(page)).not.toBe(before);
      expect(await page.locator('.tooltip').innerText()).toMatch(/attends to[\s\S]+<\/w>[\s\S]+head 2\s+0\.\d{4}/);
      expect(await status(page)).toMatch(/^All 64 lines of what is pointed at/);
      await page.mouse.click(token.x, token.y);
      await page.mouse.move(token.x + 200, token.y);
      await settle(page);
      expect(await status(page)).toMatch(/^All 64 lines of what is locked/);
      expect((await told(page, 'token-point')).at(-2)).toEqual({ how: 'select', point: { axis: 'query', tokens: { first: 3, end: 4 } } });
      await page.keyboard.press('Escape');
      await settle(page);
      await page.mouse.move(5, 5);
      await settle(page);
      expect(await status(page)).toBe('1,024 lines: all there are');
    });

    test('keys go through tokens and to the other side, and say what is looked at', async () => {
      await shown('attention-heads', small);
      await page.getByRole('button', { name: 'Head 1' }).focus();
      for (let stop = 0; stop < 4; stop++) await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowDown');
      await settle(page);
      const option = page.locator('head-lines [role=option]');
      expect(await option.first().getAttribute('aria-posinset')).toBe('2');
      expect(await option.first().innerText()).toMatch(/^\S+ attends to: \S+ 0\.\d\d \(head \d\)/);
      await page.keyboard.press('Enter');
      await settle(page);
      expect(await option.first().getAttribute('aria-selected')).toBe('true');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('End');
      await settle(page);
      expect(await option.last().innerText()).toMatch(/ is attended to by: /);
      expect(await option.last().getAttribute('aria-posinset')).toBe('16');
      await page.keyboard.press('Escape');
      await settle(page);
      expect(await option.first().getAttribute('aria-selected')).toBe('false');
    });

    test('layers are stepped through, over kinds; sentences chosen, of either side', async () => {
      await shown('attention-heads', small);
      expect(await page.getByRole('button', { name: 'Previous layer' }).isDisabled()).toBe(true);
      for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Next layer' }).click();
      await settle(page);
      expect((await asked(page)).lines.at(-1)).toMatchObject({ kind: 'cross', layer: 0 });
      expect(await page.locator('head-lines [role=option]').evaluateAll(options => options.map(({ ariaSetSize }) => ariaSetSize))).toEqual(['8', '16']);
      await page.getByRole('combobox', { name: 'From sentence' }).selectOption('1');
      await page.getByRole('combobox', { name: 'To sentence' }).selectOption('0');
      await settle(page);
      expect((await asked(page)).lines.at(-1)).toMatchObject({ rows: { first: 4, end: 8 }, columns: { first: 0, end: 8 } });
      expect(await status(page)).toBe('128 lines: all there are');
      const token = await tokenAt(page, 'query', 1);
      await page.mouse.click(token.x, token.y);
      expect((await told(page, 'token-point')).at(-1)).toEqual({ how: 'select', point: { axis: 'query', tokens: { first: 5, end: 6 } } });
      await page.getByRole('combobox', { name: 'Layer' }).selectOption('encoder 1');
      await settle(page);
      expect((await asked(page)).lines.at(-1)).not.toHaveProperty('rows');
    });

    test('of 12 heads × 256 × 256 the strongest are drawn, the others told; of one token all', async () => {
      await shown('attention-heads', { layers: 1, heads: 12, tokens: 8 });
      const few = await elements(page);
      await shown('attention-heads', { layers: 1, heads: 12, tokens: 256 });
      expect(await elements(page)).toBe(few);
      expect(await status(page)).toMatch(/^776,\d{3} of 786,432 lines hidden: together \d+ % of the weight$/);
      const token = await tokenAt(page, 'key', 4);
      await page.mouse.move(token.x, token.y);
      await expect.poll(() => status(page)).toBe('All 3,072 lines of what is pointed at');
      expect((await asked(page)).lines.at(-1)).toMatchObject({ columns: { first: 4, end: 5 }, rows: { first: 0, end: 256 }, most: 12 * 256 });
    });

    test('1,024 tokens scroll, both columns together: only what comes into sight is drawn', async () => {
      await shown('attention-heads', { layers: 1, heads: 2, tokens: 1_024 });
      const drawnRows = (): Promise<number> => page.locator('head-lines').evaluate(lines => ('drawnRows' in lines ? Number(lines.drawnRows) : -1));
      const scroller = page.locator('head-lines .scroller');
      await scroller.evaluate(element => element.scrollTo(0, 40));
      await settle(page);
      expect(await drawnRows()).toBe(40);
      // The overview stands beside the keys.
      const { x, y, width, height } = await box(page, '[data-axis="key"]');
      await page.mouse.click(x + width + 20, y + height / 2);
      await settle(page);
      const middle = await scroller.evaluate(element => (element.scrollTop + element.clientHeight / 2) / element.scrollHeight);
      expect(Math.abs(middle - 0.5)).toBeLessThan(0.01);
      const token = await tokenAt(page, 'query', 3);
      await page.mouse.click(token.x, token.y);
      const { point } = (await told(page, 'token-point')).at(-1) as { point: { tokens: { first: number } } };
      expect(point.tokens.first).toBeGreaterThan(490);
      expect(point.tokens.first).toBeLessThan(520);
    });

    test('what another view points at is in focus and in sight', async () => {
      await shown('attention-heads', { layers: 1, heads: 2, tokens: 200 });
      await page.evaluate(light, { axis: 'key', tokens: { first: 150, end: 152 } } as const);
      await expect.poll(() => status(page)).toBe('All 800 lines of what is pointed at');
      expect(await page.locator('head-lines .scroller').evaluate(element => element.scrollTop)).toBeGreaterThan(2_500);
    });

    test('a failure says what to do, and what was there stays', async () => {
      await shown('attention-heads', small);
      await page.evaluate(fail, new Failure('worker-lost', 'The worker has ended.', 'Ask again.').toData());
      await page.getByRole('button', { name: 'Next layer' }).click();
      await page.getByRole('alert').getByText('Ask again.').waitFor();
      expect(await page.getByRole('listbox').count()).toBe(2);
    });
  });

  describe('in little', () => {
    test('each can be reached by keys, is told in words, and opens', async () => {
      await shown('attention-model', small, { height: 800 });
      const grid = page.getByRole('grid', { name: 'Heads' });
      expect(await grid.getAttribute('aria-rowcount')).toBe('6');
      expect(await page.locator('head-grid').evaluate(element => ('drawn' in element ? element.drawn : 0))).toBe(24);
      await grid.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await settle(page);
      expect(await page.getByRole('gridcell').innerText()).toMatch(/^Encoder, over the whole text: layer 2, head 2: first token 0\.\d\d; entropy \d\.\d\d nats, confidence/);
      expect(await page.locator('.tooltip').innerText()).toMatch(/^Layer 2, head 2\s+first token 0\.\d\d/);
      await page.keyboard.press('Enter');
      expect(await told(page, 'head-open')).toEqual([{ kind: 'encoder', layer: 1, head: 1 }]);
      await page.keyboard.press('Control+End');
      await settle(page);
      expect(await page.getByRole('gridcell').innerText()).toMatch(/^Decoder, over the source: layer 3, head 4: entropy/);
    });

    test('the pointer tells and opens the head that is under it; with Shift the others are sorted by their likeness to it', async () => {
      await shown('attention-model', small);
      const at = await box(page, 'head-grid canvas');
      await page.mouse.move(at.x + 90, at.y + 70);
      await settle(page);
      expect(await page.locator('.tooltip strong').innerText()).toBe('Layer 1, head 1');
      await page.mouse.click(at.x + 90, at.y + 70);
      expect((await told(page, 'head-open')).at(-1)).toEqual({ kind: 'encoder', layer: 0, head: 0 });
      await page.keyboard.down('Shift');
      await page.mouse.click(at.x + 170, at.y + 70);
      await page.keyboard.up('Shift');
      await settle(page);
      const { heads } = await asked(page);
      expect(heads.at(-1)).toMatchObject({ side: 1, similarTo: { kind: 'encoder', layer: 0, head: 1 } });
      expect(await page.getByRole('combobox', { name: 'Sort by' }).inputValue()).toBe('similarity');
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+Home');
      await settle(page);
      expect(await page.getByRole('gridcell').innerText()).toMatch(/layer 1, head 2: .*likeness 1\.00$/);
    });

    test('are sorted, and filtered by what they do', async () => {
      await shown('attention-model', small);
      await page.getByRole('combobox', { name: 'Sort by' }).selectOption('entropy');
      await page.getByRole('combobox', { name: 'Role' }).selectOption('previous');
      await settle(page);
      expect(await page.locator('.told').innerText()).toMatch(/^6 of 24 heads\./);
      expect((await told(page, 'arrange')).at(-1)).toMatchObject({ order: 'entropy', role: 'previous' });
      await page.getByRole('grid').focus();
      const entropies: number[] = [];
      for (const key of ['Home', 'ArrowRight', 'ArrowRight']) {
        await page.keyboard.press(key);
        await settle(page);
        entropies.push(Number(/entropy (\d\.\d\d)/.exec(await page.getByRole('gridcell').innerText())?.[1]));
      }
      expect(entropies).toEqual(entropies.toSorted((one, other) => one - other));
    });

    test('of 24 layers × 16 heads only those in sight are drawn, at any width', async () => {
      for (const width of [320, 900]) {
        await shown('attention-model', { layers: 24, heads: 16, tokens: 64 }, { width, height: 420 });
        const count = await page.locator('head-grid').evaluate(element => ('drawn' in element ? Number(element.drawn) : 0));
        expect(count).toBeGreaterThan(60);
        expect(count).toBeLessThan(width === 320 ? 385 : 150);
        expect(await elements(page)).toBeLessThan(70);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect((await asked(page)).heads.map(({ side }) => side)).toEqual([32]);
      }
    });
  });

  test('pictures in every theme, drawn anew when it changes; nothing bars anybody', async () => {
    const found: string[] = [];
    for (const [element, sample] of [['attention-heads', { layers: 6, heads: 8, tokens: 40, sentences: 2, isTranslator: true }], ['attention-model', { layers: 6, heads: 8, tokens: 40, isTranslator: true }]] as const) {
      await shown(element, sample, { width: 640, height: 600 });
      const seen = new Set<string>();
      for (const [name, theme] of Object.entries(themes)) {
        await page.evaluate(applyTheme, theme as Theme);
        const at = element === 'attention-heads' ? await tokenAt(page, 'query', 5) : await box(page, 'head-grid canvas').then(({ x, y }) => ({ x: x + 88, y: y + 60 }));
        await page.mouse.move(at.x, at.y);
        await settle(page);
        await page.screenshot({ path: `${pictures}/${element}-${name}.png` });
        await page.mouse.move(2, 2);
        await settle(page);
        if (element === 'attention-heads') await page.screenshot({ path: `${pictures}/${element}-all-${name}.png` });
        seen.add(await picture(page));
        found.push(...(await barriers(page)).map(barrier => `${element}, ${name}: ${barrier}`));
      }
      await page.evaluate(applyTheme, themes.dark as Theme);
      expect(seen.size).toBe(4);
    }
    expect(found).toEqual([]);
  });

  test('nothing is cut off in a side bar of 320 pixels', async () => {
    for (const element of ['attention-heads', 'attention-model'] as const) {
      await shown(element, { layers: 6, heads: 12, tokens: 40, sentences: 2 }, { width: 320, height: 520 });
      await page.screenshot({ path: `${pictures}/${element}-narrow.png` });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
  });
});

async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(done => requestAnimationFrame(done));
  });
}

function picture(page: Page): Promise<string> {
  return page.locator('canvas').first().evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL());
}

function status(page: Page): Promise<string> {
  return page.locator('.told').innerText();
}

function asked(page: Page): Promise<{ lines: LinesParams[]; heads: HeadsParams[] }> {
  return page.evaluate(() => (globalThis as unknown as PageGlobals).inspector.asked);
}

async function told(page: Page, type: string): Promise<unknown[]> {
  const all = await page.evaluate(() => (globalThis as unknown as PageGlobals).told);
  return all.filter(one => one.type === type).map(({ detail }) => detail);
}

/** The middle of the nth token in sight, when nothing is scrolled. */
async function tokenAt(page: Page, axis: 'query' | 'key', index: number): Promise<{ readonly x: number; readonly y: number }> {
  const { x, y, width } = await box(page, `[data-axis="${axis}"]`);
  return { x: x + width / 2, y: y + 23 * (index + 0.5) };
}

async function box(page: Page, selector: string): Promise<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number }> {
  const found = await page.locator(selector).first().boundingBox();
  if (found === null) throw new Error(`${selector} is not to be seen`);
  return found;
}

/** In the shadow trees of all that is shown. */
function elements(page: Page): Promise<number> {
  return page.evaluate(() => {
    const count = (root: ParentNode): number => [...root.querySelectorAll('*')].reduce((sum, element) => sum + 1 + (element.shadowRoot === null ? 0 : count(element.shadowRoot)), 0);
    return count(document.body);
  });
}

/** Runs in the page. */
function show({ element, sample }: { element: 'attention-heads' | 'attention-model'; sample: SampleModel }): void {
  const page = globalThis as unknown as PageGlobals;
  page.inspector = page.sampleInspector(sample);
  page.told = [];
  const made: HTMLElement = document.createElement(element);
  const view = made as HeadsElement;
  view.style.cssText = 'height: calc(100vh - 24px); margin: 12px';
  for (const type of ['heads-choice', 'token-point', 'head-open', 'arrange']) {
    view.addEventListener(type, event => page.told.push({ type, detail: (event as CustomEvent<unknown>).detail }));
  }
  view.inspector = page.inspector;
  view.inspection = page.sampleInspection(sample);
  view.choice = { kind: 'encoder', layer: 0, heads: Array.from({ length: sample.heads }, (_, head) => head) };
  document.querySelector('main')?.replaceChildren(view);
}

/** Runs in the page. */
function light(lit: TokenPoint): void {
  const view = document.querySelector<HeadsElement>('attention-heads');
  if (view !== null) view.lit = lit;
}

/** Runs in the page. */
function fail(failure: object): void {
  (globalThis as unknown as PageGlobals).inspector.failure = Object.assign(new Error(), failure);
}
