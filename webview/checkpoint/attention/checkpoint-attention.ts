/**
 * `<checkpoint-attention>`: where a model attends, and its attention over a text of the user's; of a trace, its maps.
 *
 * Fires `remember` (`RememberEvent`), `run` (`RunEvent`) and `map` (`MapEvent`).
 */
import '../../map/attention-map.ts';
import '../../panel/attention-text.ts';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { CheckpointSummary, TextAttention } from '../../../protocol/checkpoint.ts';
import type { MapId } from '../../../protocol/trace.ts';
import type { AttentionMap } from '../../map/attention-map.ts';
import type { MapPointEvent } from '../../map/events.ts';
import type { WordPointEvent } from '../../panel/attention-text.ts';
import { failureBox } from '../../inspect/failure-box.ts';
import { icon } from '../../panel/icons.ts';
import { warningNotice } from '../../panel/notices.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { subwordsToggle } from '../../panel/subwords-toggle.ts';
import { MapEvent, RememberEvent, RunEvent } from '../events.ts';
import { fresh, type Remembered } from '../remembered.ts';
import type { Attending } from '../state.ts';
import { attended } from './attended.ts';
import { styles } from './checkpoint-attention.styles.ts';
import { tapList, tapSentence, tapStyles, untappedList } from './tap-list.ts';
import { AttentionView, headChoices, layerChoices, layerKey, mapOf, type AxisWord, type Layer } from './view.ts';

/** A text under the inspector. */
export interface Inspecting {
  readonly isOpening: boolean;
  /** Why there is nothing to inspect. */
  readonly failed: TemplateResult | typeof nothing;
  /** Once there is something to inspect. */
  readonly shown: TemplateResult | undefined;
}

const nothingInspected: Inspecting = { isOpening: false, failed: nothing, shown: undefined };

@customElement('checkpoint-attention')
export class CheckpointAttention extends LitElement {
  static override styles = [noticeStyles, sectionStyles, selectStyles, tapStyles, styles];

  @property({ attribute: false }) summary!: CheckpointSummary;
  @property({ attribute: false }) attending!: Attending;
  @property({ attribute: false }) remembered: Remembered = fresh;
  @property({ attribute: false }) inspecting: Inspecting = nothingInspected;

  /** Where the pointer rests, and what was selected. */
  @state() private hovered: AxisWord | undefined;
  @state() private selected: AxisWord | undefined;

  @query('.scroller') private readonly scroller!: HTMLElement;
  @query('attention-map') private readonly map!: AttentionMap | null;

  #view: { readonly of: TextAttention; readonly view: AttentionView } | undefined;
  #timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('attending');
    // Words of another text are other words.
    if (before !== undefined && before.shown?.source.text !== this.attending.shown?.source.text) {
      this.hovered = undefined;
      this.selected = undefined;
    }
  }

  protected override firstUpdated(): void {
    this.scroller.scrollTo({ top: this.remembered.scroll.attention, behavior: 'instant' });
  }

  protected override render(): TemplateResult {
    const { taps, untapped, isTrace } = this.summary;
    const { isOpening, failed, shown: inspected } = this.inspecting;
    const { isRunning, shown, failure } = this.attending;
    const what = attended(this.summary);
    return html`
      <div class="scroller" @scroll=${this.#onScroll}>
        <div class="bar">
          <p>${taps.length === 0 ? '' : tapSentence(taps)}</p>
          ${what === undefined || isOpening ? nothing : html`<vscode-button ?secondary=${inspected !== undefined} @click=${() => this.#run('attend')}>Attend to ${inspected === undefined ? '' : what === 'Text' ? 'Another ' : 'Other '}${what}…</vscode-button>`}
          ${isOpening ? html`<vscode-button secondary @click=${() => this.#run('cancel-attending')}>Cancel</vscode-button>` : nothing}
        </div>
        ${isRunning || isOpening ? html`<div class="progress"><vscode-progress-bar indeterminate aria-label=${isTrace ? 'Reading the map' : 'Running the model'}></vscode-progress-bar></div>` : nothing}
        ${failureBox(failure)}
        ${isOpening ? nothing : failed}
        ${inspected ?? (shown === undefined ? nothing : this.#shown(shown))}
        ${taps.length === 0 ? this.#noTaps() : what === undefined && !isTrace ? this.#cannotRun() : nothing}
        ${taps.length > 0 && (inspected ?? shown) !== undefined ? html`<h2>Where it attends</h2>` : nothing}
        ${tapList(taps, shown?.map, isTrace && !isRunning ? tap => this.#show(tap.kind, tap.layer) : undefined)}
        ${untappedList(untapped)}
      </div>`;
  }

  #shown(attention: TextAttention): TemplateResult {
    const view = this.#viewOf(attention);
    const { unit } = this.remembered;
    const lit = this.hovered ?? this.selected;
    const data = view.map(unit);
    return html`
      ${warningNotice(attention.warnings)}
      ${view.isSelf ? html`<section><h2>Text</h2>${this.#text('query', 'Text', view, lit)}</section>` : html`
        <section class="written"><h2>${attention.queries === 'target' ? 'Written' : 'Text'}</h2>${this.#text('query', 'Written', view, lit)}</section>
        <section><h2>${attention.keys === 'source' ? 'Source' : 'Written'}</h2>${this.#text('key', 'Source', view, lit)}</section>`}
      <section class="map">
        <h2>Attention
          <span class="choices">
            ${this.#choosers(attention)}
            ${subwordsToggle(unit, () => this.#toggleUnit())}
          </span>
        </h2>
        <attention-map .data=${data} .lit=${view.focus(unit, lit)} ?busy=${this.attending.isRunning}
          label="Attention: ${data.rows.length} by ${data.columns.length} ${unit}"
          @map-point=${(event: MapPointEvent) => this.#onMapPoint(view, event)}></attention-map>
      </section>`;
  }

  #choosers({ layers, map }: TextAttention): TemplateResult {
    const current = layers.find(({ kind, layer }) => kind === map.kind && layer === map.layer);
    const chooseLayer = (key: string): void => {
      const layer = layers.find(one => layerKey(one) === key);
      if (layer !== undefined) this.#ask(layer, map.head);
    };
    const chooseHead = (key: string): void => {
      if (current !== undefined) this.#ask(current, key === 'mean' ? 'mean' : Number(key));
    };
    return html`
      ${layers.length > 1 ? select('Layer', layerChoices(layers), layerKey(map), chooseLayer) : nothing}
      ${current === undefined ? nothing : select('Head', headChoices(current), String(map.head), chooseHead)}`;
  }

  #text(axis: AxisWord['axis'], label: string, view: AttentionView, lit: AxisWord | undefined): TemplateResult {
    const { text, words } = axis === 'query' ? view.queries : view.keys;
    const isOwn = lit?.axis === axis || view.isSelf;
    // A text that looks at itself is shown once: a word in it is what looks, and what it looks at lights up.
    const levels = view.levels(view.isSelf ? (lit?.axis === 'query' ? 'key' : 'query') : axis, lit);
    return html`<attention-text label=${label} text=${text} .words=${words} .levels=${levels} .current=${isOwn ? lit?.word : undefined}
      @word-point=${({ detail: { how, word } }: WordPointEvent) => this.#point(how, word === undefined ? undefined : { axis, word })}></attention-text>`;
  }

  #onMapPoint(view: AttentionView, { detail: { how, point } }: MapPointEvent): void {
    const axis = point?.axis === 'row' ? 'query' : 'key';
    const word = point === undefined ? undefined : view.wordOf(this.remembered.unit, axis, point.index);
    this.#point(how, word === undefined ? undefined : { axis, word });
  }

  #point(how: 'hover' | 'select', lit: AxisWord | undefined): void {
    this.hovered = how === 'hover' ? lit : undefined;
    if (how === 'hover') return;
    this.selected = lit;
    if (lit === undefined) this.map?.clear();
  }

  #noTaps(): TemplateResult {
    const { inputs, outputs, untapped } = this.summary;
    const isGraph = inputs.length + outputs.length > 0;
    const why = untapped.length > 0 ? 'What attends in it cannot be read; why is told below.'
      : isGraph ? 'No operator in its graph attends: nothing multiplies a softmax of two inputs’ products with a third.'
      : 'It holds tensors, and no graph that says how they are used.';
    return html`
      <div class="empty"><p>No attention to read</p><p>${why}</p></div>
      ${warningNotice(this.summary.warnings)}`;
  }

  #cannotRun(): TemplateResult {
    const { warnings } = this.summary;
    return html`
      <div class="notice">${icon('info')}<div><p>It can be looked at, but not run on a text here.</p>${warnings.map(warning => html`<p>${warning}</p>`)}</div></div>`;
  }

  #show(kind: MapId['kind'], layer: number): void {
    const { shown } = this.attending;
    const known = shown?.layers.find(one => one.kind === kind && one.layer === layer);
    if (known !== undefined) this.#ask(known, shown?.map.head ?? 'mean');
    else this.dispatchEvent(new MapEvent({ kind, layer, head: 'mean' }));
  }

  #ask(layer: Layer, head: MapId['head']): void {
    this.dispatchEvent(new MapEvent(mapOf(layer, head)));
  }

  #toggleUnit(): void {
    this.map?.clear();
    this.dispatchEvent(new RememberEvent({ unit: this.remembered.unit === 'words' ? 'tokens' : 'words' }));
  }

  #onScroll(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() =>
      this.dispatchEvent(new RememberEvent({ scroll: { ...this.remembered.scroll, attention: this.scroller.scrollTop } })), 150);
  }

  #run(command: RunEvent['detail']): void {
    this.dispatchEvent(new RunEvent(command));
  }

  #viewOf(attention: TextAttention): AttentionView {
    if (this.#view?.of !== attention) this.#view = { of: attention, view: new AttentionView(attention) };
    return this.#view.view;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'checkpoint-attention': CheckpointAttention;
  }
}
