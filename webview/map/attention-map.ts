/**
 * `<attention-map>`: one map, drawn on a canvas that stays in view while an element of the map's full size scrolls
 * beneath it, so that only what is visible is ever drawn.
 *
 * Fires `map-point` (`MapPointEvent`) when the user points at or moves to a row, a column or a cell, and
 * `map-scroll` when the map came to rest somewhere else.
 */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { moveCell } from './cursor.ts';
import { noFocus, one, within, type MapCell, type MapData, type MapFocus } from './data.ts';
import { describe, sentence, type Description } from './describe.ts';
import { drawMap, type Drawn } from './draw.ts';
import { hitTest, layoutMap, reveal, type MapLayout, type Scroll } from './layout.ts';
import { drawLegend, scaleEnd } from './legend.ts';
import { styles } from './attention-map.styles.ts';
import { keepCrisp, type Surface } from './surface.ts';
import { LabelFont } from './text.ts';
import { observeTheme, readTheme, type MapTheme } from './theme.ts';
import { tooltipContent } from './tooltip.ts';
import { tooltipPosition } from './tooltip-position.ts';

export interface MapPoint {
  readonly axis: 'row' | 'column';
  readonly index: number;
}

/** `select` stays until something else is selected or Escape; `hover` ends (`undefined`) when the pointer leaves. */
export class MapPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly point: MapPoint | undefined }> {
  constructor(how: 'hover' | 'select', point: MapPoint | undefined) {
    super('map-point', { detail: { how, point } });
  }
}

const scrollBar = 12;
const emptyData: MapData = { rows: [], columns: [], weights: [] };

@customElement('attention-map')
export class AttentionMap extends LitElement {
  static override styles = styles;

  @property({ attribute: false }) data: MapData = emptyData;
  /** What is lit from outside: words of the texts, or of the document. */
  @property({ attribute: false }) lit: MapFocus = noFocus;
  /** Rows are still arriving: the view follows them as long as the user has not scrolled away. */
  @property({ type: Boolean }) busy = false;
  @property() label = 'Attention';

  @state() private hovered: MapFocus | undefined;
  @state() private cursor: MapCell | undefined;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.extent') private readonly extent!: HTMLElement;
  @query('.extent canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.legend .shares') private readonly legend!: HTMLCanvasElement;
  @query('.legend .evidence') private readonly evidenceLegend!: HTMLCanvasElement | null;
  @query('.tooltip') private readonly tooltip!: HTMLElement;
  @query('.probe') private readonly probe!: HTMLElement;

  #theme: MapTheme | undefined;
  #fonts: { plain: LabelFont; bold: LabelFont } | undefined;
  #layout: MapLayout | undefined;
  #surface: Surface | undefined;
  #frame = 0;
  #scrollTimer = 0;
  #drawn: Drawn = { cells: 0, labels: 0 };
  #wanted: Scroll | undefined;
  #stops: (() => void)[] = [];

  /** What the last frame drew. */
  get drawn(): Drawn {
    return this.#drawn;
  }

  /** The column that the pointer or the keyboard is on. */
  get column(): number | undefined {
    return this.#toldFocus()?.columns?.first;
  }

  get scrolled(): Scroll {
    return { left: this.scroller.scrollLeft, top: this.scroller.scrollTop };
  }

  /** Scrolls as soon as the map is large enough: after a reload its data come later. */
  restoreScroll(scroll: Scroll): void {
    this.#wanted = scroll;
    this.requestUpdate();
  }

  /** Forgets where the keyboard stands. */
  clear(): void {
    this.cursor = undefined;
    this.hovered = undefined;
  }

  /** Scrolls a row or column into view. */
  show(row: number | undefined, column: number | undefined): void {
    if (this.#layout === undefined) return;
    const viewport = { width: this.scroller.clientWidth, height: this.scroller.clientHeight };
    const to = reveal(this.#layout, this.scrolled, viewport, row, column);
    this.scroller.scrollTo({ left: to.left, top: to.top, behavior: 'instant' });
  }

  protected override firstUpdated(): void {
    const watchSize = new ResizeObserver(() => this.#arrange());
    watchSize.observe(this);
    watchSize.observe(this.scroller);
    const themeChanged = (): void => {
      this.#theme = undefined;
      this.#fonts = undefined;
      this.#arrange();
    };
    this.#stops = [
      () => watchSize.disconnect(),
      observeTheme(themeChanged),
      keepCrisp(this.canvas, surface => {
        if (surface.ratio !== this.#surface?.ratio) this.#fonts = undefined;
        this.#surface = surface;
        this.#draw();
      }),
      keepCrisp(this.legend, () => this.#draw()),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
    cancelAnimationFrame(this.#frame);
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
      this.hovered = undefined;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('data')) this.#arrange();
    else this.#schedule();
    if (this.#wanted !== undefined && this.data.rows.length > 0) {
      this.scroller.scrollTo({ left: this.#wanted.left, top: this.#wanted.top, behavior: 'instant' });
      if (!this.busy) this.#wanted = undefined;
    }
    this.#placeTooltip();
  }

  protected override render(): unknown {
    const description = describe(this.data, this.#focus());
    const told = this.#toldFocus();
    const spoken = told === undefined ? undefined : describe(this.data, told);
    return html`
      <div class="scroller" role="grid" tabindex="0" aria-label=${this.label} aria-busy=${this.busy}
        aria-readonly="true" aria-rowcount=${this.data.rows.length} aria-colcount=${this.data.columns.length}
        aria-activedescendant=${this.cursor === undefined ? nothing : 'cell'}
        @keydown=${this.#onKey} @scroll=${this.#onScroll} @pointermove=${this.#onPointerMove}
        @pointerleave=${this.#onPointerLeave} @click=${this.#onClick}>
        <div class="extent" role="presentation"><canvas role="presentation"></canvas></div>
        ${this.#currentCell(description)}
      </div>
      <div class="legend" aria-hidden="true">
        <div ?hidden=${this.data.evidence?.isDifference === true}><span>0</span><canvas class="shares"></canvas><span>${scaleEnd(this.data.full ?? 1)}</span><span>share of attention</span></div>
        ${this.data.evidence === undefined ? nothing : html`
          <div><span>${scaleEnd(-this.data.evidence.full)}</span><canvas class="evidence" width="220" height="20"></canvas>
            <span>+${scaleEnd(this.data.evidence.full)}</span><span>${this.data.evidence.isDifference === true ? 'less and more attention' : 'evidence against and for'}</span></div>`}
      </div>
      <div class="tooltip" ?hidden=${spoken === undefined}>${spoken === undefined ? nothing : tooltipContent(spoken)}</div>
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
    return this.hovered ?? this.#cursorFocus() ?? this.lit;
  }

  #cursorFocus(): MapFocus | undefined {
    return this.cursor === undefined ? undefined : { rows: one(this.cursor.row), columns: one(this.cursor.column) };
  }

  /** What the tooltip tells: what the pointer or the keyboard is on, in this map. */
  #toldFocus(): MapFocus | undefined {
    return this.hovered ?? this.#cursorFocus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.clear();
      this.dispatchEvent(new MapPointEvent('select', undefined));
      return;
    }
    const page = Math.floor((this.scroller.clientHeight - (this.#layout?.top ?? 0)) / (this.#layout?.cellHeight ?? 1));
    const size = { rows: this.data.rows.length, columns: this.data.columns.length, page };
    const move = moveCell(this.cursor, event.key, event.ctrlKey || event.metaKey, size);
    if (move === undefined) return;
    event.preventDefault();
    this.hovered = undefined;
    this.#select(move.cell, move.axis);
  }

  #onClick(event: PointerEvent): void {
    const { row, column } = this.#hit(event);
    if (row === undefined && column === undefined) return;
    const cell = { row: row ?? this.cursor?.row ?? 0, column: column ?? this.cursor?.column ?? 0 };
    this.#select(cell, row === undefined ? 'column' : 'row');
  }

  #select(cell: MapCell, axis: 'row' | 'column'): void {
    this.cursor = cell;
    this.show(cell.row, cell.column);
    this.dispatchEvent(new MapPointEvent('select', { axis, index: cell[axis] }));
  }

  #onPointerMove(event: PointerEvent): void {
    this.#hover(this.#hit(event));
  }

  #onPointerLeave(): void {
    this.#hover({ row: undefined, column: undefined });
  }

  #hover({ row, column }: { row: number | undefined; column: number | undefined }): void {
    const before = this.hovered;
    if (before?.rows?.first === row && before?.columns?.first === column) return;
    const nothingHit = row === undefined && column === undefined;
    this.hovered = nothingHit ? undefined : { rows: row === undefined ? undefined : one(row), columns: column === undefined ? undefined : one(column) };
    const point: MapPoint | undefined = row !== undefined ? { axis: 'row', index: row }
      : column !== undefined ? { axis: 'column', index: column } : undefined;
    this.dispatchEvent(new MapPointEvent('hover', point));
  }

  #hit(event: PointerEvent): { row: number | undefined; column: number | undefined } {
    if (this.#layout === undefined) return { row: undefined, column: undefined };
    const box = this.canvas.getBoundingClientRect();
    return hitTest(this.#layout, this.scrolled, event.clientX - box.left, event.clientY - box.top);
  }

  #onScroll(): void {
    this.hovered = undefined;
    this.#schedule();
    clearTimeout(this.#scrollTimer);
    this.#scrollTimer = window.setTimeout(() => this.dispatchEvent(new Event('map-scroll')), 150);
  }

  /** Lays the map out for the room there is, and gives canvas and scrolled element their sizes. */
  #arrange(): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const ratio = this.#surface?.ratio ?? devicePixelRatio;
    const theme = (this.#theme ??= readTheme(this.probe));
    const { plain } = (this.#fonts ??= fontsOf(context, theme, ratio));
    const available = this.scroller.clientWidth;
    if (available === 0) return;
    const atEnd = this.scroller.scrollTop + this.scroller.clientHeight >= this.scroller.scrollHeight - 2;
    this.#layout = layoutMap({
      rows: this.data.rows.length,
      columns: this.data.columns.length,
      rowLabel: plain.widest(this.data.rows.map(label => label.text)) / ratio,
      columnLabel: plain.widest(this.data.columns.map(label => label.text)) / ratio,
      lineHeight: Math.round(theme.fontSize * 1.3),
      available,
    });
    const { width, height } = this.#layout;
    resize(this.scroller, undefined, height + (width > available ? scrollBar : 0));
    resize(this.extent, width, height);
    resize(this.canvas, Math.min(width, this.scroller.clientWidth), Math.min(height, this.scroller.clientHeight));
    if (this.busy && atEnd) this.#follow();
    this.#schedule();
  }

  /** Shows the newest row, and where in the source it looked. */
  #follow(): void {
    const row = this.data.rows.length - 1;
    const weights = this.data.weights[row];
    this.show(row, weights === undefined ? undefined : weights.indexOf(Math.max(...weights)));
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const context = this.canvas.getContext('2d');
    if (context === null || this.#layout === undefined || this.#surface === undefined) return;
    const theme = (this.#theme ??= readTheme(this.probe));
    const fonts = (this.#fonts ??= fontsOf(context, theme, this.#surface.ratio));
    this.#drawn = drawMap(context, {
      data: this.data, layout: this.#layout, theme, surface: this.#surface, scroll: this.scrolled,
      focus: this.#focus(), ...fonts,
    });
    drawLegend(this.legend, theme, 0);
    if (this.evidenceLegend !== null) drawLegend(this.evidenceLegend, theme, -1);
  }

  #placeTooltip(): void {
    const focus = this.#toldFocus();
    if (focus === undefined || this.#layout === undefined) return;
    const { left, top, cellWidth, cellHeight } = this.#layout;
    const scroll = this.scrolled;
    const column = focus.columns?.first;
    const row = focus.rows?.first;
    const x = column === undefined ? 0 : left + column * cellWidth - scroll.left;
    const y = row === undefined ? 0 : top + row * cellHeight - scroll.top;
    const anchor = {
      left: x, right: column === undefined ? left : x + cellWidth,
      top: y, bottom: row === undefined ? top : y + cellHeight,
    };
    const box = this.tooltip.getBoundingClientRect();
    // The legend below the map may be covered, and the page's edge is the last limit.
    const room = { width: this.clientWidth, height: window.innerHeight - this.getBoundingClientRect().top };
    const position = tooltipPosition(anchor, box, room);
    this.tooltip.style.translate = `${Math.round(position.left)}px ${Math.round(position.top)}px`;
  }
}

function fontsOf(context: CanvasRenderingContext2D, theme: MapTheme, ratio: number): { plain: LabelFont; bold: LabelFont } {
  const size = `${theme.fontSize * ratio}px ${theme.fontFamily}`;
  return { plain: new LabelFont(context, size), bold: new LabelFont(context, `600 ${size}`) };
}

function resize(element: HTMLElement, width: number | undefined, height: number): void {
  if (width !== undefined) element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-map': AttentionMap;
  }
}
