/** Runs in the page: what of it can't be seen whole. */
import { around, everything, isSeen, named } from './everything.ts';

/** What rounding makes, in pixels. */
const slack = 1;
/** Around everything, at most. */
const margin = 24;
const controls = 'button, select, input, textarea, summary, a[href]';

export function cutOff(): readonly string[] {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  const end = scrollY + Math.max(...[...document.querySelectorAll('main > *')].map(element => element.getBoundingClientRect().bottom));
  const seen = everything().filter(isSeen);
  return [
    ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth} pixels wide in ${clientWidth}`] : []),
    ...(scrollHeight > Math.max(clientHeight, end) + margin ? [`the page goes on ${Math.round(scrollHeight - end)} pixels below what it shows`] : []),
    ...seen.filter(element => element.matches(controls) && isCut(element.getBoundingClientRect(), [element, ...around(element)].slice(1), false)).map(element => `${named(element)} is out of sight`),
    ...overlapping(seen.filter(element => element.matches(controls))),
    ...seen.flatMap(cutText),
  ];
}

/** The element's own text. */
function cutText(element: HTMLElement): readonly string[] {
  const texts = [...element.childNodes].filter(({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && (textContent ?? '').trim() !== '');
  return texts.flatMap(text => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const isOut = [...range.getClientRects()].some(box => isCut(box, [element, ...around(element)], true));
    return isOut ? [`“${(text.textContent ?? '').trim().slice(0, 40)}” of ${named(element)} is cut off`] : [];
  });
}

/** Whether something around a box cuts it off; what scrolls does not, nor what says that more is there, and what. */
function isCut(box: DOMRect, outside: readonly Element[], isText: boolean): boolean {
  for (const element of outside) {
    const { overflowX, overflowY, textOverflow, position } = getComputedStyle(element);
    const edge = element.getBoundingClientRect();
    if (overflowX === 'auto' || overflowX === 'scroll') return false;
    if (overflowX !== 'visible' && (box.right > edge.right + slack || box.left < edge.left - slack)) {
      return !(isText && textOverflow === 'ellipsis' && outside.some(one => one.hasAttribute('title')));
    }
    // Letters' boxes are higher than the letters.
    if ((overflowY === 'hidden' || overflowY === 'clip') && box.bottom > edge.bottom + 4 * slack) return true;
    if (position === 'fixed') break;
  }
  return box.left < -slack || box.right > document.documentElement.clientWidth + slack;
}

function overlapping(elements: readonly HTMLElement[]): readonly string[] {
  const boxes = elements.map(element => ({ element, box: element.getBoundingClientRect() }));
  return boxes.flatMap(({ element, box }, index) => boxes.slice(index + 1).flatMap(other => {
    const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
    const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
    return across > slack && down > slack && !around(other.element).includes(element) ? [`${named(element)} and ${named(other.element)} are over each other`] : [];
  }));
}
