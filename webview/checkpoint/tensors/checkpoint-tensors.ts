/**
 * `<checkpoint-tensors>`: the tree of tensors with its filter, and beside it what is told of the one that is chosen, or of the
 * checkpoint as a whole.
 *
 * Fires `remember` (`RememberEvent`) and `measure` (`MeasureEvent`).
 */
import '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import './tensor-tree.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CheckpointSummary, TensorInfo } from '../../../protocol/checkpoint.ts';
import { counted, countText } from '../../../protocol/quantities.ts';
import { toolbarButton } from '../../panel/header.ts';
import { icon } from '../../panel/icons.ts';
import { warningNotice } from '../../panel/notices.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { MeasureEvent, RememberEvent } from '../events.ts';
import { memo } from '../memo.ts';
import { fresh, type Remembered } from '../remembered.ts';
import type { Measurement } from '../state.ts';
import { styles } from './checkpoint-tensors.styles.ts';
import { factStyles, overview } from './facts.ts';
import { parseFilter } from './filter.ts';
import { histogramStyles } from './histogram.ts';
import { openFolding, rowsOf, toggled, type Folding, type Row } from './rows.ts';
import { detailStyles, groupDetails, tensorDetails } from './tensor-details.ts';
import type { RowChoiceEvent, RowToggleEvent, TensorTree, TreeScrollEvent } from './tensor-tree.ts';
import { bytesOf, findNode, tensorKey, tensorNode, tensorTree, type Sort, type TreeNode } from './tree.ts';

const filterHelp = 'Words of the name; dtype:float16; shape:768x3072, where * is any length, or shape:768';
/** Who walks through the tree with a key held down does not want every tensor on the way measured, in milliseconds. */
const measurePause = 150;
const typingPause = 50;

@customElement('checkpoint-tensors')
export class CheckpointTensors extends LitElement {
  static override styles = [noticeStyles, factStyles, histogramStyles, detailStyles, styles];

  @property({ attribute: false }) summary!: CheckpointSummary;
  @property({ attribute: false }) measurements: ReadonlyMap<string, Measurement> = new Map();
  @property({ attribute: false }) remembered: Remembered = fresh;

  /** What was opened and closed among what the filter found; forgotten with it. */
  @state() private foundFolding: Folding = openFolding;

  @query('tensor-tree') private readonly tree!: TensorTree | null;
  @query('vscode-textfield') private readonly field!: HTMLElement | null;

  readonly #find = memo((tensors: readonly TensorInfo[], filter: string) => {
    const wanted = parseFilter(filter);
    return wanted === undefined ? tensors : tensors.filter(wanted);
  });
  readonly #arrange = memo(tensorTree);
  readonly #unfold = memo(rowsOf);
  readonly #seek = memo(nodeOf);
  #measured: string | undefined;
  #timer = 0;
  #typing = 0;

  /** Gives the filter's field the keyboard. */
  findTensor(): void {
    this.field?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    clearTimeout(this.#typing);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const node = this.#chosen;
    const tensor = node?.kind === 'tensor' ? node.tensor.name : undefined;
    if (tensor === this.#measured && !changed.has('summary')) return;
    this.#measured = tensor;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (tensor === undefined || !this.measurements.has(tensor)) this.dispatchEvent(new MeasureEvent(tensor));
    }, measurePause);
  }

  protected override firstUpdated(): void {
    const top = this.remembered.scroll.tensors;
    if (top > 0) this.tree?.restoreScroll(top);
  }

  protected override render(): TemplateResult {
    const { tensors, warnings, unlisted } = this.summary;
    if (tensors.length === 0) {
      return html`<div class="alone">${warningNotice(warnings)}<div class="empty"><p>No tensors</p><p>${
        unlisted > 0 ? `${counted(unlisted, 'tensor')} cannot be listed.` : 'There is nothing in it that could be listed or measured.'}</p></div>${overview(this.summary)}</div>`;
    }
    return html`<div class="split">
      <div class="list">
        <div class="bar">
          <vscode-textfield class="filter" .label=${'Filter tensors'} placeholder="Filter tensors" title=${filterHelp} .value=${this.remembered.filter}
            @input=${this.#onFilter} @keydown=${this.#onFilterKey}>
            <span slot="content-before" class="lens">${icon('search')}</span>
            ${this.#isFiltered ? html`<vscode-toolbar-button slot="content-after" label="Clear Filter" title="Clear Filter" @click=${() => this.#filter('')}>${icon('close')}</vscode-toolbar-button>` : nothing}
          </vscode-textfield>
          <span class="count" role="status">${this.#isFiltered ? `${countText(this.#found.length)} of ${countText(tensors.length)}` : ''}</span>
          <span class="folding">
            ${toolbarButton('Expand All', 'unfold', () => this.#fold({ rule: 'all', exceptions: new Set() }))}
            ${toolbarButton('Collapse All', 'fold', () => this.#fold({ rule: 'none', exceptions: new Set() }))}
          </span>
        </div>
        ${this.#header()}
        ${this.#rows.length === 0 ? this.#nothingFound() : html`
          <tensor-tree .rows=${this.#rows} .chosen=${this.remembered.chosen} .bytes=${this.#nodes.reduce((sum, node) => sum + bytesOf(node), 0)}
            @row-choice=${({ detail }: RowChoiceEvent) => this.#remember({ chosen: detail })}
            @row-toggle=${({ detail }: RowToggleEvent) => this.#fold(toggled(this.#folding, detail))}
            @tree-scroll=${({ detail }: TreeScrollEvent) => this.#remember({ scroll: { ...this.remembered.scroll, tensors: detail } })}></tensor-tree>`}
        ${unlisted === 0 ? nothing : html`<p class="unlisted">${counted(unlisted, 'more tensor')}: too many to be listed.</p>`}
      </div>
      <aside aria-label="Details" tabindex="0">${this.#details()}</aside>
    </div>`;
  }

  #header(): TemplateResult {
    const by = (sort: Sort, name: string): TemplateResult => html`
      <button class=${sort} aria-pressed=${this.remembered.sort === sort} title="Sort by ${name}" @click=${() => this.#remember({ sort })}>
        ${name}${this.remembered.sort === sort ? icon('chevron') : nothing}</button>`;
    return html`<div class="header">${by('name', 'Name')}<span class="shape">Shape</span><span class="dtype">Type</span>${by('size', 'Size')}</div>`;
  }

  #nothingFound(): TemplateResult {
    return html`
      <div class="empty">
        <p>No tensor matches</p>
        <p>${filterHelp}.</p>
        <vscode-button secondary @click=${() => this.#filter('')}>Clear Filter</vscode-button>
      </div>`;
  }

  #details(): TemplateResult {
    const node = this.#chosen;
    if (node === undefined) return html`${warningNotice(this.summary.warnings)}${overview(this.summary)}`;
    const { measurements } = this;
    return html`
      <vscode-toolbar-button class="back" label="Show Overview" title="Show Overview" @click=${() => this.#remember({ chosen: undefined })}>${icon('close')}</vscode-toolbar-button>
      ${node.kind === 'group' ? groupDetails(node) : tensorDetails(node.tensor, measurements.get(node.tensor.name), () => this.dispatchEvent(new MeasureEvent(node.tensor.name)))}`;
  }

  get #found(): readonly TensorInfo[] {
    return this.#find(this.summary.tensors, this.remembered.filter);
  }

  get #nodes(): readonly TreeNode[] {
    return this.#arrange(this.#found, this.remembered.sort);
  }

  get #rows(): readonly Row[] {
    return this.#unfold(this.#nodes, this.#folding);
  }

  get #chosen(): TreeNode | undefined {
    return this.#seek(this.summary.tensors, this.#nodes, this.remembered.chosen);
  }

  get #isFiltered(): boolean {
    return this.remembered.filter.trim() !== '';
  }

  get #folding(): Folding {
    return this.#isFiltered ? this.foundFolding : this.remembered.folding;
  }

  #fold(folding: Folding): void {
    if (this.#isFiltered) this.foundFolding = folding;
    else this.#remember({ folding });
  }

  #onFilter({ target }: Event): void {
    clearTimeout(this.#typing);
    // Who types on does not want a tree of 100,000 tensors built for each letter.
    this.#typing = window.setTimeout(() => {
      if (target instanceof HTMLElement && 'value' in target) this.#filter(String(target.value));
    }, typingPause);
  }

  #onFilterKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.tree?.focus();
      if (this.remembered.chosen === undefined) this.#remember({ chosen: this.#rows[0]?.node.key });
    }
    if (event.key === 'Escape' && this.remembered.filter !== '') this.#filter('');
  }

  #filter(filter: string): void {
    this.foundFolding = openFolding;
    this.#remember({ filter });
  }

  #remember(change: Partial<Remembered>): void {
    this.dispatchEvent(new RememberEvent(change));
  }
}

/** A tensor is told of wherever it is folded away or filtered out; a group as far as the filter left it. */
function nodeOf(tensors: readonly TensorInfo[], nodes: readonly TreeNode[], key: string | undefined): TreeNode | undefined {
  if (key === undefined) return undefined;
  const tensor = tensors.find(({ name }) => key === tensorKey(name));
  return tensor === undefined ? findNode(nodes, key) : tensorNode(tensor);
}

declare global {
  interface HTMLElementTagNameMap {
    'checkpoint-tensors': CheckpointTensors;
  }
}
