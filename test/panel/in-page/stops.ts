/** Runs in the page: what Tab reaches, and whether it can be seen that it has. */
import { everything, isSeen, named } from './everything.ts';

const interactive = 'button, select, input, textarea, summary, a[href], [tabindex]';
/** What a ring may be made of. */
const parts = ['outline', 'boxShadow', 'borderColor', 'backgroundColor'] as const;
type Look = Readonly<Record<(typeof parts)[number], string>>;

const met = new Map<HTMLElement, Look>();

/** From now on remembers what Tab comes to, and how it looks then. */
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
    ...[...met].filter(([stop, look]) => isSame(look, lookOf(stop))).map(([stop]) => `${named(stop)} has no ring`),
  ];
}

function leave(): void {
  everything().find(element => element.matches(':focus') && element.shadowRoot?.activeElement == null)?.blur();
}

function stops(): readonly HTMLElement[] {
  return everything().filter(element => element.matches(interactive) && element.tabIndex >= 0 && !element.matches(':disabled') && element.shadowRoot === null && isSeen(element));
}

function meet(event: KeyboardEvent): void {
  const [element] = event.composedPath();
  if (element instanceof HTMLElement && element !== document.body) met.set(element, lookOf(element));
}

function lookOf(element: HTMLElement): Look {
  const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
  const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && outlineColor !== 'rgba(0, 0, 0, 0)';
  return { outline: isSeen ? `${outlineStyle} ${outlineWidth} ${outlineColor}` : '', boxShadow, borderColor, backgroundColor };
}

function isSame(one: Look, other: Look): boolean {
  return parts.every(part => one[part] === other[part]);
}
