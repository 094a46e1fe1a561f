/** The part of a map that is looked at: an element of the map's full size that scrolls beneath a canvas which stays in view. */
import type { MapDetail } from './cell-window.ts';
import { count, type IndexRange } from './data.ts';
import { hitTest, layoutMap, reveal, visibleCells, type LayoutInput, type MapLayout, type Scroll, type Size } from './layout.ts';
import { largestZoom, type Zoom } from './zoom.ts';

/** How a map is looked at, to return to. */
export interface MapPosition extends Scroll {
  readonly zoom: Zoom;
}

export interface ViewportElements {
  readonly scroller: HTMLElement;
  /** As large as the map. */
  readonly extent: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

/** What the layout depends on, besides the room that there is. */
export type Contents = Pick<LayoutInput, 'rows' | 'columns' | 'rowLabel' | 'columnLabel' | 'lineHeight' | 'ratio'>;

const scrollBar = 12;
const panShare = 0.25;
/** More than any map is high: a room that grows with what is in it takes the page's height. */
const unbounded = 1_000_000;

export class Viewport {
  zoom: Zoom;
  readonly #elements: ViewportElements;
  #layout: MapLayout | undefined;
  #contents: Contents | undefined;
  #room: Size = { width: 0, height: 0 };
  /** What lay beneath the pointer when zooming began there: it stays there, however often sizes are rounded on the way. */
  #anchor: { readonly x: number; readonly y: number; readonly column: number; readonly row: number } | undefined;

  constructor(elements: ViewportElements, zoom: Zoom) {
    this.#elements = elements;
    this.zoom = zoom;
  }

  get layout(): MapLayout | undefined {
    return this.#layout;
  }

  get scroll(): Scroll {
    const { scroller } = this.#elements;
    return { left: scroller.scrollLeft, top: scroller.scrollTop };
  }

  /** What of the map can be seen, its labels included. */
  get size(): Size {
    const { scroller } = this.#elements;
    return { width: scroller.clientWidth, height: scroller.clientHeight };
  }

  get isAtEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.#elements.scroller;
    return scrollTop + clientHeight >= scrollHeight - 2;
  }

  /** Lays the map out in the room that there is. */
  arrange(contents: Contents): void {
    const { scroller, extent, canvas } = this.#elements;
    const width = scroller.clientWidth;
    if (width === 0) return;
    this.#contents = contents;
    resize(extent, undefined, unbounded);
    resize(scroller, undefined, unbounded);
    this.#room = { width, height: Math.min(scroller.clientHeight, window.innerHeight) };
    this.#layout = layoutMap({ ...contents, room: this.#room, zoom: this.zoom });
    resize(scroller, undefined, this.#layout.height + (this.#layout.width > width ? scrollBar : 0));
    resize(extent, this.#layout.width, this.#layout.height);
    resize(canvas, Math.min(this.#layout.width, scroller.clientWidth), Math.min(this.#layout.height, scroller.clientHeight));
  }

  /** Zooms until a stretch of the map fills the room that there is, and scrolls there. */
  lookAt(rows: IndexRange, columns: IndexRange): void {
    const contents = this.#contents;
    if (contents === undefined) return;
    const room = this.#room;
    const hasRoom = (zoom: number): boolean => {
      const { left, top, cellWidth, cellHeight } = layoutMap({ ...contents, room, zoom });
      return count(columns) * cellWidth <= room.width - left && count(rows) * cellHeight <= room.height - top;
    };
    // There is no formula: sizes are rounded, and width and height each go their own way.
    let [fits, most] = [0.001, largestZoom];
    for (let step = 0; step < 24; step++) {
      const middle = Math.sqrt(fits * most);
      if (hasRoom(middle)) fits = middle;
      else most = middle;
    }
    this.zoom = fits <= layoutMap({ ...contents, room, zoom: 'whole' }).least ? 'whole' : fits;
    this.arrange(contents);
    const { cellWidth, cellHeight } = this.#layout ?? { cellWidth: 0, cellHeight: 0 };
    this.scrollTo({ left: columns.first * cellWidth, top: rows.first * cellHeight });
  }

  /** The layout for a screen of other pixels. */
  layoutAt(ratio: number): MapLayout | undefined {
    return this.#contents === undefined ? undefined : layoutMap({ ...this.#contents, room: this.#room, zoom: this.zoom, ratio });
  }

  scrollTo({ left, top }: Scroll): void {
    this.#elements.scroller.scrollTo({ left, top, behavior: 'instant' });
  }

  scrollBy(x: number, y: number): void {
    const { left, top } = this.scroll;
    this.scrollTo({ left: left + x, top: top + y });
  }

  toEnd(): void {
    this.#elements.scroller.scrollTop = this.#elements.scroller.scrollHeight;
  }

  /** Scrolls a row or column into view. */
  show(row: number | undefined, column: number | undefined): void {
    if (this.#layout !== undefined) this.scrollTo(reveal(this.#layout, this.scroll, this.size, row, column));
  }

  /** What stands at a point of the window: a cell, or only its row or its column. */
  hit(point: { readonly clientX: number; readonly clientY: number }): { row: number | undefined; column: number | undefined } {
    if (this.#layout === undefined) return { row: undefined, column: undefined };
    const box = this.#elements.canvas.getBoundingClientRect();
    return hitTest(this.#layout, this.scroll, point.clientX - box.left, point.clientY - box.top);
  }

  /** Rows that can be seen at once. */
  get page(): number {
    return this.#layout === undefined ? 1 : Math.floor((this.size.height - this.#layout.top) / this.#layout.cellHeight);
  }

  /** Moves by a part of what can be seen. */
  panByKey(key: string): boolean {
    // Whole pixels, so that there and back is the same place.
    const [x, y] = [Math.round(this.size.width * panShare), Math.round(this.size.height * panShare)];
    switch (key) {
      case 'ArrowLeft': this.scrollBy(-x, 0); return true;
      case 'ArrowRight': this.scrollBy(x, 0); return true;
      case 'ArrowUp': this.scrollBy(0, -y); return true;
      case 'ArrowDown': this.scrollBy(0, y); return true;
      default: return false;
    }
  }

  /** Zooms by a factor about a point of the window, or the middle of what can be seen. */
  zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const before = this.#layout;
    if (before === undefined || this.#contents === undefined) return;
    const box = this.#elements.canvas.getBoundingClientRect();
    const point = at ?? { x: box.left + (before.left + box.width) / 2, y: box.top + (before.top + box.height) / 2 };
    const [x, y] = [Math.max(0, point.x - box.left - before.left), Math.max(0, point.y - box.top - before.top)];
    const { left, top } = this.scroll;
    if (this.#anchor?.x !== point.x || this.#anchor.y !== point.y) {
      this.#anchor = { ...point, column: (x + left) / before.cellWidth, row: (y + top) / before.cellHeight };
    }
    const { column, row } = this.#anchor;
    this.zoom = before.zoom * factor <= before.least ? 'whole' : before.zoom * factor;
    this.arrange(this.#contents);
    const { cellWidth, cellHeight } = this.#layout ?? before;
    this.scrollTo({ left: column * cellWidth - x, top: row * cellHeight - y });
  }

  /** What can be seen, for whoever knows the map in more or less detail. */
  detail(ratio: number): MapDetail | undefined {
    if (this.#layout === undefined) return undefined;
    const { left, top, cellWidth, cellHeight } = this.#layout;
    const { rows, columns } = visibleCells(this.#layout, this.scroll, this.size);
    const pixels = (length: number, range: { readonly first: number; readonly end: number }, cell: number): number =>
      Math.max(1, Math.ceil(Math.min(length, (range.end - range.first) * cell) * ratio));
    return {
      rows, columns,
      most: { rows: pixels(this.size.height - top, rows, cellHeight), columns: pixels(this.size.width - left, columns, cellWidth) },
      cell: { width: cellWidth, height: cellHeight },
    };
  }
}

function resize(element: HTMLElement, width: number | undefined, height: number): void {
  if (width !== undefined) element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}
