/** What hands do in the inspector, and the keys that do the same, under the names that docs/inspection.md has for them. */
import type { Locator, Page } from 'playwright-core';
import { openView, showImage, showInspector } from './inspector-page.ts';

export interface Way {
  /** Shows what it is about, with the keyboard there. */
  readonly open: (page: Page) => Promise<void>;
  readonly hand: (page: Page) => Promise<void>;
  /** What is seen that hands and keys change. */
  readonly seen: (page: Page) => Promise<string>;
  /** Keys that go to where the hand was. */
  readonly lead?: readonly string[];
  /** Keys that come to the same as the hand. @param seen what it came to */
  readonly keys: (seen: string) => readonly string[];
  /** All others that there are: each, after the one before, changes something. */
  readonly more?: readonly string[];
}

const everywhere = ['ArrowUp', 'ArrowLeft', 'End', 'Home', 'Control+End', 'Control+Home', 'PageDown', 'PageUp'] as const;
const texts = 'attention-text';
const squares = 'head-squares .squares button';
const map = 'attention-matrix [role=grid]';
const tokens = '[data-axis=query]';
const tree = '.tree';
const scores = 'number-table [role=grid]';
const thumbnails = 'head-grid [role=grid]';

export const ways: Readonly<Record<string, Way>> = {
  'texts: click a word': {
    open: opening(page => page.locator(texts).first().locator('[tabindex="0"]')),
    hand: page => page.locator(texts).first().locator('.word').nth(2).click(),
    seen: page => page.locator(texts).first().locator('.word').evaluateAll(words => String(words.findIndex(word => word.classList.contains('current')))),
    keys: () => ['ArrowRight', 'ArrowRight'],
    more: ['ArrowLeft', 'End', 'Home', 'ArrowDown', 'ArrowUp'],
  },
  'views: click a tab': {
    open: opening(page => page.getByRole('tab', { selected: true })),
    hand: page => page.getByRole('tab', { name: 'Heads' }).click(),
    seen: page => page.getByRole('tab', { selected: true }).innerText(),
    keys: () => ['ArrowRight'],
    more: ['End', 'Home', 'ArrowLeft'],
  },
  'squares of heads: click': {
    open: opening(page => page.locator(squares).first()),
    hand: page => page.locator(squares).nth(2).click(),
    seen: squaresSeen,
    keys: () => ['ArrowRight', 'ArrowRight', 'Space'],
    more: ['Enter', 'Home', 'ArrowDown', 'ArrowUp', 'End', 'ArrowLeft'],
  },
  'squares of heads: double click': {
    open: opening(page => page.locator(squares).first()),
    hand: page => page.locator(squares).nth(2).dblclick(),
    seen: squaresSeen,
    lead: ['ArrowRight', 'ArrowRight'],
    keys: () => ['Shift+Enter'],
  },
  'matrix: click a cell': {
    open: opening(page => page.locator(map)),
    hand: async page => click(page, await middle(page, map)),
    seen: cellSeen,
    keys: seen => toCell(seen),
    more: everywhere,
  },
  'matrix: zoom: Ctrl with the wheel': {
    open: opening(page => page.locator(map)),
    hand: async page => {
      await point(page, await middle(page, map));
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -100);
      await page.keyboard.up('Control');
    },
    seen: page => page.locator('attention-map').evaluate(element => {
      const { zoom } = (element as HTMLElement & { position: { zoom: number | 'whole' } }).position;
      return zoom === 'whole' ? 'all of it' : ['smaller', 'as it was', 'larger'][Math.sign(Math.round(20 * (zoom - 1))) + 1] ?? '';
    }),
    keys: () => ['+'],
    more: ['-', '+', '0'],
  },
  'matrix: drag': {
    open: async page => {
      await opening(at => at.locator(map))(page);
      for (let step = 0; step < 6; step++) await page.keyboard.press('+');
      await page.locator(map).evaluate(scroller => scroller.scrollTo(0, 0));
    },
    hand: async page => {
      const { x, y } = await middle(page, map);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 60, y - 60, { steps: 3 });
      await page.mouse.up();
    },
    seen: page => page.locator(map).evaluate(({ scrollLeft, scrollTop }) => `${scrollLeft > 0 ? 'right' : ''} ${scrollTop > 0 ? 'down' : ''}`),
    keys: () => ['Control+ArrowRight', 'Control+ArrowDown'],
    more: ['Control+ArrowLeft', 'Control+ArrowUp'],
  },
  'heads: point at a token': {
    open: opening(page => page.locator(tokens), 'Heads'),
    hand: async page => point(page, await thirdToken(page)),
    seen: page => tooltip(page, 'head-lines'),
    keys: () => ['ArrowDown', 'ArrowDown'],
    more: ['ArrowUp', 'End', 'Home', 'PageDown', 'PageUp', 'ArrowRight', 'ArrowLeft'],
  },
  'heads: click a token, which locks it': {
    open: opening(page => page.locator(tokens), 'Heads'),
    hand: async page => click(page, await thirdToken(page)),
    seen: page => page.locator('attention-heads [role=status]', { hasText: 'lines' }).innerText(),
    lead: ['ArrowDown', 'ArrowDown'],
    keys: () => ['Enter'],
    more: ['Space'],
  },
  'heads: click it again': {
    open: async page => {
      await opening(at => at.locator(tokens), 'Heads')(page);
      for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    },
    hand: async page => click(page, await thirdToken(page)),
    seen: page => page.locator('attention-heads [role=status]', { hasText: 'lines' }).innerText(),
    keys: () => ['Escape'],
  },
  'model: point at a head': {
    open: opening(page => page.locator(thumbnails), 'Model'),
    hand: async page => point(page, await secondHead(page)),
    seen: page => tooltip(page, 'head-grid'),
    keys: () => ['ArrowRight'],
    more: ['ArrowDown', ...everywhere],
  },
  'model: click a head': {
    open: opening(page => page.locator(thumbnails), 'Model'),
    hand: async page => click(page, await secondHead(page)),
    seen: async page => `${await page.getByRole('tab', { selected: true }).innerText()}: ${(await page.locator(`${squares}[aria-pressed=true]`).allInnerTexts()).join(', ')}`,
    lead: ['ArrowRight'],
    keys: () => ['Enter'],
  },
  'model: Shift and click': {
    open: opening(page => page.locator(thumbnails), 'Model'),
    hand: async page => {
      await page.keyboard.down('Shift');
      await click(page, await secondHead(page));
      await page.keyboard.up('Shift');
    },
    seen: page => page.getByRole('combobox', { name: 'Sort by' }).evaluate(list => (list as HTMLSelectElement).selectedOptions[0]?.text ?? ''),
    lead: ['ArrowRight'],
    keys: () => ['Shift+Enter'],
  },
  'arithmetic: click a key': {
    open: opening(page => page.locator(scores).first(), 'Arithmetic'),
    hand: page => page.locator(scores).first().getByRole('row').nth(3).click(),
    seen: async page => (await page.locator(scores).first().locator('[aria-selected=true]').getAttribute('aria-rowindex')) ?? '',
    // The names of the columns are the first row.
    keys: seen => ['Home', ...times(Number.parseInt(seen) - 2, 'ArrowDown')],
    more: ['ArrowUp', 'End', 'PageUp', 'PageDown'],
  },
  'decoding: click a token of the tree': {
    open: opening(page => page.locator(tree), 'Decoding'),
    hand: page => page.locator(`${tree} .node.chosen`).nth(2).click(),
    seen: page => page.locator('attention-decoding [role=status]').first().innerText(),
    keys: () => ['ArrowRight', 'ArrowRight'],
    more: ['ArrowLeft', 'End', 'Home'],
  },
  'what if: click a cell, to pin it': {
    open: opening(page => page.locator(map), 'What if'),
    hand: async page => click(page, await middle(page, map)),
    seen: async page => `${1 + Number(await page.getByRole('combobox', { name: 'From token' }).inputValue())}, ${1 + Number(await page.getByRole('combobox', { name: 'To token' }).inputValue())}`,
    keys: seen => toCell(seen),
    more: ['ArrowUp', 'ArrowLeft'],
  },
  'image: click a patch': {
    open: async page => {
      await showInspector(page);
      await showImage(page);
      await enter(page, page.locator('attention-picture [role=grid]'));
    },
    hand: async page => click(page, await middle(page, 'attention-picture canvas')),
    seen: page => page.locator('inspected-image [role=status]').last().innerText(),
    keys: seen => toCell(seen.replaceAll(/[^\d,]/g, '')),
    more: ['ArrowUp', 'ArrowLeft', 'End', 'Home'],
  },
};

function opening(stop: (page: Page) => Locator, view?: string): Way['open'] {
  return async page => {
    await showInspector(page);
    if (view !== undefined) await openView(page, view);
    await enter(page, stop(page));
  };
}

/** By Tab, as it matters who came by keys. */
async function enter(page: Page, stop: Locator): Promise<void> {
  await stop.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
}

/** The first key comes to the first cell, whichever it is. @param seen row and column, from 1 */
function toCell(seen: string): readonly string[] {
  const [row = 1, column = 1] = seen.split(',').map(Number);
  return ['ArrowDown', ...times(row - 1, 'ArrowDown'), ...times(column - 1, 'ArrowRight')];
}

function times(count: number, key: string): readonly string[] {
  return Array.from({ length: count }, () => key);
}

/** Which are taken in, and where the keyboard is. */
function squaresSeen(page: Page): Promise<string> {
  return page.locator(squares).evaluateAll(all => all.map(square => `${square.ariaPressed === 'true' ? 'in' : 'out'}${square.matches(':focus') ? ' and here' : ''}`).join(', '));
}

async function cellSeen(page: Page): Promise<string> {
  const row = page.locator('attention-matrix [role=row]');
  return (await row.count()) === 0 ? '' : `${await row.getAttribute('aria-rowindex')}, ${await page.locator('attention-matrix [role=gridcell]').getAttribute('aria-colindex')}`;
}

async function tooltip(page: Page, of: string): Promise<string> {
  return page.locator(`${of} .tooltip`).innerText();
}

interface Point {
  readonly x: number;
  readonly y: number;
}

async function middle(page: Page, selector: string): Promise<Point> {
  const { x, y, width, height } = await boxOf(page, selector);
  return { x: x + 0.55 * width, y: y + 0.7 * height };
}

async function thirdToken(page: Page): Promise<Point> {
  const { x, y, width } = await boxOf(page, tokens);
  return { x: x + width / 2, y: y + 2.5 * 23 };
}

async function secondHead(page: Page): Promise<Point> {
  const { x, y } = await boxOf(page, 'head-grid canvas');
  return { x: x + 170, y: y + 70 };
}

async function boxOf(page: Page, selector: string): Promise<Point & { readonly width: number; readonly height: number }> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not to be seen`);
  return box;
}

async function point(page: Page, { x, y }: Point): Promise<void> {
  await page.mouse.move(x, y);
}

async function click(page: Page, { x, y }: Point): Promise<void> {
  await page.mouse.click(x, y);
}
