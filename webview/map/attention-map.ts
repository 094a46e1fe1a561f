/**
 * `<attention-map>`: one map of any size, drawn on a canvas that stays in view while an element of the map's full size scrolls
 * beneath it, so that only what is visible is ever drawn.
 *
 * Fires `map-point` (`MapPointEvent`) when the user points at or moves to a row, a column or a cell, and, when the map came to rest
 * somewhere else or at another size, `map-scroll` and `map-detail` (`MapDetailEvent`); on the way there `map-move` (`MapMoveEvent`).
 */
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { moveCell } from './cursor.ts';
import { noFocus, one, within, type AnyMap, type IndexRange, type MapCell, type MapFocus } from './data.ts';
import { describe, sentence, type Description } from './describe.ts';
import type { Drawn } from './draw.ts';
import { MapDetailEvent, MapMoveEvent, MapPointEvent, type MapPlace, type MapPoint } from './events.ts';
import { ExactWeights, type ReadExact } from './exact.ts';
import type { Caption } from './framed.ts';
import { listenToGestures } from './gestures.ts';
import { hiddenStyles } from './hidden.styles.ts';
import { legend } from './legend.ts';
import { styles } from './attention-map.styles.ts';
import { pagedTable, tableStyles } from './paged-table.ts';
import { Painter } from './painter.ts';
import { Redrawing } from './redrawing.ts';
import { revealSpot } from './reveal-spot.ts';
import { rowTable } from './row-table.ts';
import type { Scroll } from './layout.ts';
import type { Surface } from './surface.ts';
import { toolbar } from './toolbar.ts';
import { tooltipContent } from './tooltip.ts';
import { placeTooltip } from './tooltip-position.ts';
import { tooltipStyles } from './tooltip.styles.ts';
import { Viewport, type MapPosition } from './viewport.ts';
import { zoomStep, type Zoom } from './zoom.ts';

/** It rests when it has not moved for so long, in milliseconds. */
const restAfter = 150;
const emptyMap: AnyMap = { rows: [], columns: [], weights: [] };

@customElement('attention-map')
export class AttentionMap extends LitElement {
  static override styles = [hiddenStyles, tooltipStyles, tableStyles, styles];

  @property({ attribute: false }) data: AnyMap = emptyMap;
  /** What is lit from outside: words of the texts, or of the document. */
  @property({ attribute: false }) lit: MapFocus = noFocus;
  /** What the pointer is on in a map beside it, for as long as it is there. */
  @property({ attribute: false }) crossed: MapFocus | undefined;
  /** How large it is at first, and again whenever this changes: 1 has room for every label. */
  @property({ attribute: false }) zoom: Zoom = 1;
  /** Reads exact weights of what is pointed at, where `data` has only windows. */
  @property({ attribute: false }) exact: ReadExact | undefined;
  /** Rows are still arriving: the view follows them as long as the user has not scrolled away. */
  @property({ type: Boolean }) busy = false;
  @property() label = 'Attention';

  @state() private hovered: MapFocus | undefined;
  @state() private cursor: MapCell | undefined;
  /** The row of the stretch that is shown as a table, where one is shown instead of the picture. */
  @state() private tableAt: number | undefined;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.extent') private readonly extent!: HTMLElement;
  @query('.extent canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.spot') private readonly spot!: HTMLElement;
  @query('.tooltip') private readonly tooltip!: HTMLElement;
  @query('.probe') private readonly probe!: HTMLElement;

  readonly #redrawing = new Redrawing(this, () => this.#draw());
  readonly #exact = new ExactWeights(() => this.requestUpdate());
  #viewport!: Viewport;
  #painter!: Painter;
  #restTimer = 0;
  #hasMoved = false;
  #isLegendOld = true;
  #drawn: Drawn = { cells: 0, labels: 0 };
  #wanted: MapPosition | undefined;
  /** Where it was scrolled to after another map: that is no move of its own. */
  #followed: Scroll | undefined;
  #told: string | undefined;

  /** What the last frame drew. */
  get drawn(): Drawn {
    return this.#drawn;
  }

  /** The column that the pointer or the keyboard is on. */
  get column(): number | undefined {
    return this.#toldFocus()?.columns?.first;
  }

  /** How it is looked at. */
  get position(): MapPosition {
    return this.hasUpdated ? { ...this.#viewport.scroll, zoom: this.#viewport.zoom } : { left: 0, top: 0, zoom: this.zoom };
  }

  /** Looks at it so as soon as the map is large enough: after a reload its data come later. */
  restorePosition(position: MapPosition): void {
    this.#wanted = position;
    this.requestUpdate();
  }

  /** Looks at it as at first. */
  begin(): void {
    if (!this.hasUpdated) return;
    this.#viewport.zoom = this.zoom;
    this.#arrange();
    this.#viewport.scrollTo({ left: 0, top: 0 });
    this.#followed = this.#viewport.scroll;
    this.#looked();
  }

  /** Forgets where the keyboard stands. */
  clear(): void {
    this.cursor = undefined;
    this.hovered = undefined;
  }

  /** Scrolls a row or column into view. */
  show(row: number | undefined, column: number | undefined): void {
    if (this.hasUpdated) this.#viewport.show(row, column);
  }

  /** Brings a row, a column or a cell into view, wherever the page is scrolled to. */
  reveal(row: number | undefined, column: number | undefined): void {
    this.show(row, column);
    const layout = this.hasUpdated ? this.#viewport.layout : undefined;
    if (layout !== undefined) revealSpot(this.spot, layout, this.#viewport.scroll, row, column);
  }

  /** Looks at the same place as a map beside it. */
  follow({ zoom, down, across }: MapPlace): void {
    const { layout } = this.hasUpdated ? this.#viewport : { layout: undefined };
    if (layout === undefined) return;
    if (zoom !== this.#viewport.zoom) {
      this.#viewport.zoom = zoom;
      this.#arrange();
    }
    const { cellWidth, cellHeight, rows, columns } = this.#viewport.layout ?? layout;
    this.#viewport.scrollTo({ left: across * columns * cellWidth, top: down * rows * cellHeight });
    this.#followed = this.#viewport.scroll;
    this.#looked();
  }

  /** Shows a stretch of it as large as there is room: where tokens became words, what was looked at before. */
  lookAt(rows: IndexRange, columns: IndexRange): void {
    if (!this.hasUpdated) return;
    this.#viewport.lookAt(rows, columns);
    // What is seen is to be told at once, also where it is as much as before.
    this.#told = undefined;
    this.#looked();
  }

  /** What can be seen of it as a picture, with so many of its pixels for one of the page; `undefined` while there is nothing. */
  picture(ratio: number, caption: Caption): Promise<Blob> | undefined {
    const layout = this.#viewport.layoutAt(ratio);
    return layout === undefined ? undefined : this.#painter.picture(this.data, layout, this.#viewport, ratio, this.#focus(), caption);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#restTimer);
    this.#exact.stop();
    if (this.hasUpdated) this.#painter.close();
  }

  protected override firstUpdated(): void {
    this.#viewport = new Viewport({ scroller: this.scroller, extent: this.extent, canvas: this.canvas }, this.zoom);
    this.#painter = new Painter(this.canvas, this.probe);
    this.#redrawing.follow({
      canvas: this.canvas, boxes: [this, this.scroller], arrange: () => this.#arrange(),
      painter: { fit: surface => this.#fit(surface), forgetTheme: () => this.#forgetTheme() },
    });
    listenToGestures(this.scroller, {
      drag: (x, y) => this.#viewport.scrollBy(-x, -y),
      zoom: (factor, at) => this.#zoomBy(factor, at),
    });
  }

  #fit(surface: Surface): void {
    const isOther = surface.ratio !== this.#painter.surface?.ratio;
    this.#painter.surface = surface;
    if (!isOther) return;
    this.#redrawLegend();
    this.#arrange();
  }

  #forgetTheme(): void {
    this.#painter.forgetTheme();
    this.#redrawLegend();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lit') && this.cursor !== undefined) {
      const elsewhere = (this.lit.rows !== undefined || this.lit.columns !== undefined) &&
        !within(this.lit.rows, this.cursor.row) && !within(this.lit.columns, this.cursor.column);
      if (elsewhere) this.cursor = undefined;
    }
    if (changed.has('data')) {
      const { rows, columns } = this.data;
      if (this.cursor !== undefined && (this.cursor.row >= rows.length || this.cursor.column >= columns.length)) this.cursor = undefined;
      if (this.hovered !== undefined && describe(this.data, this.hovered) === undefined) this.hovered = undefined;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('zoom')) this.#viewport.zoom = this.zoom;
    if (changed.has('data') || changed.has('zoom')) this.#arrange();
    else this.#redrawing.schedule();
    this.#restore();
    this.#exact.point(this.data, this.#toldFocus(), this.exact);
    if (changed.has('data') || this.#isLegendOld) this.#painter.drawLegends(this.renderRoot, this.data);
    this.#isLegendOld = false;
    this.#placeTooltip();
  }

  protected override render(): unknown {
    const map = this.#exact.with(this.data);
    const description = describe(map, this.#focus());
    const told = this.#toldFocus();
    const spoken = told === undefined ? undefined : describe(map, told);
    const isTable = this.tableAt !== undefined;
    return html`
      <div class="scroller" role="grid" tabindex="0" aria-label=${this.label} aria-busy=${this.busy} ?hidden=${isTable}
        aria-readonly="true" aria-rowcount=${map.rows.length} aria-colcount=${map.columns.length}
        aria-activedescendant=${this.cursor === undefined ? nothing : 'cell'}
        @keydown=${this.#onKey} @scroll=${this.#onScroll} @pointermove=${(event: PointerEvent) => this.#hover(this.#viewport.hit(event))}
        @pointerleave=${() => this.#hover({ row: undefined, column: undefined })} @click=${this.#onClick}>
        <div class="extent" role="presentation"><canvas role="presentation"></canvas><i class="spot" aria-hidden="true"></i></div>
        ${this.#currentCell(description)}
      </div>
      ${this.tableAt === undefined ? nothing : pagedTable(rowTable(map, this.label, this.cursor?.row), this.tableAt, row => (this.tableAt = row))}
      <div class="foot">
        ${legend(map)}
        ${toolbar({ isTable, zoomBy: factor => this.#zoomBy(factor), showWhole: () => this.#showWhole(), toggleTable: () => this.#toggleTable() })}
      </div>
      <div class="tooltip" ?hidden=${spoken === undefined || isTable}>${spoken === undefined ? nothing : tooltipContent(spoken)}</div>
      <div class="hidden" aria-live="polite">${this.hovered === undefined || spoken === undefined ? nothing : sentence(spoken)}</div>
      <i class="probe" aria-hidden="true"></i>`;
  }

  /** The cell where the keyboard stands, as assistive technology reads it. */
  #currentCell(description: Description | undefined): unknown {
    if (this.cursor === undefined || description === undefined) return nothing;
    const { row, column } = this.cursor;
    return html`
      <div class="hidden" role="row" aria-rowindex=${row + 1}>
        <span id="cell" role="gridcell" aria-colindex=${column + 1} aria-selected="true"
          aria-label=${sentence(description)}>${sentence(description)}</span>
      </div>`;
  }

  #focus(): MapFocus {
    return this.hovered ?? this.crossed ?? this.#cursorFocus() ?? this.lit;
  }

  #cursorFocus(): MapFocus | undefined {
    return this.cursor === undefined ? undefined : { rows: one(this.cursor.row), columns: one(this.cursor.column) };
  }

  /** What the tooltip tells: what the pointer or the keyboard is on, in this map. */
  #toldFocus(): MapFocus | undefined {
    return this.hovered ?? this.#cursorFocus();
  }

  #onKey(event: KeyboardEvent): void {
    const isHeld = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') {
      this.#letGo();
      return;
    }
    if (!isHeld && this.#zoomByKey(event.key) || isHeld && this.#viewport.panByKey(event.key)) {
      event.preventDefault();
      return;
    }
    const move = moveCell(this.cursor, event.key, isHeld, { rows: this.data.rows.length, columns: this.data.columns.length, page: this.#viewport.page });
    if (move === undefined) return;
    event.preventDefault();
    this.hovered = undefined;
    this.#select(move.cell, move.axis);
  }

  #zoomByKey(key: string): boolean {
    if (key === '+' || key === '=') this.#zoomBy(zoomStep);
    else if (key === '-') this.#zoomBy(1 / zoomStep);
    else if (key === '0') this.#showWhole();
    else return false;
    return true;
  }

  /** A click locks what it meets; another one there lets go. */
  #onClick(event: PointerEvent): void {
    const { row, column } = this.#viewport.hit(event);
    if (row === undefined && column === undefined) return;
    const cell = { row: row ?? this.cursor?.row ?? 0, column: column ?? this.cursor?.column ?? 0 };
    if (cell.row === this.cursor?.row && cell.column === this.cursor.column) this.#letGo();
    else this.#select(cell, row === undefined ? 'column' : 'row');
  }

  #letGo(): void {
    this.clear();
    this.dispatchEvent(new MapPointEvent('select', undefined));
  }

  #select(cell: MapCell, axis: 'row' | 'column'): void {
    this.cursor = cell;
    this.show(cell.row, cell.column);
    this.dispatchEvent(new MapPointEvent('select', { axis, index: cell[axis] }, cell));
  }

  #hover({ row, column }: { row: number | undefined; column: number | undefined }): void {
    const before = this.hovered;
    if (before?.rows?.first === row && before?.columns?.first === column) return;
    const nothingHit = row === undefined && column === undefined;
    this.hovered = nothingHit ? undefined : { rows: row === undefined ? undefined : one(row), columns: column === undefined ? undefined : one(column) };
    const point: MapPoint | undefined = row !== undefined ? { axis: 'row', index: row }
      : column !== undefined ? { axis: 'column', index: column } : undefined;
    this.dispatchEvent(new MapPointEvent('hover', point, row === undefined || column === undefined ? undefined : { row, column }));
  }

  #onScroll(): void {
    const { left, top } = this.#viewport.scroll;
    if (left !== this.#followed?.left || top !== this.#followed.top) this.#move();
    this.#looked();
  }

  #zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
    this.#viewport.zoomBy(factor, at);
    this.#move();
    this.#looked();
  }

  #showWhole(): void {
    this.#viewport.zoom = 'whole';
    this.#arrange();
    this.#move();
    this.#looked();
  }

  /** Tells maps beside it where it is looked at. */
  #move(): void {
    const { layout, scroll, zoom } = this.#viewport;
    this.#followed = undefined;
    if (layout === undefined) return;
    const { rows, columns, cellWidth, cellHeight } = layout;
    this.dispatchEvent(new MapMoveEvent({ zoom, down: scroll.top / Math.max(1, rows * cellHeight), across: scroll.left / Math.max(1, columns * cellWidth) }));
  }

  #looked(): void {
    // What the pointer is on is another cell now, and those who were told of it are told that.
    this.#hover({ row: undefined, column: undefined });
    this.#hasMoved = true;
    this.#redrawing.schedule();
    this.#rest();
  }

  #toggleTable(): void {
    this.tableAt = this.tableAt === undefined ? (this.cursor?.row ?? this.#viewport.detail(1)?.rows.first ?? 0) : undefined;
    this.hovered = undefined;
  }

  #restore(): void {
    if (this.#wanted === undefined || this.data.rows.length === 0) return;
    if (this.#viewport.zoom !== this.#wanted.zoom) {
      this.#viewport.zoom = this.#wanted.zoom;
      this.#arrange();
    }
    this.#viewport.scrollTo(this.#wanted);
    if (!this.busy) this.#wanted = undefined;
  }

  /** Lays the map out for the room there is. */
  #arrange(): void {
    const measured = this.#painter.measure(this.data);
    if (measured === undefined) return;
    const { isAtEnd } = this.#viewport;
    this.#viewport.arrange({ rows: this.data.rows.length, columns: this.data.columns.length, ...measured, ratio: this.#painter.ratio });
    if (this.busy && isAtEnd) this.#follow();
    this.#redrawing.schedule();
    this.#placeTooltip();
    this.#rest();
  }

  /** Shows the newest row, and where in the source it looked. */
  #follow(): void {
    const row = this.data.rows.length - 1;
    const weights = 'weights' in this.data ? this.data.weights[row] : undefined;
    this.show(row, weights === undefined ? undefined : weights.indexOf(Math.max(...weights)));
    this.#viewport.toEnd();
  }

  /** Tells where the map came to rest. */
  #rest(): void {
    clearTimeout(this.#restTimer);
    // What is seen first may be wanted in more detail at once.
    this.#restTimer = window.setTimeout(() => {
      if (this.#hasMoved) this.dispatchEvent(new Event('map-scroll'));
      this.#hasMoved = false;
      const detail = this.#viewport.detail(this.#painter.ratio);
      const told = JSON.stringify(detail);
      if (detail === undefined || told === this.#told) return;
      this.#told = told;
      this.dispatchEvent(new MapDetailEvent(detail));
    }, this.#told === undefined ? 0 : restAfter);
  }

  #redrawLegend(): void {
    this.#isLegendOld = true;
    this.requestUpdate();
  }

  #draw(): void {
    const { layout, scroll } = this.#viewport;
    if (layout === undefined || this.tableAt !== undefined) return;
    this.#drawn = this.#painter.draw(this.data, layout, scroll, this.#focus(), this.#cursorFocus() ?? noFocus) ?? this.#drawn;
  }

  #placeTooltip(): void {
    const focus = this.#toldFocus();
    const { layout, scroll } = this.#viewport;
    if (focus !== undefined && layout !== undefined) placeTooltip(this.tooltip, this, focus, layout, scroll);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-map': AttentionMap;
  }
}
