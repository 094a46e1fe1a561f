/** Runs in the page: its elements, those of shadow trees too, and what is around them. */

export function everything(root: Document | ShadowRoot = document): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap(element => [element, ...(element.shadowRoot === null ? [] : everything(element.shadowRoot))]);
}

/** From inside out, over the edges of shadow trees. */
export function around(element: Element): readonly Element[] {
  const parent = element.assignedSlot ?? element.parentElement ?? (element.parentNode instanceof ShadowRoot ? element.parentNode.host : null);
  return parent === null ? [] : [parent, ...around(parent)];
}

/** Whether anybody sees it: what is for the ear alone is clipped to nothing. */
export function isSeen(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  const isClipped = [element, ...around(element)].some(one => getComputedStyle(one).clipPath === 'inset(50%)');
  return width > 0 && height > 0 && !isClipped && element.checkVisibility({ visibilityProperty: true });
}

/** "summary “Reading” in attention-inspector". */
export function named(element: Element): string {
  const name = element.getAttribute('aria-label') ?? element.getAttribute('title') ?? element.textContent.replaceAll(/\s+/g, ' ').trim();
  const host = around(element).find(({ shadowRoot }) => shadowRoot !== null)?.localName ?? 'the page';
  return `${element.localName}${name === '' ? '' : ` “${name.slice(0, 40)}”`} in ${host}`;
}
