/**
 * `<attention-matrix>`: one map of an inspection, or how much one has more than another: first coarsely, then as finely as it is
 * looked at, and to the last digit where it is pointed at.
 *
 * Fires `token-point` (`TokenPointEvent`), `cell-pick` (`CellPickEvent`) and `map-size` (`MapSizeEvent`).
 */
import '../../map/attention-map.ts';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { plainReading, type MapLabelRange, type MapOf, type MapParams, type MapReading, type ReadMap } from '../../../protocol/inspection.ts';
import type { AttentionMap } from '../../map/attention-map.ts';
import { isEnough, mapOfWindows, type CellWindow, type MapDetail } from '../../map/cell-window.ts';
import { noFocus, weightAt, type MapFocus, type MapWindows } from '../../map/data.ts';
import type { MapDetailEvent, MapPointEvent } from '../../map/events.ts';
import { measureOf } from '../../map/legend.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { failureBox } from '../failure-box.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import type { InspectedMap, Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { focusOf } from '../lit.ts';
import { hiddenText } from '../reading/reading.ts';
import { CellPickEvent, MapSizeEvent } from './events.ts';
import { withRaw, type MapTokens } from './raw-labels.ts';

/** Rows and columns of the first window: what crosses a slow link in a moment. */
const coarse = 256;
/** Maps of more rows or columns than these are seen whole at first. */
const mostReadable = 80;

interface Answered {
  readonly asked: string;
  readonly of: ReadMap;
  readonly map: InspectedMap;
}

@customElement('attention-matrix')
export class AttentionMatrix extends LitElement {
  static override styles = [noticeStyles, css`
    :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
    attention-map { flex: 0 1 auto; min-height: 220px; }
    .told { flex: none; margin: 4px 0 0; line-height: 1.5; color: var(--map-muted); font-variant-numeric: tabular-nums; }
    .told:empty { display: none; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) map!: MapOf;
  /** Of which `map` has more or less. */
  @property({ attribute: false }) minus: MapOf | undefined;
  @property({ attribute: false }) reading: MapReading = plainReading;
  /** Along the sides of `map`, to be told where they are pointed at. */
  @property({ attribute: false }) tokens: MapTokens | undefined;
  @property({ attribute: false }) lit: TokenPoint | undefined;
  @property() label = 'Attention';

  @state() private detail: MapDetail | undefined;

  @query('attention-map') private readonly drawing!: AttentionMap | null;

  readonly #coarse = new Latest<Answered>(this);
  readonly #fine = new Latest<Answered>(this);
  #asked = '';
  #askedFinely = '';
  #windows: { readonly of: readonly unknown[]; readonly map: MapWindows } | undefined;
  #focus: { readonly of: readonly unknown[]; readonly focus: MapFocus } | undefined;
  #told: InspectedMap | undefined;

  /** What is seen of it as a picture, at twice the page's size. */
  picture(): Promise<Blob> | undefined {
    return this.drawing?.picture(2);
  }

  /** Scrolls tokens into view. */
  show(point: TokenPoint): void {
    const { rows, columns } = focusOf(point, this.#labels);
    this.drawing?.show(rows?.first, columns?.first);
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

  protected override willUpdate(_changed: PropertyValues<this>): void {
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
          <attention-map .data=${map} .lit=${this.#lit} .zoom=${isLarge(result.map) ? 'whole' : 1} .exact=${this.#readExact} aria-busy=${this.#coarse.isWaiting}
            label="${this.label}: ${map.rows.length} by ${map.columns.length} ${result.of.reading.unit}"
            @map-detail=${({ detail }: MapDetailEvent) => (this.detail = detail)} @map-point=${this.#onPoint}></attention-map>
          <p class="told" role="status">${hiddenText(result.map.hidden)}</p>`}`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const map = this.#coarse.result?.map;
    if (map !== undefined && map !== this.#told) {
      this.#told = map;
      this.dispatchEvent(new MapSizeEvent(map.size));
    }
    if (changed.has('lit') && this.lit !== undefined) this.show(this.lit);
  }

  get #readMap(): ReadMap {
    const { map, minus, reading } = this;
    return { map, reading, ...(minus === undefined ? {} : { minus }) };
  }

  /** What was answered last, with what is known more finely of the same. */
  get #shown(): MapWindows | undefined {
    const [first, second] = [this.#coarse.result, this.#fine.result];
    if (first?.map.labels === undefined) return undefined;
    const of = [first, second, this.tokens?.queries, this.tokens?.keys];
    if (this.#windows?.of.every((one, index) => one === of[index]) !== true) {
      const isSame = second !== undefined && JSON.stringify(second.of) === JSON.stringify(first.of);
      const map = mapOfWindows(isSame ? [first.map, second.map] : [first.map], measureOf(first.of.reading));
      this.#windows = { of, map: { ...map, rows: withRaw(first.map.labels.rows, this.tokens?.queries), columns: withRaw(first.map.labels.columns, this.tokens?.keys) } };
    }
    return this.#windows?.map;
  }

  get #labels(): { readonly rows: readonly MapLabelRange[]; readonly columns: readonly MapLabelRange[] } | undefined {
    return this.#coarse.result?.map.labels;
  }

  /** The same object as long as nothing of it changes. */
  get #lit(): MapFocus {
    const of = [this.lit, this.#labels];
    if (this.#focus?.of.every((one, index) => one === of[index]) !== true) this.#focus = { of, focus: focusOf(this.lit, this.#labels) };
    return this.#focus?.focus ?? noFocus;
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
    return this.inspector.map({ ...this.#readMap, rows, columns, most, values: 'floats' }, signal);
  };

  #onPoint({ detail: { how, point, cell } }: MapPointEvent): void {
    const [labels, map] = [this.#labels, this.#shown];
    const label = point === undefined ? undefined : (point.axis === 'row' ? labels?.rows : labels?.columns)?.[point.index];
    const told: TokenPoint | undefined = point === undefined || label === undefined ? undefined : { axis: point.axis === 'row' ? 'query' : 'key', tokens: { first: label.first, end: label.end } };
    this.dispatchEvent(new TokenPointEvent(how, told));
    const [row, column] = cell === undefined ? [] : [labels?.rows[cell.row], labels?.columns[cell.column]];
    if (how !== 'select' || cell === undefined || row === undefined || column === undefined || map === undefined) return;
    this.dispatchEvent(new CellPickEvent({ query: row, key: column, weight: weightAt(map, cell.row, cell.column) }));
  }
}

function isLarge({ size }: InspectedMap): boolean {
  return Math.max(size.rows, size.columns) > mostReadable;
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-matrix': AttentionMatrix;
  }
}
