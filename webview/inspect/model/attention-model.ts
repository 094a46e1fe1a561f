/**
 * `<attention-model>`: every head of every layer in little, to be sorted, filtered by what heads do, and opened.
 *
 * Fires `head-open` (`HeadOpenEvent`) and `arrange` (`ArrangeEvent`).
 */
import './head-grid.ts';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { headRoles, plainReading, type HeadRole, type HeadsParams, type Inspection, type MapReading } from '../../../protocol/inspection.ts';
import type { Caption } from '../../map/framed.ts';
import type { Size } from '../../map/layout.ts';
import { pagedTable, tableStyles } from '../../map/paged-table.ts';
import { tableToggle } from '../../map/table-toggle.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { differs } from '../differs.ts';
import { failureBox } from '../failure-box.ts';
import type { HeadsChoice } from '../heads/choice.ts';
import type { HeadInLittle, Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { headName, roleNames } from '../names.ts';
import { viewStyles } from '../view.styles.ts';
import { arrange, byLayer, headOrders, isSameHead, roleCounts, type Arrangement, type HeadId, type ModelRow } from './arrange.ts';
import { ArrangeEvent, HeadOpenEvent, type HeadMarkEvent } from './events.ts';
import { orderNames } from './facts.ts';
import type { HeadGrid } from './head-grid.ts';
import { headsCsv } from './heads-csv.ts';
import { headTable, headTableStyles } from './head-table.ts';
import { acrossFor, headsBeside } from './layout.ts';

/** Cells of all thumbnails together, about: what crosses a slow link in a second. */
const mostCells = 400_000;
const finest = 96;
const coarsest = 16;
/** What stands above and below the heads, in CSS pixels. */
const aroundGrid = 90;

@customElement('attention-model')
export class AttentionModel extends LitElement {
  static override styles = [noticeStyles, selectStyles, viewStyles, tableStyles, headTableStyles, css`
    .bar label { display: flex; align-items: center; gap: 6px; }
    head-grid { flex: 0 1 auto; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false, hasChanged: differs }) reading: MapReading = plainReading;
  /** The heads that other views show. */
  @property({ attribute: false, hasChanged: differs }) choice: HeadsChoice | undefined;
  @property({ attribute: false }) arrangement: Arrangement = byLayer;

  @state() private across = 1;
  /** For the heads, before they scroll. */
  @state() private room: Size = { width: 600, height: 400 };
  /** A head of the stretch that is shown as a table, where one is shown instead of the pictures. */
  @state() private tableAt: number | undefined;

  @query('head-grid') private readonly grid!: HeadGrid | null;

  readonly #heads = new Latest<readonly HeadInLittle[]>(this);
  readonly #likeness = new Latest<readonly HeadInLittle[]>(this);
  readonly #watchSize = new ResizeObserver(() => this.#measure());
  #asked = '';
  #askedLikeness = '';
  #rows: { readonly of: readonly unknown[]; readonly rows: readonly ModelRow<HeadInLittle>[] } | undefined;

  /** What was measured of each head, in the order that is shown. */
  csv(): string | undefined {
    return this.#heads.result === undefined ? undefined : headsCsv(this.#arranged);
  }

  /** What is seen of the heads in little. */
  picture(caption: Caption): Promise<Blob> | undefined {
    const { title } = caption;
    return this.grid?.picture(2, { ...caption, title: `${title.slice(0, title.indexOf(' · '))} · every head, each at its own strength` });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watchSize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watchSize.disconnect();
    this.#asked = '';
    this.#askedLikeness = '';
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const heads = this.inspection.layers.reduce((sum, layer) => sum + layer.heads, 0);
    const side = Math.max(coarsest, Math.min(finest, Math.floor(Math.sqrt(mostCells / Math.max(1, heads)))));
    const params: HeadsParams = { inspection: this.inspection.id, reading: this.reading, side };
    this.#asked = ask(this.#heads, this.#asked, params, signal => this.inspector.heads(params, signal));
    const { order } = this.arrangement;
    const reference = this.#reference;
    if (order !== 'similarity' || reference === undefined) return;
    // The pictures are there already.
    const likeness: HeadsParams = { ...params, side: 1, similarTo: reference };
    this.#askedLikeness = ask(this.#likeness, this.#askedLikeness, likeness, signal => this.inspector.heads(likeness, signal));
  }

  protected override render(): TemplateResult {
    const rows = this.#arranged;
    const chosen = this.choice === undefined ? [] : this.choice.heads.map((head): HeadId => ({ kind: this.choice?.kind ?? 'encoder', layer: this.choice?.layer ?? 0, head }));
    return html`
      <div class="bar">${this.#orderChooser()}${this.#roleChooser()}</div>
      ${failureBox(this.#heads.failure ?? this.#likeness.failure)}
      ${this.tableAt === undefined
        ? html`<head-grid aria-busy=${this.#heads.isWaiting} .rows=${rows} .order=${this.arrangement.order} .room=${this.room.height} .chosen=${chosen}
            @head-open=${({ detail }: HeadOpenEvent) => this.#open(detail)} @head-mark=${({ detail }: HeadMarkEvent) => this.#mark(detail)}></head-grid>`
        : pagedTable(headTable(rows, chosen, (head, isShifted) => (isShifted ? this.#mark(head) : this.#open(head))), this.tableAt, head => (this.tableAt = head))}
      <div class="foot">
        <p class="told" role="status">${this.#status(rows)}</p>
        ${tableToggle(this.tableAt !== undefined, 'what each head does, and what was measured of it', () => (this.tableAt = this.tableAt === undefined ? 0 : undefined))}
      </div>`;
  }

  #orderChooser(): TemplateResult {
    const reference = this.#reference;
    const choices = headOrders
      .filter(order => order !== 'similarity' || reference !== undefined)
      .map(order => ({ key: order, name: order === 'similarity' && reference !== undefined ? `Likeness to ${headName(reference).toLowerCase()}` : orderNames[order] }));
    return html`<label><span aria-hidden="true">Sort by</span>${select('Sort by', choices, this.arrangement.order, key => {
      const order = headOrders.find(one => one === key);
      if (order !== undefined) this.#arrange({ order });
    })}</label>`;
  }

  #roleChooser(): TemplateResult | typeof nothing {
    const counts = roleCounts(this.#heads.result ?? []);
    const { role } = this.arrangement;
    if (counts.size === 0 && role === undefined) return nothing;
    const choices = headRoles.filter(one => counts.has(one) || one === role).map(one => ({ key: one, name: `${roleNames[one]} (${counts.get(one) ?? 0})` }));
    return html`<label><span aria-hidden="true">Role</span>${select('Role', [{ key: '', name: 'any or none' }, ...choices], role ?? '', key => {
      this.#arrange({ role: headRoles.find((one): one is HeadRole => one === key) });
    })}</label>`;
  }

  #status(rows: readonly ModelRow<HeadInLittle>[]): string {
    const { result } = this.#heads;
    if (result === undefined) return this.#heads.isWaiting ? 'Reading …' : '';
    const shown = rows.reduce((sum, row) => sum + (row.of === 'heads' ? row.cells.filter(cell => cell !== undefined).length : 0), 0);
    const count = shown === result.length ? `${shown} heads` : `${shown} of ${result.length} heads`;
    return `${count}. Click one, or press Enter on it, to open it; hold Shift to sort the others by how similar they are to it.`;
  }

  get #reference(): HeadId | undefined {
    const { similarTo } = this.arrangement;
    if (similarTo !== undefined) return similarTo;
    const head = this.choice?.heads[0];
    return this.choice === undefined || head === undefined ? undefined : { kind: this.choice.kind, layer: this.choice.layer, head };
  }

  /** The same object as long as nothing of it changes. */
  get #arranged(): readonly ModelRow<HeadInLittle>[] {
    const [heads, likeness] = [this.#heads.result ?? [], this.arrangement.order === 'similarity' ? this.#likeness.result : undefined];
    const beside = this.#beside;
    const of = [heads, likeness, this.arrangement, this.across, beside];
    if (this.#rows?.of.every((one, index) => one === of[index]) !== true) this.#rows = { of, rows: arrange(withLikeness(heads, likeness), this.arrangement, this.across, beside) };
    return this.#rows?.rows ?? [];
  }

  get #beside(): number {
    const { layers } = this.inspection;
    return headsBeside(Math.max(1, ...layers.map(({ heads }) => heads)), layers.length, this.room);
  }

  #measure(): void {
    const [width, most] = [this.clientWidth, Number.parseFloat(getComputedStyle(this).maxHeight)];
    const height = (Number.isNaN(most) ? window.innerHeight : most) - aroundGrid;
    this.across = acrossFor(width);
    if (width !== this.room.width || height !== this.room.height) this.room = { width, height };
  }

  #open({ kind, layer, head }: HeadId): void {
    this.dispatchEvent(new HeadOpenEvent({ kind, layer, head }));
  }

  #mark({ kind, layer, head }: HeadId): void {
    this.#arrange({ order: 'similarity', similarTo: { kind, layer, head } });
  }

  #arrange(change: Partial<Arrangement>): void {
    this.arrangement = { ...this.arrangement, ...change };
    // Other heads, or the same in another order: the first ones come first.
    if (this.tableAt !== undefined) this.tableAt = 0;
    this.dispatchEvent(new ArrangeEvent(this.arrangement));
  }
}

/** Asks what has not been asked; returns what has been now. */
function ask(latest: Latest<readonly HeadInLittle[]>, before: string, params: HeadsParams, question: (signal: AbortSignal) => Promise<readonly HeadInLittle[]>): string {
  const asked = JSON.stringify(params);
  if (asked !== before) latest.ask(question);
  return asked;
}

function withLikeness(heads: readonly HeadInLittle[], likeness: readonly HeadInLittle[] | undefined): readonly HeadInLittle[] {
  if (likeness === undefined) return heads;
  return heads.map((head, index) => {
    const alike = likeness[index];
    return alike !== undefined && isSameHead(alike, head) ? { ...head, similarity: alike.similarity } : head;
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-model': AttentionModel;
  }
}
