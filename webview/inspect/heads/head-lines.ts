/**
 * `<head-lines>`: two columns of tokens joined by lines, on a canvas that stays in sight while an element of their full height
 * scrolls beneath it. Each column is one stop for Tab, with arrows within.
 *
 * Fires `side` (`SideEvent`) when the user points at a token, by pointer or keyboard, or selects one.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { colourOf } from '../../../protocol/head-colours.ts';
import type { MapSides } from '../../../protocol/map-name.ts';
import { within } from '../../map/data.ts';
import { framed, type Caption, type Key } from '../../map/framed.ts';
import { hiddenStyles } from '../../map/hidden.styles.ts';
import { Redrawing } from '../../map/redrawing.ts';
import { tooltipPosition } from '../../map/tooltip-position.ts';
import { tooltipStyles } from '../../map/tooltip.styles.ts';
import { differs } from '../differs.ts';
import { headColours } from '../head-colours.ts';
import { SideEvent } from './events.ts';
import { styles } from './head-lines.styles.ts';
import { hitHeads, labelGap, moveToken, revealToken, topAt, type HeadsLayout, type Hit } from './layout.ts';
import type { Side } from './lines.ts';
import { HeadPainter } from './painter.ts';
import { cssColour, readHeadsTheme } from './theme.ts';
import { sideTooltip } from './tooltip.ts';
import { isSameSide, relativeTo, shownOf, sideAt, lookingNames, type LinesView, type SideFocus } from './view.ts';
import { sideSentence, type SideDescription } from './words.ts';

@customElement('head-lines')
export class HeadLinesElement extends LitElement {
  static override styles = [headColours, hiddenStyles, tooltipStyles, styles];

  @property({ attribute: false }) view!: LinesView;
  /** Its lines are drawn in place of all. */
  @property({ attribute: false }) focused: SideFocus | undefined;
  @property({ attribute: false }) locked: Side | undefined;
  /** What stands above its columns. */
  @property({ attribute: false, hasChanged: differs }) names: MapSides | undefined;
  /** What the pointer or the keyboard is on, in words. */
  @property({ attribute: false }) told: SideDescription | undefined;

  /** Where the keyboard stands in each column, and which one it is in. */
  @state() private cursors: Readonly<Record<Side['axis'], number>> = { query: 0, key: 0 };
  @state() private keyboard: Side['axis'] | undefined;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('.extent') private readonly extent!: HTMLElement;
  @query('.sight') private readonly sight!: HTMLElement;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.tooltip') private readonly tooltip!: HTMLElement;
  @query('.probe') private readonly probe!: HTMLElement;

  readonly #redrawing = new Redrawing(this, () => this.#draw());
  #painter: HeadPainter | undefined;
  #layout: HeadsLayout | undefined;
  #pointed: Side | undefined;
  #drawnRows = 0;

  /** How many rows of pixels the last frame drew lines in. */
  get drawnRows(): number {
    return this.#drawnRows;
  }

  /** Scrolls a token into sight. */
  show(side: Side): void {
    if (this.#layout === undefined) return;
    const { first } = relativeTo(this.view, side).range;
    this.scroller.scrollTo({ top: revealToken(this.#layout, first, this.scroller.scrollTop), behavior: 'instant' });
  }

  /** What is seen of them, with so many pixels for one of the page. */
  picture(ratio: number, caption: Caption): Promise<Blob> | undefined {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const drawing = document.createElement('canvas');
    const context = drawing.getContext('2d');
    if (context === null || width === 0 || height === 0) return undefined;
    const painter = new HeadPainter(context, this.probe);
    painter.fit({ pixels: { width, height }, ratio });
    const layout = painter.layout(this.view, { width, height });
    Object.assign(drawing, { width: Math.ceil((layout.overview ?? layout.keyColumn).right * ratio), height: Math.ceil(height * ratio) });
    painter.fit({ pixels: { width: drawing.width, height: drawing.height }, ratio });
    painter.draw(this.view, layout, { focused: this.focused, locked: this.locked, top: this.scroller.scrollTop, cursor: undefined });
    const theme = readHeadsTheme(this.probe);
    const keys = this.view.heads.map((head): Key => ({ of: 'colour', colour: cssColour(theme.heads[colourOf(head)] ?? [0, 0, 0]), name: `head ${head + 1}` }));
    const sides = this.names === undefined ? [] : [`${this.names.rows} on the left, ${this.names.columns} on the right`];
    return framed({ drawing, ratio, theme, caption: { ...caption, note: [...sides, caption.note].filter(said => said !== '').join('; ') }, keys });
  }

  protected override firstUpdated(): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    this.#painter = new HeadPainter(context, this.probe);
    this.#redrawing.follow({ canvas: this.canvas, boxes: [this.scroller], painter: this.#painter, arrange: () => this.#arrange() });
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('view')) this.#arrange();
    else this.#redrawing.schedule();
    this.#placeTooltip();
  }

  protected override render(): TemplateResult {
    return html`
      ${this.names === undefined ? nothing : html`<div class="titles" aria-hidden="true"><span class="query">${this.names.rows}</span><span class="key">${this.names.columns}</span></div>`}
      <div class="scroller" @scroll=${this.#onScroll} @pointermove=${this.#onPointerMove} @pointerleave=${() => this.#point(undefined)}
        @pointerdown=${this.#onPointerDown} @click=${this.#onClick}>
        <div class="extent">
          <div class="sight"><canvas role="presentation"></canvas>${this.#column('query')}${this.#column('key')}</div>
        </div>
      </div>
      <div class="tooltip" ?hidden=${this.told === undefined} aria-hidden="true">${this.told === undefined ? nothing : sideTooltip(this.told)}</div>
      <i class="probe" aria-hidden="true"></i>`;
  }

  /** As assistive technology reads it: a list, of which the one token is there that the keyboard is on. */
  #column(axis: Side['axis']): TemplateResult | typeof nothing {
    const { labels, first } = shownOf(this.view, axis);
    const index = this.#cursor(axis);
    const label = labels[index];
    if (label === undefined) return nothing;
    const isLocked = this.locked?.axis === axis && within(this.locked.range, first + index);
    return html`
      <div class="column" role="listbox" tabindex="0" aria-label=${lookingNames[axis]} aria-activedescendant="${axis}-option" data-axis=${axis}
        @keydown=${(event: KeyboardEvent) => this.#onKey(event, axis)} @focus=${this.#onFocus} @blur=${this.#onBlur}>
        <span id="${axis}-option" class="hidden" role="option" aria-posinset=${index + 1} aria-setsize=${labels.length} aria-selected=${isLocked}>${
          this.keyboard === axis && this.told !== undefined ? sideSentence(this.told) : label.text}</span>
      </div>`;
  }

  /** Where the keyboard stands, of the tokens that are shown. */
  #cursor(axis: Side['axis']): number {
    return Math.max(0, Math.min(this.cursors[axis], shownOf(this.view, axis).labels.length - 1));
  }

  #onFocus({ currentTarget }: FocusEvent): void {
    const axis = currentTarget instanceof HTMLElement && currentTarget.dataset['axis'] === 'key' ? 'key' : 'query';
    // Who clicks points by the pointer.
    if (currentTarget instanceof HTMLElement && currentTarget.matches(':focus-visible')) this.#move(axis, this.#cursor(axis));
  }

  #onBlur(): void {
    if (this.keyboard === undefined) return;
    this.keyboard = undefined;
    this.#point(undefined);
  }

  #onKey(event: KeyboardEvent, axis: Side['axis']): void {
    if (this.#layout === undefined) return;
    const index = this.#cursor(axis);
    const page = Math.max(1, Math.floor(this.#layout.height / this.#layout.pitch));
    const to = moveToken(index, event.key, shownOf(this.view, axis).labels.length, page);
    if (to !== undefined) this.#move(axis, to);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') this.#focusColumn(event.key === 'ArrowLeft' ? 'query' : 'key');
    else if (event.key === 'Enter' || event.key === ' ') this.#select(sideAt(this.view, axis, index));
    else if (event.key === 'Escape') this.#select(undefined);
    else return;
    event.preventDefault();
  }

  #focusColumn(axis: Side['axis']): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-axis="${axis}"]`)?.focus({ preventScroll: true });
  }

  #move(axis: Side['axis'], index: number): void {
    this.keyboard = axis;
    this.cursors = { ...this.cursors, [axis]: index };
    const side = sideAt(this.view, axis, index);
    this.show(side);
    this.#point(side);
  }

  #point(side: Side | undefined): void {
    if (isSameSide(this.#pointed, side)) return;
    this.#pointed = side;
    this.dispatchEvent(new SideEvent('hover', side));
  }

  #select(side: Side | undefined): void {
    this.dispatchEvent(new SideEvent('select', side));
  }

  #onPointerMove(event: PointerEvent): void {
    const hit = this.#hit(event);
    // Whoever drags along the overview may leave it sideways.
    if (this.#layout !== undefined && this.scroller.hasPointerCapture(event.pointerId)) {
      this.scroller.scrollTop = topAt(this.#layout, event.clientY - this.canvas.getBoundingClientRect().top);
    }
    this.#point(hit.on === 'token' ? sideAt(this.view, hit.axis, hit.index) : undefined);
  }

  #onPointerDown(event: PointerEvent): void {
    const hit = this.#hit(event);
    if (hit.on !== 'overview' || event.button !== 0) return;
    this.scroller.setPointerCapture(event.pointerId);
    this.scroller.scrollTop = hit.top;
  }

  #onClick(event: PointerEvent): void {
    const hit = this.#hit(event);
    if (hit.on !== 'token') return;
    this.keyboard = undefined;
    this.cursors = { ...this.cursors, [hit.axis]: hit.index };
    // So that keys go on from there, and Escape lets it go.
    this.#focusColumn(hit.axis);
    this.#select(sideAt(this.view, hit.axis, hit.index));
  }

  #hit(event: PointerEvent): Hit {
    if (this.#layout === undefined) return { on: 'nothing' };
    const box = this.canvas.getBoundingClientRect();
    return hitHeads(this.#layout, event.clientX - box.left, event.clientY - box.top, this.scroller.scrollTop);
  }

  #onScroll(): void {
    if (this.keyboard === undefined) this.#point(undefined);
    this.#redrawing.schedule();
  }

  /** Lays the view out for the room there is, and gives what it is drawn on its size. */
  #arrange(): void {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    if (this.#painter === undefined || width === 0 || height === 0) return;
    const layout = (this.#layout = this.#painter.layout(this.view, { width, height }));
    this.extent.style.height = `${layout.extent}px`;
    this.sight.style.height = `${height}px`;
    this.style.setProperty('--query-end', `${layout.queryColumn.right - labelGap}px`);
    this.style.setProperty('--key-start', `${layout.keyColumn.left + labelGap}px`);
    for (const column of this.renderRoot.querySelectorAll<HTMLElement>('.column')) {
      const { left, right } = layout[column.dataset['axis'] === 'key' ? 'keyColumn' : 'queryColumn'];
      column.style.left = `${left}px`;
      column.style.width = `${right - left}px`;
    }
    this.#redrawing.schedule();
    this.#placeTooltip();
  }

  #draw(): void {
    if (this.#painter === undefined || this.#layout === undefined) return;
    this.#drawnRows = this.#painter.draw(this.view, this.#layout, {
      focused: this.focused, locked: this.locked, top: this.scroller.scrollTop,
      cursor: this.keyboard === undefined ? undefined : { axis: this.keyboard, index: this.#cursor(this.keyboard) },
    });
  }

  #placeTooltip(): void {
    const [side, layout] = [this.#pointed, this.#layout];
    if (side === undefined || layout === undefined || this.told === undefined) return;
    const { axis, range } = relativeTo(this.view, side);
    const top = range.first * layout.pitch - this.scroller.scrollTop + this.scroller.offsetTop;
    const anchor = { ...layout[axis === 'key' ? 'keyColumn' : 'queryColumn'], top, bottom: top + layout.pitch };
    const room = { width: this.clientWidth, height: window.innerHeight - this.getBoundingClientRect().top };
    const at = tooltipPosition(anchor, this.tooltip.getBoundingClientRect(), room);
    this.tooltip.style.translate = `${Math.round(at.left)}px ${Math.round(at.top)}px`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'head-lines': HeadLinesElement;
  }
}
