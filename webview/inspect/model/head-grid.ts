/**
 * `<head-grid>`: every head of a model in little, on a canvas that stays in sight while an element of their full height scrolls
 * beneath it. One stop for Tab, arrows within.
 *
 * Fires `head-open` (`HeadOpenEvent`) and `head-mark` (`HeadMarkEvent`).
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { HeadFacts } from '../../../protocol/inspection.ts';
import { framed, type Caption } from '../../map/framed.ts';
import { hiddenStyles } from '../../map/hidden.styles.ts';
import { Redrawing } from '../../map/redrawing.ts';
import { tooltipPosition } from '../../map/tooltip-position.ts';
import { readTheme } from '../../map/theme.ts';
import { tooltipStyles } from '../../map/tooltip.styles.ts';
import { differs } from '../differs.ts';
import type { HeadInLittle } from '../inspector.ts';
import { headName } from '../names.ts';
import { isSameHead, type HeadId, type HeadOrder, type ModelRow } from './arrange.ts';
import { firstCell, headAt, moveHead } from './cursor.ts';
import { HeadMarkEvent, HeadOpenEvent } from './events.ts';
import { factsOf, headSentence, rolesOf } from './facts.ts';
import { cellAt, revealRow, rowsInSight, type Cell, type ModelLayout } from './layout.ts';
import { ModelPainter } from './painter.ts';

@customElement('head-grid')
export class HeadGrid extends LitElement {
  static override styles = [hiddenStyles, tooltipStyles, css`
    :host { position: relative; display: flex; flex-direction: column; min-height: 0; }
    .scroller { flex: 1 1 auto; min-height: 0; overflow: auto; outline: none; }
    .scroller:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    .extent { position: relative; }
    canvas { position: sticky; top: 0; left: 0; display: block; }
  `];

  @property({ attribute: false }) rows: readonly ModelRow<HeadInLittle>[] = [];
  @property() order: HeadOrder = 'layer';
  /** How high it may become before it scrolls. */
  @property({ attribute: false }) room = 0;
  /** What other views show. */
  @property({ attribute: false, hasChanged: differs }) chosen: readonly HeadId[] = [];

  /** Where the pointer is; where the keyboard stands. */
  @state() private hovered: HeadInLittle | undefined;
  @state() private cursor: HeadId | undefined;
  @state() private hasKeyboard = false;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.extent') private readonly extent!: HTMLElement;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.tooltip') private readonly tooltip!: HTMLElement;
  @query('.probe') private readonly probe!: HTMLElement;

  readonly #redrawing = new Redrawing(this, () => this.#draw());
  #painter: ModelPainter | undefined;
  #layout: ModelLayout | undefined;
  #drawn = 0;

  /** How many heads the last frame drew. */
  get drawn(): number {
    return this.#drawn;
  }

  /** What is seen of them, with so many pixels for one of the page. */
  picture(ratio: number, caption: Caption): Promise<Blob> | undefined {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const drawing = Object.assign(document.createElement('canvas'), { width: width * ratio, height: height * ratio });
    const context = drawing.getContext('2d');
    if (context === null || width === 0 || height === 0) return undefined;
    const painter = new ModelPainter(context, this.probe);
    painter.fit({ pixels: { width: drawing.width, height: drawing.height }, ratio });
    painter.draw({ rows: this.rows, layout: painter.layout(this.rows, { width, height: this.room }), order: this.order, scroll: { left: this.scroller.scrollLeft, top: this.scroller.scrollTop }, outline: () => undefined });
    return framed({ drawing, ratio, theme: readTheme(this.probe), caption, keys: [] });
  }

  protected override firstUpdated(): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    this.#painter = new ModelPainter(context, this.probe);
    this.#redrawing.follow({ canvas: this.canvas, boxes: [this.scroller], painter: this.#painter, arrange: () => this.#arrange() });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('rows') || changed.has('room')) this.#arrange();
    else this.#redrawing.schedule();
    this.#placeTooltip();
  }

  protected override render(): TemplateResult {
    const told = this.#told;
    return html`
      <div class="scroller" role="grid" tabindex="0" aria-label="Heads" aria-readonly="true" aria-activedescendant="cell"
        aria-rowcount=${this.rows.filter(row => row.of === 'heads').length} aria-colcount=${Math.max(0, ...this.rows.map(row => (row.of === 'heads' ? row.cells.length : 0)))}
        @keydown=${this.#onKey} @focus=${this.#onFocus} @blur=${() => (this.hasKeyboard = false)} @scroll=${this.#onScroll}
        @pointermove=${this.#onPointerMove} @pointerleave=${() => (this.hovered = undefined)} @click=${this.#onClick}>
        <div class="extent" role="presentation"><canvas role="presentation"></canvas></div>
        ${this.#currentCell()}
      </div>
      <div class="tooltip" ?hidden=${told === undefined} aria-hidden="true">${told === undefined ? nothing : tooltipOf(told)}</div>
      <i class="probe" aria-hidden="true"></i>`;
  }

  /** The head where the keyboard stands, as assistive technology reads it. */
  #currentCell(): TemplateResult | typeof nothing {
    const cell = this.#cell;
    const head = headAt(this.rows, cell);
    if (cell === undefined || head === undefined) return nothing;
    const row = this.rows.slice(0, cell.row).filter(({ of }) => of === 'heads').length;
    return html`
      <div class="hidden" role="row" aria-rowindex=${row + 1}>
        <span id="cell" role="gridcell" aria-colindex=${cell.column + 1} aria-selected=${this.#isChosen(head)}>${headSentence(head, this.rows.some(({ of }) => of === 'kind'))}</span>
      </div>`;
  }

  get #cell(): Cell | undefined {
    return (this.cursor === undefined ? undefined : this.#find(this.cursor)) ?? firstCell(this.rows);
  }

  #find(id: HeadId): Cell | undefined {
    for (const [row, at] of this.rows.entries()) {
      const column = at.of === 'heads' ? at.cells.findIndex(head => head !== undefined && isSameHead(head, id)) : -1;
      if (column >= 0) return { row, column };
    }
    return undefined;
  }

  get #told(): HeadInLittle | undefined {
    return this.hovered ?? (this.hasKeyboard ? headAt(this.rows, this.#cell) : undefined);
  }

  #isChosen(head: HeadId): boolean {
    return this.chosen.some(one => isSameHead(one, head));
  }

  #onFocus(): void {
    // Who clicks points by the pointer.
    this.hasKeyboard = this.scroller.matches(':focus-visible');
    if (this.hasKeyboard) this.#reveal();
  }

  #onKey(event: KeyboardEvent): void {
    const cell = this.#cell;
    const head = headAt(this.rows, cell);
    if (cell === undefined || head === undefined || this.#layout === undefined) return;
    const isControlled = event.ctrlKey || event.metaKey;
    const { first, end } = rowsInSight(this.#layout, this.scroller.scrollTop, this.scroller.clientHeight);
    const to = moveHead(this.rows, cell, event.key, isControlled, Math.max(1, end - first - 1));
    if (to !== undefined) {
      this.cursor = headAt(this.rows, to);
      this.hasKeyboard = true;
      this.hovered = undefined;
      this.#reveal();
    } else if (event.key === 'Enter' || event.key === ' ') this.#use(head, event.shiftKey);
    else return;
    event.preventDefault();
  }

  #onPointerMove(event: PointerEvent): void {
    this.hovered = this.#hit(event);
  }

  #onClick(event: PointerEvent): void {
    const head = this.#hit(event);
    if (head === undefined) return;
    this.cursor = head;
    this.#use(head, event.shiftKey);
  }

  #use(head: HeadInLittle, isMarked: boolean): void {
    const { kind, layer, head: number } = head;
    const id: HeadId = { kind, layer, head: number };
    this.dispatchEvent(isMarked ? new HeadMarkEvent(id) : new HeadOpenEvent(id));
  }

  #hit(event: PointerEvent): HeadInLittle | undefined {
    if (this.#layout === undefined) return undefined;
    const box = this.canvas.getBoundingClientRect();
    return headAt(this.rows, cellAt(this.#layout, event.clientX - box.left + this.scroller.scrollLeft, event.clientY - box.top + this.scroller.scrollTop));
  }

  #onScroll(): void {
    this.hovered = undefined;
    this.#redrawing.schedule();
  }

  #reveal(): void {
    const cell = this.#cell;
    if (cell === undefined || this.#layout === undefined) return;
    this.scroller.scrollTo({ top: revealRow(this.#layout, cell.row, this.scroller.scrollTop, this.scroller.clientHeight), behavior: 'instant' });
  }

  /** Lays the view out for the room there is, and gives canvas and scrolled element their sizes. */
  #arrange(): void {
    const width = this.scroller.clientWidth;
    if (this.#painter === undefined || width === 0) return;
    this.#layout = this.#painter.layout(this.rows, { width, height: this.room });
    this.extent.style.height = `${this.#layout.tops.at(-1) ?? 0}px`;
    this.extent.style.width = `${this.#layout.width}px`;
    this.canvas.style.width = `${width}px`;
    // It is as high as its rows, or as the room that there is.
    this.canvas.style.height = `${this.scroller.clientHeight}px`;
    this.#redrawing.schedule();
    this.#placeTooltip();
  }

  #draw(): void {
    if (this.#painter === undefined || this.#layout === undefined) return;
    const told = this.#told;
    this.#drawn = this.#painter.draw({
      rows: this.rows, layout: this.#layout, order: this.order, scroll: { left: this.scroller.scrollLeft, top: this.scroller.scrollTop },
      outline: head => (told !== undefined && isSameHead(head, told) ? 'pointed' : this.#isChosen(head) ? 'chosen' : undefined),
    });
  }

  #placeTooltip(): void {
    const told = this.#told;
    const cell = told === undefined ? undefined : this.#find(told);
    if (cell === undefined || this.#layout === undefined) return;
    const { left, pitch, side, tops } = this.#layout;
    const x = left + cell.column * pitch - this.scroller.scrollLeft;
    const y = (tops[cell.row] ?? 0) - this.scroller.scrollTop;
    const room = { width: this.clientWidth, height: window.innerHeight - this.getBoundingClientRect().top };
    const at = tooltipPosition({ left: x, right: x + side, top: y, bottom: y + side }, this.tooltip.getBoundingClientRect(), room);
    this.tooltip.style.translate = `${Math.round(at.left)}px ${Math.round(at.top)}px`;
  }
}

function tooltipOf(facts: HeadFacts): TemplateResult {
  return html`
    <strong>${headName(facts)}</strong>
    ${rolesOf(facts).map(role => html`<div>${role}</div>`)}
    <table role="presentation">${factsOf(facts).map(({ name, value }) => html`<tr><td>${name}</td><td class="number">${value}</td></tr>`)}</table>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'head-grid': HeadGrid;
  }
}
