/** Runs in the page: what Tab reaches, and whether it can be seen that it has. */
import { around, everything, isSeen, named } from './everything.ts';

const interactive = 'button, select, input, textarea, summary, a[href], [tabindex]';

/** What Tab came to, and how it looked then. */
const met = new Map<HTMLElement, string>();

export function watchTab(): void {
  met.clear();
  leave();
  // Where the focus moves within a shadow tree, nothing outside of it is told so; of keys it is.
  document.addEventListener('keyup', meet);
}

/** How often Tab is to be pressed to come by all of them. */
export function countStops(): number {
  return stops().length;
}

/** What was passed by, and what didn't show that it was met. */
export function missedStops(): readonly string[] {
  leave();
  return [
    ...stops().filter(stop => !met.has(stop)).map(stop => `Tab does not reach ${named(stop)}`),
    ...[...met].filter(([stop, look]) => look === ringOf(stop)).map(([stop]) => `${named(stop)} has no ring`),
  ];
}

function stops(): readonly HTMLElement[] {
  return everything().filter(element => element.matches(interactive) && element.tabIndex >= 0 && !element.matches(':disabled') && isSeen(element));
}

function leave(): void {
  everything().filter(element => element.matches(':focus')).forEach(element => element.blur());
}

function meet(event: KeyboardEvent): void {
  const [element] = event.composedPath();
  if (element instanceof HTMLElement && element !== document.body) met.set(element, ringOf(element));
}

/** The lines that can be seen around it: a control of the library has its own within, or is within what has it. */
function ringOf(element: HTMLElement): string {
  const within = element.shadowRoot === null ? [] : everything(element.shadowRoot);
  const host = around(element).find(({ shadowRoot }) => shadowRoot !== null);
  return [element, ...within, ...(host === undefined ? [] : [host])].map(one => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
    const isLine = outlineStyle !== 'none' && outlineWidth !== '0px' && outlineColor !== 'rgba(0, 0, 0, 0)';
    return isLine ? `${outlineStyle} ${outlineWidth} ${outlineColor}` : '';
  }).join(';');
}
