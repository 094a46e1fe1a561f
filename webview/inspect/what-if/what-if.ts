/**
 * `<what-if>`: changes to how a model runs, as a list that can be undone, and what becomes of its output and its attention.
 *
 * Fires `intervene` (`InterveneEvent`), `undo` (`UndoEvent`) and `token-point` (`TokenPointEvent`).
 */
import '../compare/map-pair.ts';
import '../export/map-export.ts';
import './add-intervention.ts';
import './word-influence.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { plainReading, type Inspection, type MapChoice, type MapReading } from '../../../protocol/inspection.ts';
import type { ChosenScale } from '../../../protocol/map-scale.ts';
import type { Intervention } from '../../../protocol/intervention.ts';
import { icon, type Icon } from '../../panel/icons.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { choiceName, fitted } from '../choice/choices.ts';
import { InterveneEvent } from '../events.ts';
import { captionOf } from '../export/caption.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import type { InspectorHost } from '../inspector-host.ts';
import type { AttentionMatrix } from '../matrix/attention-matrix.ts';
import type { CellPickEvent, PickedCell } from '../matrix/events.ts';
import { axesOf } from '../matrix/raw-labels.ts';
import type { AddEvent } from './add-intervention.ts';
import { readsWords } from './influence.ts';
import { canStep, current, interventionsJson, interventionText, parseInterventions, type Undoable } from './interventions.ts';
import { differenceStyles, outputDifference } from './output-difference.ts';
import { whyPinned } from './pinned-tokens.ts';
import { whatIfStyles } from './what-if.styles.ts';

/** The list is to be as it was before, or as it was undone from. */
export class UndoEvent extends CustomEvent<-1 | 1> {
  constructor(by: -1 | 1) {
    super('undo', { detail: by });
  }
}

@customElement('what-if')
export class WhatIf extends LitElement {
  static override styles = [sectionStyles, whatIfStyles, differenceStyles];

  @property({ attribute: false }) inspector!: InspectorHost;
  /** As it was before any change. */
  @property({ attribute: false }) original!: Inspection;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) changes!: Undoable;
  @property({ attribute: false }) choice!: MapChoice;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) scale: ChosenScale = 'auto';
  @property({ attribute: false }) lit: TokenPoint | undefined;
  /** It runs again. */
  @property({ type: Boolean }) running = false;

  @state() private cell: PickedCell | undefined;
  @state() private editing: number | undefined;
  @state() private pasted = '';
  @state() private wrong = '';
  @state() private refused = '';

  @query('attention-matrix') private readonly matrix!: AttentionMatrix | null;
  @query('li input') private readonly edited!: HTMLElement | null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('changes')) this.refused = '';
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('editing')) this.edited?.focus();
  }

  protected override render(): TemplateResult {
    const list = current(this.changes);
    return html`
      <section>
        <h2>Changes
          <span class="choices">
            ${this.#button('Undo', 'undo', !canStep(this.changes, -1), () => this.dispatchEvent(new UndoEvent(-1)))}
            ${this.#button('Redo', 'redo', !canStep(this.changes, 1), () => this.dispatchEvent(new UndoEvent(1)))}
            ${this.#button('Copy as JSON', 'copy', list.length === 0, () => this.inspector.tell({ type: 'copy', text: interventionsJson(list) }))}
          </span>
        </h2>
        ${list.length === 0 ? html`<p class="told">Nothing is changed yet. Each change runs the model again, and shows what it makes of it beside what it made before.</p>` : html`
          <ol aria-label="Changes">${list.map((intervention, index) => this.#item(intervention, index, list))}</ol>`}
        ${this.refused === '' ? nothing : html`<p class="wrong" role="alert">${this.refused}</p>`}
        <add-intervention .original=${this.original} .inspection=${this.inspection} .choice=${this.choice} .cell=${this.cell} ?disabled=${this.running}
          @add=${({ detail }: AddEvent) => this.#apply([...list, detail])}></add-intervention>
        <details>
          <summary>Paste JSON</summary>
          <div class="line">
            <textarea rows="3" aria-label="Interventions as JSON" placeholder="[ … ], as “Copy as JSON” gives it" .value=${this.pasted} @input=${({ target }: Event) => {
              if (target instanceof HTMLTextAreaElement) this.pasted = target.value;
            }}></textarea>
            <button ?disabled=${this.pasted.trim() === '' || this.running} @click=${() => this.#paste()}>Run with these</button>
          </div>
          ${this.wrong === '' ? nothing : html`<p class="wrong" role="alert">${this.wrong}</p>`}
        </details>
      </section>
      ${list.length === 0 || this.original.id === this.inspection.id ? this.#unchanged() : html`
        <section><h2>What it makes of it</h2>${outputDifference(this.original.output, this.inspection.output, this.inspection.axes[0]?.tokens ?? [])}</section>
        <section><h2>Where it looks</h2>${this.#maps()}</section>`}
      ${readsWords(this.inspection) ? html`
        <section>
          <h2>Which words matter</h2>
          <word-influence .inspector=${this.inspector} .inspection=${this.inspection} .choice=${this.choice}></word-influence>
        </section>` : nothing}`;
  }

  #item(intervention: Intervention, index: number, list: readonly Intervention[]): TemplateResult {
    const remove = (): void => this.#apply(list.filter((_, at) => at !== index));
    const value = valueOf(intervention);
    return html`
      <li>
        <span>${interventionText(intervention, this.inspection)}</span>
        ${value === undefined ? nothing : this.editing === index
          ? html`<input type="text" aria-label="New value" title="Enter runs with it, Escape leaves it" .value=${value} @keydown=${(event: KeyboardEvent) => this.#onEditKey(event, intervention, index, list)}>`
          : html`<button ?disabled=${this.running} @click=${() => (this.editing = index)}>Edit</button>`}
        ${this.#button('Remove', 'close', this.running, remove)}
      </li>`;
  }

  /** Nothing to compare: the map alone, to be clicked. */
  #unchanged(): TemplateResult {
    return html`
      <section>
        <h2>The map: click a cell to choose it</h2>
        <attention-matrix .inspector=${this.inspector} .map=${{ inspection: this.inspection.id, choice: this.choice }} .axes=${axesOf(this.choice, this.inspection)} .reading=${tokenwise(this.reading)} .scale=${this.scale} .lit=${this.lit}
          label="Attention" @cell-pick=${({ detail }: CellPickEvent) => (this.cell = detail)} @token-point=${this.#onPoint}></attention-matrix>
        <map-export .inspector=${this.inspector} .map=${{ map: { inspection: this.inspection.id, choice: this.choice }, reading: tokenwise(this.reading), scale: this.scale }} .axes=${axesOf(this.choice, this.inspection)}
          .picture=${() => this.matrix?.picture(captionOf(this.inspection, choiceName(this.choice, this.inspection), tokenwise(this.reading)))} name=${choiceName(this.choice, this.inspection)}></map-export>
      </section>`;
  }

  #maps(): TemplateResult {
    const before = fitted(this.choice, this.original);
    if (before === undefined) return html`${nothing}`;
    return html`
      <map-pair linked="other" .inspector=${this.inspector} .reading=${this.reading} .scale=${this.scale} .lit=${this.lit}
        .one=${{ name: `Before: ${choiceName(before, this.original)}`, map: { inspection: this.original.id, choice: before }, axes: axesOf(before, this.original) }}
        .other=${{ name: `Now: ${choiceName(this.choice, this.inspection)}`, map: { inspection: this.inspection.id, choice: this.choice }, axes: axesOf(this.choice, this.inspection) }}
        @cell-pick=${({ detail }: CellPickEvent) => (this.cell = detail)} @token-point=${this.#onPoint}></map-pair>`;
  }

  #onPoint({ detail: { how, point } }: TokenPointEvent): void {
    this.dispatchEvent(new TokenPointEvent(how, point));
  }

  #button(name: string, shape: Icon, disabled: boolean, run: () => void): TemplateResult {
    return html`<button class="bare" aria-label=${name} title=${name} ?disabled=${disabled} @click=${run}>${icon(shape)}</button>`;
  }

  #onEditKey(event: KeyboardEvent, intervention: Intervention, index: number, list: readonly Intervention[]): void {
    if (event.key === 'Escape') this.editing = undefined;
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    const changed = withValue(intervention, event.target.value);
    if (changed === undefined) return;
    this.editing = undefined;
    this.#apply(list.map((one, at) => (at === index ? changed : one)));
  }

  #paste(): void {
    const parsed = parseInterventions(this.pasted);
    this.wrong = 'wrong' in parsed ? parsed.wrong : '';
    if ('list' in parsed) this.#run(parsed.list);
  }

  #apply(list: readonly Intervention[]): void {
    const why = whyPinned(current(this.changes), list, this.inspection);
    if (why === undefined) this.#run(list);
    else this.refused = why;
  }

  #run(list: readonly Intervention[]): void {
    this.dispatchEvent(new InterveneEvent(list));
  }
}

/** A cell to be pinned is one of tokens. */
function tokenwise(reading: MapReading): MapReading {
  return { ...reading, unit: 'tokens' };
}

/** What of an intervention can be edited as text. */
function valueOf(intervention: Intervention): string | undefined {
  switch (intervention.do) {
    case 'pin': return String(intervention.weight);
    case 'prefix': case 'replace': return intervention.text;
    default: return undefined;
  }
}

function withValue(intervention: Intervention, value: string): Intervention | undefined {
  if (intervention.do === 'prefix' || intervention.do === 'replace') return { ...intervention, text: value };
  const weight = Number(value);
  return intervention.do === 'pin' && value.trim() !== '' && weight >= 0 && weight <= 1 ? { ...intervention, weight } : undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'what-if': WhatIf;
  }
}
