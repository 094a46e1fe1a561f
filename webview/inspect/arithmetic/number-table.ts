/**
 * `<number-table>`: as many rows of numbers as there are, of which only those in sight are in the page. One stop for Tab, arrows within.
 *
 * Fires `row-pick` (`RowPickEvent`), where its rows can be picked.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { rowHeight, RowWindow } from '../../checkpoint/row-window.ts';
import type { NumberColumn, Numbers } from './numbers.ts';

export class RowPickEvent extends CustomEvent<number> {
  constructor(row: number) {
    super('row-pick', { detail: row });
  }
}

@customElement('number-table')
export class NumberTable extends LitElement {
  static override styles = css`
    :host { display: block; container-type: inline-size; min-width: 0; border: 1px solid var(--line); border-radius: 3px; }
    /* Ends within a row, so that one sees that there are more. */
    .scroller { max-height: 319px; overflow: auto; outline: none; }
    .scroller:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    /* A column is as wide as what is seen of it, so that no digit is cut. */
    .grid { display: table; min-width: 100%; font-variant-numeric: tabular-nums; }
    .row { display: table-row; height: 22px; line-height: 22px; white-space: pre; --row: transparent; background: linear-gradient(var(--row), var(--row)), var(--map-background); }
    /* Of nine digits with their sign; noughts before them widen it where they come into sight. */
    .row > span { display: table-cell; box-sizing: border-box; min-width: calc(13ch + 16px); height: 22px; padding: 0 8px; text-align: end; }
    .row > .short { min-width: 0; }
    .row > .text { min-width: 64px; max-width: 180px; overflow: hidden; text-overflow: ellipsis; text-align: start; }
    /* A number ends where the text beside it begins. */
    .row > .text:not(:first-child) { padding-inline-start: 24px; }
    /* What a row is of stays where the others are scrolled. */
    .row > span:first-child { position: sticky; left: 0; background: inherit; }
    @container (max-width: 920px) {
      .grid { font-size: 11px; }
      .row > span { min-width: calc(11ch + 8px); padding: 0 4px; }
      .row > .text { max-width: 94px; }
      .row > .text:first-child { min-width: 44px; max-width: 72px; }
    }
    @container (max-width: 690px) {
      .row > .spare { display: none; }
    }
    .head { position: sticky; top: 0; z-index: 1; color: var(--map-muted); background: var(--map-background); border-bottom: 1px solid var(--line); }
    .pickable { cursor: pointer; }
    .pickable:hover { --row: var(--vscode-list-hoverBackground, var(--map-tile)); }
    .row.picked { --row: var(--vscode-list-inactiveSelectionBackground, var(--map-tile)); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
    svg { display: block; width: 1px; }
  `;

  @property({ attribute: false }) numbers: Numbers = { count: 0, columns: [] };
  @property() label = '';
  @property({ type: Boolean }) pickable = false;
  @property({ attribute: false }) picked: number | undefined;

  @query('.scroller') private readonly scroller!: HTMLElement | null;

  readonly #window = new RowWindow(this, () => this.scroller, () => undefined);

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('picked') || this.picked === undefined) return;
    // The row after it is as low as it is itself below the names of the columns, which stay.
    this.#window.reveal(this.picked + 1);
    this.#window.reveal(this.picked);
  }

  protected override render(): TemplateResult {
    const { count, columns } = this.numbers;
    const { first, end } = this.#window.range(count);
    return html`
      <div class="scroller" tabindex="0" role=${this.pickable ? 'grid' : 'table'} aria-label=${this.label} aria-rowcount=${count + 1} aria-activedescendant=${this.pickable && this.picked !== undefined ? 'picked' : nothing} @keydown=${this.#onKey}>
        <div class="grid" role="rowgroup">
          <div class="row head" role="row" aria-rowindex="1">${columns.map(column => html`<span role="columnheader" class=${kindOf(column)} title=${column.name}>${column.name}</span>`)}</div>
          ${space(first)}
          ${Array.from({ length: end - first }, (_, index) => this.#row(first + index))}
          ${space(count - end)}
        </div>
      </div>`;
  }

  #row(row: number): TemplateResult {
    const isPicked = this.pickable && row === this.picked;
    const role = this.pickable ? 'gridcell' : 'cell';
    return html`
      <div class="row ${this.pickable ? 'pickable' : ''} ${isPicked ? 'picked' : ''}" role="row" id=${isPicked ? 'picked' : nothing} aria-rowindex=${row + 2} aria-selected=${this.pickable ? isPicked : nothing}
        @click=${() => this.#pick(row)}>${this.numbers.columns.map(column => {
          const text = column.cell(row);
          return html`<span role=${role} class=${kindOf(column)} dir=${column.isText === true ? 'auto' : nothing} title=${column.more?.(row) ?? text}>${text}</span>`;
        })}</div>`;
  }

  #onKey(event: KeyboardEvent): void {
    if (!this.pickable || this.numbers.count === 0) return;
    const at = this.picked ?? -1;
    const last = this.numbers.count - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + this.#window.page, PageUp: at - this.#window.page }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#pick(Math.max(0, Math.min(last, to)));
  }

  #pick(row: number): void {
    if (this.pickable) this.dispatchEvent(new RowPickEvent(row));
  }
}

function kindOf({ isText, isSpare, isShort }: NumberColumn): string {
  return isText === true ? 'text' : isSpare === true ? 'spare' : isShort === true ? 'short' : '';
}

/** As high as the rows that aren't in the page; the policy of pages allows no inline style. */
function space(rows: number): TemplateResult | typeof nothing {
  return rows === 0 ? nothing : html`<svg role="presentation" height=${rowHeight * rows}></svg>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'number-table': NumberTable;
  }
}
