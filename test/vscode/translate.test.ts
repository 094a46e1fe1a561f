/** What a user sees in a real VS Code, in each kind of theme: select, translate, hover, point in the panel. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hoverUntil, openFile, selectLineOf } from './act.ts';
import { painted } from './painted.ts';
import { webview } from './places.ts';
import { openWorkbench, type Theme, themes } from './workbench.ts';

describe.each(Object.keys(themes) as Theme[])('a translation in the %s theme', theme => {
  it('is painted, explained and linked with the panel', async () => {
    await using workbench = await openWorkbench({ theme });
    const { page } = workbench;
    await openFile(page, 'story.txt');
    // Room for the text: the side bar goes.
    await page.keyboard.press('Control+B');
    await selectLineOf(page, 'cup');
    await page.keyboard.press('Control+K');
    await page.keyboard.press('t');

    const target = webview(page).locator('#target [data-word]');
    await target.filter({ hasText: /^thé$/ }).waitFor();
    await expect.poll(() => afterLine(page, 'cup')).toMatch(/thé/);
    // The panel opened beside and left the focus where it was.
    expect(await page.locator('.editor-group-container').count()).toBe(2);
    expect(await page.evaluate(() => document.activeElement?.closest('.editor-instance') !== null)).toBe(true);
    // The selection's own colour would hide the tints.
    await page.keyboard.press('Home');
    expect(await paint(page, 'cup')).not.toEqual(await paint(page, 'quick'));
    await workbench.screenshot(`translated-${theme}`);

    const explanation = page.locator('.monaco-hover-content').filter({ visible: true, hasText: 'tasse' });
    await hoverUntil(page, { in: 'editor', text: 'cup' }, explanation);
    expect(await explanation.innerText()).toMatch(/attended to by[\s\S]*\d+\s%/);
    // And the words that attended to it light up in the panel.
    await expect.poll(() => target.filter({ hasText: /^tasse$/ }).getAttribute('data-level')).not.toBe('0');
    await workbench.screenshot(`hover-${theme}`);

    const before = await paint(page, 'tea');
    await target.filter({ hasText: /^thé$/ }).hover();
    await expect.poll(() => paint(page, 'tea')).not.toEqual(before);
    await workbench.screenshot(`pointing-${theme}`);
  });
});

/** How the word looks: the background and border behind it. */
async function paint(page: Page, word: string): Promise<string> {
  return page.evaluate(wanted => {
    for (const element of document.querySelectorAll('.editor-instance .view-line span span')) {
      if (!element.textContent?.includes(wanted)) continue;
      const box = element.getBoundingClientRect();
      const at = wantedBox(element, wanted) ?? box;
      // Decorations are drawn under the text, in boxes of their own.
      const under = document.elementsFromPoint(at.x + at.width / 2, at.y + at.height / 2);
      const styles = [...under, ...document.querySelectorAll('.editor-instance .view-overlays .cdr')]
        .filter(one => overlaps(one.getBoundingClientRect(), at))
        .map(one => getComputedStyle(one))
        .map(style => `${style.backgroundColor} ${style.borderTopWidth} ${style.borderTopStyle} ${style.borderTopColor}`);
      return styles.join('\n');
    }
    return '';

    function wantedBox(element: Element, text: string): DOMRect | undefined {
      const node = element.firstChild;
      const start = node?.textContent?.indexOf(text) ?? -1;
      if (node === null || start < 0) return undefined;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, start + text.length);
      return range.getBoundingClientRect();
    }

    function overlaps(one: DOMRect, other: DOMRect): boolean {
      return one.left < other.right - 1 && one.right > other.left + 1 && one.top < other.bottom - 1 && one.bottom > other.top + 1;
    }
  }, word);
}

/** What is written after the line of a word. */
async function afterLine(page: Page, word: string): Promise<string> {
  const lines = (await painted(page)).flatMap(({ after }) => after);
  return lines.find(({ line }) => line.includes(word))?.text ?? '';
}
