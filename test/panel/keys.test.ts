/** What hands do has keys, and the manual tells them: docs/inspection.md, "Keys". */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { underRoot } from '../../scripts/root.ts';
import { ways, type Way } from './hands-and-keys.ts';
import { inspectorFiles } from './inspector-page.ts';
import { executable } from './session.ts';
import { usePage } from './use-page.ts';

const told = toldKeys();

test('the manual tells of all keys, and of no others', () => {
  const there = Object.entries(ways).map(([name, { keys, more }]) => [name, keysAsTold([...keys('3, 3'), ...(more ?? [])])]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(there));
});

describe.skipIf(executable === undefined)('keys come to the same as the hand', () => {
  let page: Page;
  usePage(inspectorFiles, { width: 760, height: 700 }, opened => {
    page = opened;
  });

  test.each(Object.entries(ways))('%s', async (_, way) => {
    await way.open(page);
    const before = await way.seen(page);
    await way.hand(page);
    const byHand = await changed(page, way, before);

    await way.open(page);
    await expect.poll(() => way.seen(page), { interval: 20 }).toBe(before);
    for (const key of [...(way.lead ?? []), ...way.keys(byHand)]) await page.keyboard.press(key);
    await expect.poll(() => way.seen(page), { interval: 20 }).toBe(byHand);

    let last = byHand;
    for (const key of way.more ?? []) {
      await page.keyboard.press(key);
      last = await changed(page, way, last, key);
    }
  });
});

/** What is seen once it isn't what was seen before. */
async function changed(page: Page, { seen }: Way, before: string, by = 'the hand'): Promise<string> {
  await expect.poll(() => seen(page), { interval: 20, message: `${by} changes nothing` }).not.toBe(before);
  return seen(page);
}

/** Of each gesture the keys that the manual tells, in order. */
function toldKeys(): ReadonlyMap<string, readonly string[]> {
  const [, section = ''] = /\n## Keys\n([^]*?)\n## /.exec(readFileSync(underRoot('docs', 'inspection.md'), 'utf8')) ?? [];
  const rows = section.split('\n').filter(line => line.startsWith('|')).slice(2).map(line => line.split('|').map(cell => cell.trim()));
  return new Map(rows.map(([, where, hand, keys = '']) => [`${where}: ${hand}`, [...keys.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key).sort()]));
}

function keysAsTold(keys: readonly string[]): readonly string[] {
  const names = { Control: 'Ctrl', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', PageUp: 'Page Up', PageDown: 'Page Down' };
  return [...new Set(keys)].map(key => Object.entries(names).reduce((text, [name, as]) => text.replace(name, as), key)).sort();
}
