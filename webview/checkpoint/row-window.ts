/** Long lists of rows of one height, of which only those in sight are in the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Of every row, in CSS pixels: that of VS Code's own lists. */
export const rowHeight = 22;

/** Rows beyond the edges, so that scrolling by a few shows no gap before the next frame. */
const beyond = 8;

/** The rows `[first, end)` to draw. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** @param top how far the list is scrolled, and `height`: of what can be seen of it, in CSS pixels */
export function rangeInSight(count: number, top: number, height: number): RowRange {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - beyond));
  return { first, end: Math.max(first, Math.min(count, Math.ceil((top + height) / rowHeight) + beyond)) };
}

/** Where to scroll so that a row can be seen whole; unchanged where it already can. */
export function topToReveal(row: number, top: number, height: number): number {
  return Math.max(0, Math.min(row * rowHeight, Math.max(top, (row + 1) * rowHeight - height)));
}

/** Keeps a host's idea of which rows are in sight up to date with its scroller. */
export class RowWindow implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #scroller: () => HTMLElement | null;
  readonly #rested: (top: number) => void;
  readonly #watchSize = new ResizeObserver(() => this.#host.requestUpdate());
  #watched: HTMLElement | undefined;
  #timer = 0;
  /** Where to scroll once there are rows enough. */
  #wanted: number | undefined;

  /** @param rested the list came to rest somewhere else, in CSS pixels */
  constructor(host: ReactiveControllerHost, scroller: () => HTMLElement | null, rested: (top: number) => void) {
    this.#host = host;
    this.#scroller = scroller;
    this.#rested = rested;
    host.addController(this);
  }

  /** How many rows can be seen whole. */
  get page(): number {
    return Math.max(1, Math.floor((this.#scroller()?.clientHeight ?? 0) / rowHeight));
  }

  range(count: number): RowRange {
    const scroller = this.#scroller();
    return rangeInSight(count, this.#wanted ?? scroller?.scrollTop ?? 0, scroller?.clientHeight ?? 0);
  }

  reveal(row: number): void {
    const scroller = this.#scroller();
    if (scroller === null) return;
    this.#scrollTo(scroller, topToReveal(row, scroller.scrollTop, scroller.clientHeight));
  }

  /** Scrolls with the next rows that are drawn. */
  restore(top: number): void {
    this.#wanted = top;
    this.#host.requestUpdate();
  }

  hostUpdated(): void {
    const scroller = this.#scroller();
    if (scroller === null) return;
    if (scroller !== this.#watched) this.#watch(scroller);
    if (this.#wanted !== undefined && scroller.clientHeight > 0) {
      this.#scrollTo(scroller, this.#wanted);
      this.#wanted = undefined;
    }
  }

  hostDisconnected(): void {
    this.#watchSize.disconnect();
    this.#watched = undefined;
    clearTimeout(this.#timer);
  }

  #watch(scroller: HTMLElement): void {
    this.#watchSize.disconnect();
    this.#watched = scroller;
    this.#watchSize.observe(scroller);
    scroller.addEventListener('scroll', () => {
      this.#host.requestUpdate();
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#rested(scroller.scrollTop), 150);
    }, { passive: true });
  }

  #scrollTo(scroller: HTMLElement, top: number): void {
    scroller.scrollTo({ top, behavior: 'instant' });
  }
}
