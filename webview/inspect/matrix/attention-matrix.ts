/**
 * `<attention-matrix>`: one map of an inspection, or how much one has more than another: first coarsely, then as finely as it is
 * looked at, and to the last digit where it is pointed at.
 *
 * Fires `token-point` (`TokenPointEvent`), `cell-pick` (`CellPickEvent`), `cell-cross` (`CellCrossEvent`), `map-size` (`MapSizeEvent`)
 * and `map-move` (`MapMoveEvent`).
 */
import '../../map/attention-map.ts';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { sideNames } from '../../../protocol/map-name.ts';
import { plainReading, type MapLabelRange, type MapOf, type MapParams, type MapUnit, type ReadMap } from '../../../protocol/inspection.ts';
import type { ChosenScale, Reach } from '../../../protocol/map-scale.ts';
import type { AttentionMap } from '../../map/attention-map.ts';
import { isEnough, mapOfWindows, type CellWindow, type MapDetail } from '../../map/cell-window.ts';
import { noFocus, weightAt, type MapFocus, type MapWindows } from '../../map/data.ts';
import { MapMoveEvent, type MapDetailEvent, type MapPlace, type MapPointEvent } from '../../map/events.ts';
import type { Caption } from '../../map/framed.ts';
import { measureOf } from '../../map/legend.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { differs } from '../differs.ts';
import { failureBox } from '../failure-box.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import type { InspectedMap, Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { crossOf, focusOf, labelsOf } from '../lit.ts';
import { hiddenText, readingIn, type ChosenReading } from '../reading/reading.ts';
import { CellCrossEvent, CellPickEvent, MapSizeEvent, type CrossedTokens } from './events.ts';
import { areAlike, withRaw, type MapAxes } from './raw-labels.ts';
import { fittingUnit, seenOf, sidesOf, unitText, type Seen } from './unit.ts';

/** Rows and columns of the first window: what crosses a slow link in a moment. */
const coarse = 256;
/** Maps of more rows or columns than these are seen whole at first, */
const mostReadable = 30;
/** and so are those of so few rows, which lose no label of theirs by it. */
const fewRows = 4;

interface Answered {
  readonly asked: string;
  readonly of: ReadMap;
  readonly map: InspectedMap;
}

@customElement('attention-matrix')
export class AttentionMatrix extends LitElement {
  static override styles = [noticeStyles, css`
    :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
    attention-map { flex: 0 1 auto; }
    .told { flex: none; margin: 4px 0 0; line-height: 1.5; color: var(--map-muted); font-variant-numeric: tabular-nums; }
    .told:empty { display: none; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) map!: MapOf;
  /** Of which `map` has more or less. */
  @property({ attribute: false }) minus: MapOf | undefined;
  @property({ attribute: false }) reading: ChosenReading = plainReading;
  /** The scale that its weights are drawn on. */
  @property({ attribute: false }) scale: ChosenScale = 'auto';
  /** Of maps that are drawn on one scale, how far their weights reach; left out, how far its own do. */
  @property({ attribute: false, hasChanged: differs }) reach: Reach | undefined;
  /** Along the sides of `map`: what is told where they are pointed at, and what tokens can become. */
  @property({ attribute: false }) axes: MapAxes | undefined;
  @property({ attribute: false, hasChanged: differs }) lit: TokenPoint | undefined;
  /** What is pointed at in a map beside it. */
  @property({ attribute: false, hasChanged: differs }) crossed: CrossedTokens | undefined;
  @property() label = 'Attention';

  @state() private detail: MapDetail | undefined;
  /** What its rows and columns are where the reading leaves that open. */
  @state() private automatic: MapUnit = 'tokens';

  @query('attention-map') private readonly drawing!: AttentionMap | null;

  readonly #coarse = new Latest<Answered>(this);
  readonly #fine = new Latest<Answered>(this);
  #asked = '';
  #askedFinely = '';
  #windows: { readonly of: readonly unknown[]; readonly map: MapWindows } | undefined;
  #focus: { readonly of: readonly unknown[]; readonly focus: MapFocus } | undefined;
  #told: Answered | undefined;
  #seen: Seen | undefined;

  /** What its rows and columns are. */
  get unit(): MapUnit {
    return this.reading.unit === 'auto' ? this.automatic : this.reading.unit;
  }

  /** What is seen of it as a picture, at twice the page's size. */
  picture(caption: Caption): Promise<Blob> | undefined {
    return this.drawing?.picture(2, caption);
  }

  /** Scrolls tokens into view. */
  show(point: TokenPoint): void {
    const { rows, columns } = focusOf(point, this.labels);
    this.drawing?.show(rows?.first, columns?.first);
  }

  /** Brings tokens into view, wherever the page is scrolled to; of a text over itself as rows and as columns. */
  reveal(point: TokenPoint): void {
    const { rows, columns } = this.#focusOf(point);
    this.drawing?.reveal(rows?.first, columns?.first);
  }

  /** What stands along its sides, once it has come. */
  get labels(): { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] } | undefined {
    return this.#coarse.result?.map.labels;
  }

  /** Looks at all of it, as at first. */
  begin(): void {
    this.drawing?.begin();
  }

  /** Looks at the same place as a map beside it. */
  follow(place: MapPlace): void {
    this.drawing?.follow(place);
  }

  /** Forgets where the keyboard stands. */
  clear(): void {
    this.drawing?.clear();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asked = '';
    this.#askedFinely = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('axes') && !areAlike(changed.get('axes'), this.axes)) this.#begin();
    const params = { ...this.#readMap, most: { rows: coarse, columns: coarse }, values: 'bytes' } as const;
    this.#asked = this.#ask(this.#coarse, this.#asked, params);
    this.#askFinely();
  }

  protected override render(): TemplateResult {
    const { failure, result } = this.#coarse;
    const map = this.#shown;
    return html`
      ${failureBox(failure)}
      ${map === undefined || result === undefined
        ? html`<p class="told" role="status">${this.#coarse.isWaiting ? 'Reading …' : ''}</p>`
        : html`
          <attention-map .data=${map} .lit=${this.#lit} .crossed=${crossOf(this.crossed, this.labels)} .zoom=${this.#isLarge(result.map) ? 'whole' : 1} .exact=${this.#readExact} aria-busy=${this.#coarse.isWaiting}
            label="${this.label}: ${map.rows.length} by ${map.columns.length} ${result.of.reading.unit}"
            @map-detail=${({ detail }: MapDetailEvent) => this.#look(detail)} @map-point=${this.#onPoint} @map-move=${({ detail }: MapMoveEvent) => this.dispatchEvent(new MapMoveEvent(detail))}></attention-map>
          <p class="told" role="status">${[this.reading.unit === 'auto' ? unitText(result.of.reading.unit) : '', hiddenText(result.map.hidden), result.map.isSigned && result.map.full === 0 ? 'Both maps are the same: there is no difference.' : ''].filter(said => said !== '').join(' ')}</p>`}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { result } = this.#coarse;
    if (result !== undefined && result !== this.#told) {
      if (this.#told !== undefined && this.#told.of.reading.unit !== result.of.reading.unit) void this.#keepPlace();
      this.#told = result;
      this.dispatchEvent(new MapSizeEvent(result.map));
    }
    if (changed.has('lit') && this.lit !== undefined) this.show(this.lit);
  }

  get #readMap(): ReadMap {
    const { map, minus } = this;
    return { map, reading: readingIn(this.reading, this.automatic), ...(minus === undefined ? {} : { minus }) };
  }

  /** What was answered last, with what is known more finely of the same. */
  get #shown(): MapWindows | undefined {
    const [first, second] = [this.#coarse.result, this.#fine.result];
    if (first?.map.labels === undefined) return undefined;
    const of = [first, second, this.scale, this.reach, this.axes?.queries, this.axes?.keys];
    if (this.#windows?.of.every((one, index) => one === of[index]) !== true) {
      const isSame = second !== undefined && JSON.stringify(second.of) === JSON.stringify(first.of);
      const map = mapOfWindows(isSame ? [first.map, second.map] : [first.map], measureOf(first.of.reading), this.scale, this.reach);
      this.#windows = { of, map: { ...map, names: sideNames[first.of.map.choice.kind], rows: withRaw(first.map.labels.rows, this.axes?.queries.tokens), columns: withRaw(first.map.labels.columns, this.axes?.keys.tokens) } };
    }
    return this.#windows?.map;
  }

  /** The rows or columns of tokens; of a text over itself both. */
  #focusOf(point: TokenPoint | undefined): MapFocus {
    const labels = this.labels;
    const isOverItself = this.axes !== undefined && this.axes.queries === this.axes.keys;
    if (point === undefined || labels === undefined || !isOverItself) return focusOf(point, labels);
    return { rows: labelsOf(labels.rows, point.tokens), columns: labelsOf(labels.columns, point.tokens) };
  }

  /** The same object as long as nothing of it changes. */
  get #lit(): MapFocus {
    const of = [this.lit, this.labels, this.axes?.queries === this.axes?.keys];
    if (this.#focus?.of.every((one, index) => one === of[index]) !== true) this.#focus = { of, focus: this.#focusOf(this.lit) };
    return this.#focus?.focus ?? noFocus;
  }

  /** Another map of other tokens: what is seen of it at first is all of it. */
  #begin(): void {
    this.#seen = undefined;
    this.automatic = 'tokens';
    if (this.axes === undefined || Math.max(...sidesOf(this.axes, 'tokens')) <= mostReadable) return;
    // A guess, so that what comes first need not be asked for once more.
    const room = { width: 0.85 * this.clientWidth, height: 0.6 * window.innerHeight };
    const { queries, keys } = this.axes;
    this.automatic = fittingUnit(this.axes, { rows: { first: 0, end: queries.tokens.length }, columns: { first: 0, end: keys.tokens.length }, ...room }, undefined);
  }

  /** Somewhere else is looked at, or more finely. */
  #look(detail: MapDetail): void {
    this.detail = detail;
    const { result } = this.#coarse;
    const seen = result?.map.labels === undefined ? undefined : seenOf(detail, result.map.labels);
    if (seen === undefined || this.axes === undefined) return;
    this.#seen = seen;
    if (result?.asked === this.#asked) this.automatic = fittingUnit(this.axes, seen, this.unit);
  }

  /** What was looked at in other units is looked at in these. */
  async #keepPlace(): Promise<void> {
    const { drawing } = this;
    const [seen, labels] = [this.#seen, this.labels];
    if (drawing === null || seen === undefined || labels === undefined) return;
    await drawing.updateComplete;
    const [rows, columns] = [labelsOf(labels.rows, seen.rows), labelsOf(labels.columns, seen.columns)];
    const isWhole = rows?.first === 0 && columns?.first === 0 && rows.end === labels.rows.length && columns.end === labels.columns.length;
    if (rows !== undefined && columns !== undefined && !isWhole) drawing.lookAt(rows, columns);
  }

  #isLarge({ size }: InspectedMap): boolean {
    // As large as its tokens: a zoom that changed with the units would lose the place.
    const sides = this.reading.unit === 'auto' && this.axes !== undefined ? sidesOf(this.axes, 'tokens') : [size.rows, size.columns];
    return Math.max(...sides) > mostReadable || (sides[0] ?? 0) <= fewRows;
  }

  /** Asks what has not been asked; returns what has been now. */
  #ask(latest: Latest<Answered>, before: string, params: MapParams): string {
    const asked = JSON.stringify(params);
    if (asked === before) return before;
    const of = this.#readMap;
    latest.ask(async signal => ({ asked, of, map: await this.inspector.map(params, signal) }));
    return asked;
  }

  #askFinely(): void {
    const { detail } = this;
    const first = this.#coarse.result;
    const map = this.#shown;
    if (detail === undefined || first === undefined || map === undefined || first.asked !== this.#asked || isEnough(map, detail)) return;
    const { rows, columns, most } = detail;
    if (rows.end > map.rows.length || columns.end > map.columns.length) return;
    this.#askedFinely = this.#ask(this.#fine, this.#askedFinely, { ...first.of, rows, columns, most, values: 'bytes' });
  }

  readonly #readExact = (of: Pick<CellWindow, 'rows' | 'columns'>, signal: AbortSignal): Promise<CellWindow> => {
    const { rows, columns } = of;
    const most = { rows: rows.end - rows.first, columns: columns.end - columns.first };
    return this.inspector.map({ ...(this.#coarse.result?.of ?? this.#readMap), rows, columns, most, values: 'floats' }, signal);
  };

  #onPoint({ detail: { how, point, cell } }: MapPointEvent): void {
    const [labels, map] = [this.labels, this.#shown];
    const label = point === undefined ? undefined : (point.axis === 'row' ? labels?.rows : labels?.columns)?.[point.index];
    const told: TokenPoint | undefined = point === undefined || label === undefined || label.first === label.end ? undefined : { axis: point.axis === 'row' ? 'query' : 'key', tokens: { first: label.first, end: label.end } };
    this.dispatchEvent(new TokenPointEvent(how, told));
    const [row, column] = cell === undefined ? [] : [labels?.rows[cell.row], labels?.columns[cell.column]];
    if (how === 'hover') this.dispatchEvent(new CellCrossEvent(told === undefined ? undefined : { query: row ?? (point?.axis === 'row' ? label : undefined), key: column ?? (point?.axis === 'column' ? label : undefined) }));
    if (how !== 'select' || cell === undefined || row === undefined || column === undefined || map === undefined) return;
    this.dispatchEvent(new CellPickEvent({ query: row, key: column, weight: weightAt(map, cell.row, cell.column) }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-matrix': AttentionMatrix;
  }
}
