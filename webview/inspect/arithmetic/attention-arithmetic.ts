/**
 * `<attention-arithmetic>`: the numbers behind one row of one head, worked out from the model's own, laid out to be checked by hand.
 *
 * Fires `heads-choice` (`HeadsChoiceEvent`) and `token-point` (`TokenPointEvent`).
 */
import './number-table.ts';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Arithmetic, ArithmeticParams, AxisToken, InspectedLayer, Inspection } from '../../../protocol/inspection.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { failureBox } from '../failure-box.ts';
import { isSameLayer, type HeadsChoice } from '../heads/choice.ts';
import { HeadsChoiceEvent, TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import { layerChooser } from '../heads/choosers.ts';
import { choiceStyles } from '../choice/choice-bar.ts';
import type { Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { tokenChoices, tokenName } from '../names.ts';
import { elementOf, furthest, workOut } from './by-hand.ts';
import type { RowPickEvent } from './number-table.ts';
import { scoresCsv } from './scores-csv.ts';
import { awayText, elementTable, exactText, keyTable, outputTable, scoreTable, type KeyNames } from './working.ts';

@customElement('attention-arithmetic')
export class AttentionArithmetic extends LitElement {
  static override styles = [noticeStyles, sectionStyles, selectStyles, choiceStyles, css`
    :host { display: block; container-type: inline-size; color: var(--map-foreground); }
    h2 { text-transform: none; letter-spacing: 0; font-size: inherit; overflow-wrap: anywhere; }
    .told { margin: 4px 0; line-height: 1.6; color: var(--map-muted); overflow-wrap: anywhere; }
    .told strong { color: var(--vscode-foreground); font-weight: 600; }
    .formula { margin: 2px 0 6px; font-family: var(--vscode-editor-font-family, monospace); line-height: 1.6; overflow-wrap: anywhere; }
    number-table { margin: 4px 0 10px; }
    label { display: flex; align-items: center; gap: 6px; min-width: 0; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  /** The first of its heads is looked at. */
  @property({ attribute: false }) choice!: HeadsChoice;
  @property({ attribute: false }) lit: TokenPoint | undefined;

  @state() private query = 0;
  /** The token of the keys and the element of the output that are looked at more closely. */
  @state() private key: number | undefined;
  @state() private element = 0;

  readonly #numbers = new Latest<Arithmetic>(this);
  #asked = '';

  /** Scores and weights of the query, a row a key. */
  csv(): string | undefined {
    const [numbers, layer] = [this.#numbers.result, this.#layer];
    return numbers === undefined || layer === undefined ? undefined : scoresCsv(numbers, this.#keyNames(layer.keys, numbers.firstKey));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asked = '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lit') && this.lit?.axis === 'query') this.query = this.lit.tokens.first;
    if (changed.has('lit') && this.lit?.axis === 'key') this.key = this.lit.tokens.first;
    const layer = this.#layer;
    if (layer === undefined || !layer.hasArithmetic) return;
    this.query = Math.max(0, Math.min(this.query, this.#tokens(layer.queries).length - 1));
    const params: ArithmeticParams = { inspection: this.inspection.id, kind: layer.kind, layer: layer.layer, head: this.#head, query: this.query };
    const asked = JSON.stringify(params);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#numbers.ask(signal => this.inspector.arithmetic(params, signal));
  }

  protected override render(): TemplateResult | typeof nothing {
    const layer = this.#layer;
    if (layer === undefined) return nothing;
    return html`
      <div class="choices-bar">
        ${layerChooser(this.inspection.layers, this.choice, choice => this.#choose({ ...choice, heads: [Math.min(this.#head, this.#headsIn(choice) - 1)] }))}
        ${layer.heads > 1 ? html`<label>Head ${select('Head', numbered(layer.heads), String(this.#head), head => this.#choose({ ...this.choice, heads: [Number(head)] }))}</label>` : nothing}
        <label>Query ${select('Query', tokenChoices(this.inspection.axes[layer.queries]), String(this.query), key => this.#chooseQuery(Number(key)))}</label>
      </div>
      ${layer.hasArithmetic ? html`${failureBox(this.#numbers.failure)}${this.#working(layer)}` : html`
        <p class="told">The numbers behind this layer’s weights cannot be read: its graph computes them in one operator. Choose another layer.</p>`}`;
  }

  #working(layer: InspectedLayer): TemplateResult {
    const numbers = this.#numbers.result;
    if (numbers === undefined) return html`<p class="told" role="status">${this.#numbers.isWaiting ? 'Computing …' : ''}</p>`;
    const keys = this.#keyNames(layer.keys, numbers.firstKey);
    const lit = this.key === undefined ? -1 : this.key - numbers.firstKey;
    const key = lit >= 0 && lit < numbers.weights.length ? lit : strongest(numbers.weights);
    const element = Math.min(this.element, numbers.output.length - 1);
    const { largest, sum, scores, weights } = workOut(numbers);
    const [own, worked] = [numbers.output[element] ?? 0, elementOf(numbers, element).sum];
    const isDot = numbers.score === 'dot-product';
    return html`
      <p class="formula">${formulaOf(numbers)}<br>weight = e^(score − largest) ÷ sum<br>output = Σ weight × value</p>
      <section>
        <h2>Scores and weights of “${this.#queryName(layer.queries)}”</h2>
        <p class="told">${isDot ? html`Scale <strong>${exactText(numbers.scale)}</strong>; ` : nothing}largest score <strong>${exactText(largest)}</strong>; sum of e^(score − largest) <strong>${exactText(sum)}</strong>. Pick a key: its score, element by element.</p>
        <p class="told">Each number is worked out from those shown, to nine digits. The model works in float32, and adds in an order of its own: its scores are at most ${awayText(furthest(numbers.scores, scores))} from these, its weights ${awayText(furthest(numbers.weights, weights))}.</p>
        <number-table pickable label="Scores and weights, a row a key" .numbers=${scoreTable(numbers, keys)} .picked=${key} @row-pick=${({ detail }: RowPickEvent) => (this.key = detail + numbers.firstKey)}></number-table>
      </section>
      <section>
        <h2>The score of “${keys.names[key] ?? ''}”, element by element</h2>
        ${numbers.scores[key] === null || scores[key] === null ? nothing : html`<p class="told">The model, in float32, has a score of <strong>${exactText(numbers.scores[key] ?? null)}</strong>: ${awayText(Math.abs((numbers.scores[key] ?? 0) - (scores[key] ?? 0)))} from the one worked out.</p>`}
        <number-table label="The score of one key, element by element" .numbers=${keyTable(numbers, key)}></number-table>
      </section>
      <section>
        <h2>What the head writes</h2>
        <p class="told">Pick an element: its sum over the keys.</p>
        <number-table pickable label="The output, an element a row" .numbers=${outputTable(numbers)} .picked=${element} @row-pick=${({ detail }: RowPickEvent) => (this.element = detail)}></number-table>
        <h2>Element ${element + 1}, key by key</h2>
        <p class="told">The model, in float32, has <strong>${exactText(own)}</strong>: ${awayText(Math.abs(own - worked))} from the sum here.</p>
        <number-table label="One element of the output, a row a key" .numbers=${elementTable(numbers, element, keys)}></number-table>
      </section>`;
  }

  get #layer(): InspectedLayer | undefined {
    return this.inspection.layers.find(layer => isSameLayer(layer, this.choice));
  }

  get #head(): number {
    return this.choice.heads[0] ?? 0;
  }

  #headsIn(choice: HeadsChoice): number {
    return this.inspection.layers.find(layer => isSameLayer(layer, choice))?.heads ?? 1;
  }

  #tokens(axis: number): readonly AxisToken[] {
    return this.inspection.axes[axis]?.tokens ?? [];
  }

  #queryName(index: number): string {
    const axis = this.inspection.axes[index];
    const token = axis?.tokens[this.query];
    return axis === undefined || token === undefined ? '' : tokenName(axis, token);
  }

  #keyNames(index: number, firstKey: number): KeyNames {
    const axis = this.inspection.axes[index];
    const tokens = axis?.tokens.slice(firstKey) ?? [];
    return { names: axis === undefined ? [] : tokens.map(token => tokenName(axis, token)), raw: tokens.map(({ text }) => text) };
  }

  #choose(choice: HeadsChoice): void {
    this.dispatchEvent(new HeadsChoiceEvent(choice));
  }

  #chooseQuery(query: number): void {
    this.query = query;
    this.dispatchEvent(new TokenPointEvent('select', { axis: 'query', tokens: { first: query, end: query + 1 } }));
  }
}

function formulaOf(numbers: Arithmetic): string {
  if (numbers.score === 'dot-product') return 'score = (q · k) × scale + mask';
  return numbers.query === undefined ? 'score = v · tanh(U k), where U k has its bias in it' : 'score = v · tanh(W q + U k)';
}

function numbered(count: number): readonly { readonly key: string; readonly name: string }[] {
  return Array.from({ length: count }, (_, index) => ({ key: String(index), name: String(index + 1) }));
}

function strongest(weights: readonly number[]): number {
  return Math.max(0, weights.indexOf(Math.max(...weights)));
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-arithmetic': AttentionArithmetic;
  }
}
