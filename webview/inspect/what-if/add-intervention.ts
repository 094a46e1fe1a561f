/**
 * `<add-intervention>`: what can be changed about how a model runs: its heads, a weight, a row, what it writes first, its text.
 *
 * Fires `add` (`AddEvent`).
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Inspection, MapChoice } from '../../../protocol/inspection.ts';
import type { HeadSet, Intervention } from '../../../protocol/intervention.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { choiceName, headsOf, layerOf } from '../choice/choices.ts';
import type { PickedCell } from '../matrix/events.ts';
import { tokenChoices } from '../names.ts';
import { parseRow, sourceWords } from './interventions.ts';
import { whatIfStyles } from './what-if.styles.ts';

export class AddEvent extends CustomEvent<Intervention> {
  constructor(intervention: Intervention) {
    super('add', { detail: intervention });
  }
}

@customElement('add-intervention')
export class AddIntervention extends LitElement {
  static override styles = [selectStyles, whatIfStyles];

  /** As it was before any change: interventions are about its text. */
  @property({ attribute: false }) original!: Inspection;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;
  /** The cell that was clicked last. */
  @property({ attribute: false }) cell: PickedCell | undefined;
  @property({ type: Boolean }) disabled = false;

  @state() private query = 0;
  @state() private key = 0;
  @state() private weight = '1';
  @state() private row = '';
  @state() private wrong = '';
  @state() private word = 0;
  @state() private replacement = '';
  @state() private beginning = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('cell') || this.cell === undefined) return;
    this.query = this.cell.query.first;
    this.key = this.cell.key.first;
    this.weight = String(Number(Math.max(0, Math.min(1, this.cell.weight)).toFixed(2)));
  }

  protected override render(): TemplateResult {
    return html`
      <fieldset ?disabled=${this.disabled}>
        ${this.#heads()}
        ${this.#weights()}
        ${this.#source()}
        ${this.original.output.kind === 'written' ? this.#beginning() : nothing}
      </fieldset>`;
  }

  #heads(): TemplateResult | typeof nothing {
    const set = this.#set;
    if (set === undefined) return nothing;
    const count = layerOf(this.choice, this.inspection)?.heads ?? 1;
    const chosen = set.heads === 'all' ? count : set.heads.length;
    const [only] = set.heads === 'all' ? [] : set.heads;
    return html`
      <div class="line" role="group" aria-label="Heads">
        <span class="quiet">${choiceName({ of: 'heads', ...set, by: 'mean' }, this.inspection)}</span>
        ${chosen === count ? nothing : html`<button @click=${() => this.#add({ do: 'knock-out', ...set })}>Knock out ${chosen === 1 ? 'head' : `${chosen} heads`}</button>`}
        <button @click=${() => this.#add({ do: 'knock-out', ...set, heads: 'all' })}>Knock out layer</button>
        ${chosen === 1 && count > 1 && only !== undefined ? html`<button @click=${() => this.#add({ do: 'keep-only', kind: set.kind, layer: set.layer, head: only })}>Keep only this head</button>` : nothing}
      </div>`;
  }

  #weights(): TemplateResult | typeof nothing {
    const [set, layer] = [this.#set, layerOf(this.choice, this.inspection)];
    if (set === undefined || layer === undefined) return nothing;
    const [queries, keys] = [tokenChoices(this.inspection.axes[layer.queries]), tokenChoices(this.inspection.axes[layer.keys])];
    return html`
      <div class="line" role="group" aria-label="Weight">
        <label>From ${select('From token', queries, String(this.query), query => (this.query = Number(query)))}</label>
        <label>to ${select('To token', keys, String(this.key), key => (this.key = Number(key)))}</label>
        <span class="together">
          <input type="number" min="0" max="1" step="0.05" aria-label="Weight" title="Weight, from 0 to 1" .value=${this.weight} @input=${typed(weight => (this.weight = weight))}>
          <button @click=${() => this.#pin(set)}>Pin weight</button>
        </span>
        <span class="quiet">or click a cell of the map below</span>
      </div>
      <details>
        <summary>A whole row</summary>
        <div class="line">
          <textarea rows="2" aria-label="Weights of the row, one a key" placeholder=${`${keys.length} weights, one a key`} .value=${this.row} @input=${typed(row => (this.row = row))}></textarea>
          <button @click=${() => (this.row = keys.map(() => Number((1 / keys.length).toFixed(4))).join(' '))}>All alike</button>
          <button @click=${() => (this.row = keys.map((_, key) => (key === this.key ? 1 : 0)).join(' '))}>All to the key above</button>
          <button @click=${() => this.#give(set, keys.length)}>Give row</button>
        </div>
      </details>
      ${this.wrong === '' ? nothing : html`<p class="wrong" role="alert">${this.wrong}</p>`}`;
  }

  #source(): TemplateResult | typeof nothing {
    const words = sourceWords(this.original);
    const word = words[Math.min(this.word, words.length - 1)];
    if (word === undefined) return nothing;
    const { start, end } = word;
    return html`
      <div class="line" role="group" aria-label="Word">
        <label>Word ${select('Word', words.map(({ text }, index) => ({ key: String(index), name: `${index + 1}: ${text}` })), String(Math.min(this.word, words.length - 1)), at => (this.word = Number(at)))}</label>
        <button @click=${() => this.#add({ do: 'replace', start, end, text: '' })}>Leave out</button>
        <button @click=${() => this.#add({ do: 'mask', start, end })}>Mask</button>
        <span class="together">
          <input type="text" aria-label="Another word" placeholder="another word" .value=${this.replacement} @input=${typed(text => (this.replacement = text))}>
          <button ?disabled=${this.replacement === ''} @click=${() => this.#add({ do: 'replace', start, end, text: this.replacement })}>Replace</button>
        </span>
      </div>`;
  }

  #beginning(): TemplateResult {
    return html`
      <div class="line" role="group" aria-label="Beginning">
        <span class="together">
          <label>Begin with <input type="text" aria-label="What is written first" .value=${this.beginning} @input=${typed(text => (this.beginning = text))}></label>
          <button ?disabled=${this.beginning === ''} @click=${() => this.#add({ do: 'prefix', text: this.beginning })}>Force</button>
        </span>
      </div>`;
  }

  get #set(): HeadSet | undefined {
    const heads = headsOf(this.choice, this.inspection);
    if (heads === undefined) return undefined;
    const isAll = this.choice.of !== 'heads' || this.choice.heads === 'all';
    return { kind: heads.kind, layer: heads.layer, heads: isAll ? 'all' : heads.heads };
  }

  #pin(set: HeadSet): void {
    const weight = Number(this.weight);
    if (this.weight.trim() === '' || !(weight >= 0 && weight <= 1)) {
      this.wrong = `A weight is a number from 0 to 1; “${this.weight}” is none.`;
      return;
    }
    this.#add({ do: 'pin', ...set, query: this.query, key: this.key, weight });
  }

  #give(set: HeadSet, keys: number): void {
    const parsed = parseRow(this.row, keys);
    if ('wrong' in parsed) this.wrong = parsed.wrong;
    else this.#add({ do: 'row', ...set, query: this.query, weights: parsed.weights });
  }

  #add(intervention: Intervention): void {
    this.wrong = '';
    this.dispatchEvent(new AddEvent(intervention));
  }
}

function typed(take: (text: string) => void): (event: Event) => void {
  return ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) take(target.value);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'add-intervention': AddIntervention;
  }
}
