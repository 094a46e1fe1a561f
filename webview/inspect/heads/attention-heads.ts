/**
 * `<attention-heads>`: the heads of a layer as two columns of tokens joined by lines, each head in its colour; a line is as strong
 * as its weight, divided by how many heads are shown (Vig 2019, "A Multiscale Visualization of Attention"), of a token in focus as its
 * weight alone.
 *
 * Fires `heads-choice` (`HeadsChoiceEvent`) and `token-point` (`TokenPointEvent`). What is put into it stands between choices and lines.
 */
import './head-lines.ts';
import './head-squares.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { plainReading, type Axis, type InspectedLayer, type Inspection, type LinesParams, type MapReading } from '../../../protocol/inspection.ts';
import { sideNames } from '../../../protocol/map-name.ts';
import { one } from '../../map/data.ts';
import type { Caption } from '../../map/framed.ts';
import { tableStyles } from '../../map/paged-table.ts';
import { tableToggle } from '../../map/table-toggle.ts';
import { isHighContrast } from '../../map/theme.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { selectStyles } from '../../panel/select.ts';
import { differs } from '../differs.ts';
import { failureBox } from '../failure-box.ts';
import type { HeadLines, Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { viewStyles } from '../view.styles.ts';
import { styles } from './attention-heads.styles.ts';
import { isSameLayer, type HeadsChoice } from './choice.ts';
import { HeadsChoiceEvent, TokenPointEvent, type SideEvent, type TokenPoint } from './events.ts';
import type { HeadLinesElement } from './head-lines.ts';
import type { SquaresEvent } from './head-squares.ts';
import { rolesLine, rolesLineStyles } from './roles-line.ts';
import { layerChooser, sentenceChooser } from './choosers.ts';
import { fullOf, linesOf, mostLines, shadeOf, type LineSet, type Side } from './lines.ts';
import { everySentence, rangeOf, type SentencePair } from './sentences.ts';
import { sideTable, sideTableStyles } from './side-table.ts';
import { isSameSide, type LinesView, type SideFocus } from './view.ts';
import { describeSide, hiddenText, number, shadeText, type SideDescription } from './words.ts';

/** An answer, and what was asked for. */
interface Answered {
  readonly asked: LinesParams;
  readonly lines: HeadLines;
}

/** A pointer that only passes by asks for nothing, in milliseconds. */
const restingPause = 100;

@customElement('attention-heads')
export class AttentionHeads extends LitElement {
  static override styles = [noticeStyles, selectStyles, viewStyles, tableStyles, sideTableStyles, rolesLineStyles, styles];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false, hasChanged: differs }) choice!: HeadsChoice;
  @property({ attribute: false, hasChanged: differs }) reading: MapReading = plainReading;
  /** What each head of the layer does, once that is known. */
  @property({ attribute: false }) roles: readonly string[] = [];
  /** What is lit from outside: a word of the document, or of another view. */
  @property({ attribute: false, hasChanged: differs }) lit: TokenPoint | undefined;

  @state() private pointed: Side | undefined;
  @state() private locked: Side | undefined;
  @state() private pair: SentencePair = everySentence;
  /** A head of the stretch that is shown as a table, where one is shown instead of the lines. */
  @state() private tableAt: number | undefined;

  @query('head-lines') private readonly drawing!: HeadLinesElement | null;

  readonly #all = new Latest<Answered>(this);
  readonly #ofSide = new Latest<Answered>(this);
  /** What is lit is still to be brought into view: lines of it may have to come first. */
  #isLitDue = false;
  #asked = '';
  #askedOfSide = '';
  #timer = 0;
  #view: { readonly of: Answered; readonly heads: readonly number[]; readonly view: LinesView } | undefined;
  #focus: { readonly view: LinesView; readonly exact: Answered | undefined; readonly focus: SideFocus } | undefined;

  /** What is seen of the lines. */
  picture(caption: Caption): Promise<Blob> | undefined {
    return this.drawing?.picture(2, caption);
  }

  /** The rows and columns that lines are drawn of; left out, all of them. */
  get stretch(): Pick<LinesParams, 'rows' | 'columns'> {
    const { rows, columns } = this.#all.result?.asked ?? {};
    return { ...(rows && { rows }), ...(columns && { columns }) };
  }

  /** Brings what is lit into view, wherever the page is scrolled to. */
  reveal(): void {
    this.drawing?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    // What was under way is asked for again by who shows this again.
    this.#asked = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('inspection');
    if (before !== undefined && before.id !== this.inspection.id) this.#forget();
    this.#ask();
    this.#askOfSide();
  }

  protected override render(): TemplateResult {
    const layer = this.#layer;
    if (layer === undefined) return html`${nothing}`;
    const view = this.#shown;
    const { failure } = this.#all;
    return html`
      <div class="bar">
        ${layerChooser(this.inspection.layers, this.choice, choice => this.#choose(choice))}
        <head-squares .count=${layer.heads} .shown=${this.choice.heads} .roles=${this.roles}
          @heads=${({ detail }: SquaresEvent) => this.#choose({ ...this.choice, heads: detail })}></head-squares>
        ${sentenceChooser(this.#axis(layer.queries), this.#axis(layer.keys), this.pair, pair => this.#choosePair(pair))}
        ${layer.heads > 1 ? rolesLine(this.choice.heads, this.roles) : nothing}
      </div>
      <slot></slot>
      ${failureBox(failure)}
      ${view === undefined ? nothing : this.tableAt !== undefined ? this.#table(view, this.tableAt) : html`
        <head-lines aria-busy=${this.#all.isWaiting} .names=${sideNames[layer.kind]} .view=${view} .focused=${this.#focused} .locked=${this.locked} .told=${this.#told}
          @side=${(event: SideEvent) => this.#onSide(event)}></head-lines>`}
      <div class="foot">
        <p class="told" role="status">${this.#status()}</p>
        ${view === undefined || this.tableAt !== undefined ? nothing : html`<p class="shade">${shadeText(shadeOf(this.#focused !== undefined, isHighContrast()), view.heads.length)}</p>`}
        ${tableToggle(this.tableAt !== undefined, 'what each head looks at from a token', () => this.#toggleTable())}
      </div>`;
  }

  #table(view: LinesView, at: number): TemplateResult | typeof nothing {
    const focus = this.#focused;
    const [told, labels] = [focus && this.#describe(focus), this.#all.result?.lines.labels];
    if (focus === undefined || told === undefined || labels === undefined) return nothing;
    return html`
      <div class="as-table" @keydown=${this.#onTableKey}>${sideTable({
        view, focus, told, roles: this.roles, other: focus.side.axis === 'query' ? labels.columns : labels.rows, choose: side => this.#lock(side),
      }, at, head => (this.tableAt = head))}</div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('lit')) this.#isLitDue = this.lit !== undefined;
    const [lit, { drawing }] = [this.#litSide, this];
    if (!this.#isLitDue || lit === undefined || drawing === null) return;
    this.#isLitDue = false;
    // It is laid out by then, also where it has only just come.
    void drawing.updateComplete.then(() => drawing.show(lit));
  }

  get #layer(): InspectedLayer | undefined {
    return this.inspection.layers.find(layer => isSameLayer(layer, this.choice));
  }

  #axis(index: number): Axis | undefined {
    return this.inspection.axes[index];
  }

  /** What is drawn: what was answered last, and of it the heads that are still chosen. */
  get #shown(): LinesView | undefined {
    const of = this.#all.result;
    if (of === undefined) return undefined;
    const isSame = isSameLayer(of.asked, this.choice);
    const heads = isSame ? this.choice.heads : of.asked.heads;
    if (this.#view?.of === of && !differs(this.#view.heads, heads)) return this.#view.view;
    const { lines, asked } = of;
    const { rows, columns } = lines.labels;
    const view: LinesView = {
      lines: linesOf(lines, heads), full: fullOf(lines), heads,
      queries: { labels: rows.slice(asked.rows?.first, asked.rows?.end), first: asked.rows?.first ?? 0 },
      keys: { labels: columns.slice(asked.columns?.first, asked.columns?.end), first: asked.columns?.first ?? 0 },
    };
    this.#view = { of, heads, view };
    return view;
  }

  /** What is in focus, with all of its lines once they are there; until then with those that are. */
  get #focused(): SideFocus | undefined {
    const [side, view] = [this.#focusedSide, this.#shown];
    if (side === undefined || view === undefined) return undefined;
    const exact = this.#exactFor(side);
    if (this.#focus?.view === view && this.#focus.exact === exact && isSameSide(this.#focus.focus.side, side)) return this.#focus.focus;
    const focus: SideFocus = { side, lines: this.#linesOf(side, view, exact) };
    this.#focus = { view, exact, focus };
    return focus;
  }

  get #focusedSide(): Side | undefined {
    return this.locked ?? this.pointed ?? this.#litSide ?? this.#firstSide;
  }

  /** A table is of one token, even where none is pointed at. */
  get #firstSide(): Side | undefined {
    const { result } = this.#all;
    return this.tableAt === undefined || result === undefined ? undefined : { axis: 'query', range: one(result.asked.rows?.first ?? 0) };
  }

  get #litSide(): Side | undefined {
    const labels = this.#all.result?.lines.labels;
    if (this.lit === undefined || labels === undefined) return undefined;
    const { axis, tokens } = this.lit;
    const of = axis === 'query' ? labels.rows : labels.columns;
    const touched = of.flatMap((label, index) => (label.first < tokens.end && label.end > tokens.first ? [index] : []));
    const [first] = touched;
    return first === undefined ? undefined : { axis, range: { first, end: (touched.at(-1) ?? first) + 1 } };
  }

  #exactFor(side: Side): Answered | undefined {
    const result = this.#ofSide.result;
    return result !== undefined && !differs(result.asked, this.#paramsOf(side)) ? result : undefined;
  }

  #linesOf(side: Side, view: LinesView, exact: Answered | undefined): LineSet {
    return exact === undefined ? linesOf(view.lines, view.heads, side) : linesOf(exact.lines, view.heads);
  }

  get #told(): SideDescription | undefined {
    const [side, view] = [this.pointed, this.#shown];
    return side === undefined || view === undefined ? undefined : this.#describe({ side, lines: this.#linesOf(side, view, this.#exactFor(side)) });
  }

  #describe({ side, lines }: SideFocus): SideDescription | undefined {
    const of = this.#all.result;
    const layer = this.inspection.layers.find(one => of !== undefined && isSameLayer(one, of.asked));
    const axis = layer === undefined ? undefined : this.#axis(side.axis === 'query' ? layer.queries : layer.keys);
    if (of === undefined || axis === undefined) return undefined;
    const { rows, columns } = of.lines.labels;
    const [own, other] = side.axis === 'query' ? [rows, columns] : [columns, rows];
    return describeSide(lines, side, { own, other, axis });
  }

  #status(): string {
    const of = this.#all.result;
    if (of === undefined) return this.#all.isWaiting ? 'Reading …' : '';
    const focused = this.#focused;
    if (focused === undefined) return hiddenText(of.lines.hidden, of.lines);
    const isWhole = of.lines.hidden.lines === 0 || this.#exactFor(focused.side)?.lines.hidden.lines === 0;
    if (this.tableAt !== undefined) return isWhole ? '' : 'Of the strongest lines of all tokens only';
    return `${isWhole ? 'All' : 'The strongest'} ${number(focused.lines.weights.length)} lines of ${this.locked === undefined ? 'what is pointed at' : 'what is locked: Escape lets it go'}`;
  }

  #onSide({ detail: { how, side } }: SideEvent): void {
    if (how === 'select') {
      this.#lock(isSameSide(this.locked, side) ? undefined : side);
      return;
    }
    this.pointed = side;
    this.dispatchEvent(new TokenPointEvent('hover', this.#pointOf(side)));
  }

  #lock(side: Side | undefined): void {
    this.locked = side;
    this.dispatchEvent(new TokenPointEvent('select', this.#pointOf(side)));
  }

  #onTableKey({ key }: KeyboardEvent): void {
    if (key === 'Escape') this.#lock(undefined);
  }

  #toggleTable(): void {
    this.tableAt = this.tableAt === undefined ? 0 : undefined;
    this.pointed = undefined;
  }

  #pointOf(side: Side | undefined): TokenPoint | undefined {
    if (side === undefined) return undefined;
    const { axis, range } = side;
    const labels = this.#all.result?.lines.labels;
    const of = (axis === 'query' ? labels?.rows : labels?.columns)?.slice(range.first, range.end) ?? [];
    const [first, last] = [of[0], of.at(-1)];
    return first === undefined || last === undefined ? undefined : { axis, tokens: { first: first.first, end: last.end } };
  }

  #choose(choice: HeadsChoice): void {
    const [before, after] = [this.#layer, this.inspection.layers.find(layer => isSameLayer(layer, choice))];
    // Rows and columns of other axes are other tokens.
    if (before?.queries !== after?.queries || before?.keys !== after?.keys) this.#forget();
    this.choice = choice;
    this.dispatchEvent(new HeadsChoiceEvent(choice));
  }

  #choosePair(pair: SentencePair): void {
    this.#forget();
    this.pair = pair;
  }

  #forget(): void {
    this.pair = everySentence;
    this.pointed = undefined;
    this.locked = undefined;
  }

  #ask(): void {
    const params = this.#params;
    const asked = JSON.stringify(params);
    if (params === undefined || asked === this.#asked) return;
    this.#asked = asked;
    this.#all.ask(async signal => ({ asked: params, lines: await this.inspector.lines(params, signal) }));
  }

  get #params(): LinesParams | undefined {
    const layer = this.#layer;
    if (layer === undefined) return undefined;
    const { kind, heads } = this.choice;
    const params: LinesParams = { inspection: this.inspection.id, kind, layer: layer.layer, heads, reading: this.reading, most: mostLines };
    const of = this.#all.result;
    // Which rows and columns a sentence has is known once the labels are.
    const isKnown = of !== undefined && of.asked.inspection === params.inspection && isSameLayer(of.asked, params) && !differs(of.asked.reading, this.reading);
    if (!isKnown || (this.pair.rows === undefined && this.pair.columns === undefined)) return params;
    const sentence = (axis: number, index: number | undefined) => (index === undefined ? undefined : this.#axis(axis)?.sentences[index]);
    const { rows, columns } = of.lines.labels;
    return { ...params, rows: rangeOf(rows, sentence(layer.queries, this.pair.rows)), columns: rangeOf(columns, sentence(layer.keys, this.pair.columns)) };
  }

  /** All lines of what is in focus, where some are hidden. */
  #askOfSide(): void {
    const side = this.#focusedSide;
    const params = side === undefined || this.#all.result?.lines.hidden.lines === 0 ? undefined : this.#paramsOf(side);
    const asked = JSON.stringify(params) ?? '';
    if (asked === this.#askedOfSide) return;
    this.#askedOfSide = asked;
    clearTimeout(this.#timer);
    this.#ofSide.cancel();
    if (params === undefined) return;
    this.#timer = window.setTimeout(
      () => this.#ofSide.ask(async signal => ({ asked: params, lines: await this.inspector.lines(params, signal) })), restingPause,
    );
  }

  #paramsOf({ axis, range }: Side): LinesParams | undefined {
    const of = this.#all.result;
    if (of === undefined) return undefined;
    const { rows, columns } = of.lines.labels;
    const shown = { rows: of.asked.rows ?? { first: 0, end: rows.length }, columns: of.asked.columns ?? { first: 0, end: columns.length } };
    const most = of.asked.heads.length * (axis === 'query' ? columns.length : rows.length) * (range.end - range.first);
    return { ...of.asked, ...shown, ...(axis === 'query' ? { rows: range } : { columns: range }), most };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-heads': AttentionHeads;
  }
}
