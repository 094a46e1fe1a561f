import type { Page } from 'playwright-core';
import type { PaintedEditor } from './requests.ts';

/** What extensions have painted over each text editor on the screen, editors from left to right. */
export async function painted(page: Page): Promise<PaintedEditor[]> {
  return page.evaluate(() => {
    const editors = [...document.querySelectorAll('.monaco-editor')].filter(
      editor => editor.querySelector('.view-line') !== null && editor.getBoundingClientRect().width > 0,
    );
    return editors
      .toSorted((one, other) => one.getBoundingClientRect().x - other.getBoundingClientRect().x)
      .map(editor => ({ tinted: tintedWords(editor), after: afterLines(editor) }));

    function tintedWords(editor: Element): string[] {
      // Decorations are drawn under the text, in boxes of their own.
      const boxes = [...editor.querySelectorAll('.view-overlays .cdr[class*="TextEditorDecorationType"]')].filter(isSeen).map(box => box.getBoundingClientRect());
      return textNodes(editor).flatMap(node =>
        [...(node.textContent ?? '').matchAll(/[\p{L}\p{N}]+/gu)].flatMap(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const at = range.getBoundingClientRect();
          return boxes.some(box => overlaps(box, at)) ? [word] : [];
        }),
      );
    }

    function afterLines(editor: Element): { line: string; text: string }[] {
      return linesOf(editor).flatMap(line => {
        const contents = [...line.querySelectorAll('span')].map(span => getComputedStyle(span, '::after').content);
        const text = contents.filter(content => content !== 'none' && content !== 'normal').join('');
        return text === '' ? [] : [{ line: (line.textContent ?? '').replaceAll('\u00a0', ' '), text }];
      });
    }

    /** Lines from top to bottom: the page holds them in the order in which they were drawn. */
    function linesOf(editor: Element): Element[] {
      return [...editor.querySelectorAll('.view-line')].toSorted((one, other) => one.getBoundingClientRect().y - other.getBoundingClientRect().y);
    }

    function textNodes(editor: Element): Node[] {
      return linesOf(editor).flatMap(line => {
        const nodes: Node[] = [];
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) nodes.push(node);
        return nodes;
      });
    }

    function isSeen(box: Element): boolean {
      const { backgroundColor, borderTopColor, borderTopWidth } = getComputedStyle(box);
      return !isClear(backgroundColor) || (borderTopWidth !== '0px' && !isClear(borderTopColor));
    }

    function isClear(colour: string): boolean {
      return /, 0\)$|^transparent$/.test(colour);
    }

    function overlaps(one: DOMRect, other: DOMRect): boolean {
      return one.left < other.right - 1 && one.right > other.left + 1 && one.top < other.bottom - 1 && one.bottom > other.top + 1;
    }
  });
}
