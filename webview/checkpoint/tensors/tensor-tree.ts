/**
 * `<tensor-tree>`: rows of tensors and groups, however many there are; only those in sight are in the page. One stop for Tab,
 * arrows within.
 *
 * Fires `row-choice` (`RowChoiceEvent`), `row-toggle` (`RowToggleEvent`) and `tree-scroll` (`TreeScrollEvent`).
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { bytesText, counted } from '../../../protocol/quantities.ts';
import { icon } from '../../panel/icons.ts';
import { shapeText } from '../format.ts';
import { rowHeight, RowWindow } from '../row-window.ts';
import { moveInTree, typeAhead, type Row } from './rows.ts';
import { styles } from './tensor-tree.styles.ts';
import { bytesOf } from './tree.ts';

/** A tensor or a group is chosen, by its key; `undefined`: none any more. */
export class RowChoiceEvent extends CustomEvent<string | undefined> {
  constructor(key: string | undefined) {
    super('row-choice', { detail: key });
  }
}

/** A group is to be opened or closed. */
export class RowToggleEvent extends CustomEvent<string> {
  constructor(key: string) {
    super('row-toggle', { detail: key });
  }
}

/** The tree came to rest, scrolled so far in CSS pixels. */
export class TreeScrollEvent extends CustomEvent<number> {
  constructor(top: number) {
    super('tree-scroll', { detail: top });
  }
}

/** Letters that follow each other this fast make one word, in milliseconds. */
const typingPause = 800;

@customElement('tensor-tree')
export class TensorTree extends LitElement {
  static override styles = styles;

  @property({ attribute: false }) rows: readonly Row[] = [];
  /** The key of the row that is chosen. */
  @property() chosen: string | undefined;
  /** Of all tensors: what a row's bar is measured by. */
  @property({ type: Number }) bytes = 0;

  @query('[role="tree"]') private readonly tree!: HTMLElement | null;

  readonly #window = new RowWindow(this, () => this.tree, top => this.dispatchEvent(new TreeScrollEvent(top)));
  #typed = { text: '', at: 0 };
  #follows = false;

  /** Scrolls there as soon as there are rows. */
  restoreScroll(top: number): void {
    this.#window.restore(top);
  }

  /** Gives the tree the keyboard. */
  override focus(): void {
    this.tree?.focus();
  }

  protected override updated(changed: PropertyValues<this>): void {
    // What the keyboard chose must be seen; what the pointer chose is.
    if (!this.#follows || !(changed.has('chosen') || changed.has('rows'))) return;
    this.#follows = false;
    const at = this.#chosenRow();
    if (at >= 0) this.#window.reveal(at);
  }

  protected override render(): TemplateResult {
    const { first, end } = this.#window.range(this.rows.length);
    const chosen = this.#chosenRow();
    return html`
      <div role="tree" tabindex="0" aria-label="Tensors" aria-activedescendant=${chosen >= first && chosen < end ? `row-${chosen}` : nothing}
        @keydown=${this.#onKey} @click=${this.#onClick}>
        <div class="extent" role="presentation" .style=${`height: ${this.rows.length * rowHeight}px`}>
          <div class="rows" role="presentation" .style=${`translate: 0 ${first * rowHeight}px`}>
            ${this.rows.slice(first, end).map((row, index) => this.#row(row, first + index, first + index === chosen))}
          </div>
        </div>
      </div>`;
  }

  #row({ node, depth, isOpen, position, siblings }: Row, index: number, isChosen: boolean): TemplateResult {
    const isGroup = node.kind === 'group';
    const size = bytesText(bytesOf(node));
    const shape = isGroup ? counted(node.tensors, 'tensor') : shapeText(node.tensor.shape);
    const dtype = isGroup ? '' : node.tensor.dtype;
    const share = this.bytes > 0 ? bytesOf(node) / this.bytes : 0;
    return html`
      <div id="row-${index}" class="row ${node.kind} ${isChosen ? 'chosen' : ''}" role="treeitem" data-index=${index} .style=${`--depth: ${depth}`}
        aria-level=${depth + 1} aria-posinset=${position + 1} aria-setsize=${siblings} aria-selected=${isChosen}
        aria-expanded=${isGroup ? isOpen : nothing} aria-label=${[node.label, dtype, shape, size].filter(part => part !== '').join(', ')}>
        <span class="name" title=${node.kind === 'group' ? node.label : node.tensor.name}>
          <span class="twistie ${isOpen ? 'open' : ''}">${isGroup ? icon('chevron') : nothing}</span>
          <span class="label">${node.label}</span>
        </span>
        <span class="shape">${shape}</span>
        <span class="dtype">${dtype}</span>
        <span class="size">${size}<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${100 * share} height="1"/></svg></span>
      </div>`;
  }

  #onClick(event: Event): void {
    const row = this.#rowOf(event);
    if (row === undefined) return;
    this.#choose(row.node.key);
    if (row.node.kind === 'group') this.dispatchEvent(new RowToggleEvent(row.node.key));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      this.#choose(undefined);
      return;
    }
    const isTyping = event.timeStamp - this.#typed.at < typingPause && this.#typed.text !== '';
    const move = isTyping && event.key === ' ' ? undefined : moveInTree(this.rows, this.#chosenRow(), event.key, this.#window.page);
    if (move !== undefined) {
      event.preventDefault();
      this.#follows = true;
      if ('to' in move) this.#choose(this.rows[move.to]?.node.key);
      else this.dispatchEvent(new RowToggleEvent(move.toggle));
      return;
    }
    if (event.key.length !== 1) return;
    event.preventDefault();
    this.#type(event.key, event.timeStamp, isTyping);
  }

  #type(letter: string, at: number, goesOn: boolean): void {
    this.#typed = { text: goesOn ? this.#typed.text + letter : letter, at };
    const found = typeAhead(this.rows, this.#chosenRow(), this.#typed.text);
    if (found === undefined) return;
    this.#follows = true;
    this.#choose(this.rows[found]?.node.key);
  }

  #choose(key: string | undefined): void {
    this.dispatchEvent(new RowChoiceEvent(key));
  }

  #chosenRow(): number {
    return this.chosen === undefined ? -1 : this.rows.findIndex(({ node }) => node.key === this.chosen);
  }

  #rowOf(event: Event): Row | undefined {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    return element === null ? undefined : this.rows[Number(element.dataset['index'])];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tensor-tree': TensorTree;
  }
}
