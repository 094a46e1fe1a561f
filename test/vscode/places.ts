/** Finding places in a workbench, and acting there as a user does. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Place } from './requests.ts';

/** The document inside the webview that is shown: VS Code nests it in two frames. */
export function webview(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('iframe#active-frame');
}

export async function hover(page: Page, place: Place): Promise<void> {
  if (place.in !== 'editor') return locate(page, place).first().hover();
  const { x, y } = await pointInEditor(page, place.text);
  // A first stop close by: VS Code takes a single jump for a pointer that was always there.
  await page.mouse.move(x + 1, y + 1);
  await page.mouse.move(x, y);
}

export async function click(page: Page, place: Place): Promise<void> {
  if (place.in !== 'editor') return locate(page, place).first().click();
  const { x, y } = await pointInEditor(page, place.text);
  await page.mouse.click(x, y);
}

export async function textOf(page: Page, place: Place): Promise<string> {
  if (place.in !== 'editor') return locate(page, place).filter({ hasText: /\S/ }).first().innerText();
  await pointInEditor(page, place.text);
  return place.text;
}

function locate(page: Page, place: Exclude<Place, { in: 'editor' }>): Locator {
  return (place.in === 'webview' ? webview(page) : page).locator(place.selector).filter({ visible: true });
}

/** The middle of the first occurrence of `text` in the active editor, in the page's pixels; waits until it is drawn. */
async function pointInEditor(page: Page, text: string): Promise<{ x: number; y: number }> {
  const found = await page.waitForFunction(wanted => {
    const lines = document.querySelectorAll('.editor-group-container.active .editor-instance .view-line');
    for (const line of lines) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const start = node.textContent?.indexOf(wanted) ?? -1;
        if (start < 0) continue;
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + wanted.length);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
    }
    return undefined;
  }, text);
  const point = await found.jsonValue();
  if (point === undefined) throw new Error(`The active editor does not show ${JSON.stringify(text)}.`);
  return point;
}
