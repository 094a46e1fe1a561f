/**
 * `<attention-classification>`: a text with its class: the labels, the words by the attention they got, and the maps of
 * pooling, evidence and encoder.
 *
 * Fires `word-point` (`WordPointEvent`), `map-choice` (`MapChoiceEvent`) and `map-scroll`.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { TextClassification } from '../../protocol/classification.ts';
import { evidenceSentence, percent } from '../../protocol/classified-text.ts';
import { classifiedWords } from '../../protocol/classified-words.ts';
import type { AttentionMap } from '../map/attention-map.ts';
import type { MapPointEvent } from '../map/events.ts';
import type { MapPosition } from '../map/viewport.ts';
import { type AttentionText, WordPointEvent } from './attention-text.ts';
import { ClassifiedView } from './classified-view.ts';
import { labelBars, labelStyles } from './labels.ts';
import { sectionStyles } from './sections.styles.ts';
import { select, selectStyles } from './select.ts';
import { subwordsToggle } from './subwords-toggle.ts';
import type { Unit } from './view.ts';

/** Another map is to be drawn, or the same in words or subwords. */
export class MapChoiceEvent extends CustomEvent<{ readonly map: string; readonly unit: Unit }> {
  constructor(map: string, unit: Unit) {
    super('map-choice', { detail: { map, unit } });
  }
}

@customElement('attention-classification')
export class AttentionClassification extends LitElement {
  static override styles = [sectionStyles, labelStyles, selectStyles, css`
    :host { flex: 0 1 auto; display: flex; flex-direction: column; gap: 4px; min-height: 0; }
    .map { min-height: 0; }
    .readout { margin: 4px 2px 0; min-height: 1.5em; line-height: 1.5; color: var(--map-muted); overflow-wrap: anywhere; }
    .readout strong { color: var(--vscode-foreground); font-weight: 600; }
  `];

  @property({ attribute: false }) classification!: TextClassification;
  /** The word that is pointed at. */
  @property({ attribute: false }) lit: number | undefined;
  @property() unit: Unit = 'words';
  /** The key of the map that is drawn. */
  @property() map = '';

  @query('attention-text') private readonly text!: AttentionText | null;
  @query('attention-map') private readonly drawn!: AttentionMap | null;

  #view: { readonly of: TextClassification; readonly view: ClassifiedView } | undefined;

  /** How the map is looked at. */
  get position(): MapPosition | undefined {
    return this.drawn?.position;
  }

  restorePosition(position: MapPosition): void {
    this.drawn?.restorePosition(position);
  }

  /** Forgets where the keyboard stands. */
  clear(): void {
    this.drawn?.clear();
  }

  /** Scrolls a word into view, in the text and in the map. */
  show(word: number): void {
    this.text?.show(word);
    const { rows, columns } = this.#viewOf().focus(this.unit, this.#viewOf().choice(this.map), word);
    this.drawn?.show(rows?.first, columns?.first);
  }

  /** A word in a sentence: what it got, and what it says. */
  static sentenceOf(classification: TextClassification, word: number): { readonly name: string; readonly said: string } | undefined {
    const { source } = classification;
    const span = source.words[word];
    if (span === undefined) return undefined;
    const { attention, evidence } = classifiedWords(classification);
    const said = evidenceSentence(evidence.map(({ label, weights }) => ({ label, value: weights[word] ?? 0 })));
    const got = `got ${percent(attention[word] ?? 0)} of the attention`;
    return { name: source.text.slice(span.start, span.end), said: said === '' ? `${got}.` : `${got}; it ${said}.` };
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Another map may have the word that is pointed at out of sight, once it is laid out.
    const { lit } = this;
    if (changed.has('map') && lit !== undefined) void this.drawn?.updateComplete.then(() => this.show(lit));
  }

  protected override render(): TemplateResult {
    const { source, labels } = this.classification;
    const view = this.#viewOf();
    const choice = view.choice(this.map);
    const data = view.map(this.unit, choice);
    const told = this.lit === undefined ? undefined : AttentionClassification.sentenceOf(this.classification, this.lit);
    return html`
      <section><h2>Class</h2>${labelBars(labels)}</section>
      <section>
        <h2>Text</h2>
        <attention-text id="source" label="Text" text=${source.text} .words=${source.words} .levels=${view.levels(choice, this.lit)}
          .current=${this.lit}
          @word-point=${({ detail: { how, word } }: WordPointEvent) => this.dispatchEvent(new WordPointEvent(how, word))}></attention-text>
        <p class="readout">${told === undefined ? 'Point at a word: what it got, and what it says.' : html`<strong dir="auto">${told.name}</strong> ${told.said}`}</p>
      </section>
      <section class="map">
        <h2>Attention
          <span class="choices">
            ${view.choices.length > 1 ? select('Map', view.choices, choice.key, map => this.#choose(map, this.unit)) : nothing}
            ${subwordsToggle(this.unit, () => this.#choose(choice.key, this.unit === 'words' ? 'tokens' : 'words'))}
          </span>
        </h2>
        <attention-map .data=${data} .lit=${view.focus(this.unit, choice, this.lit)}
          label="${choice.name}: ${data.rows.length} rows by ${data.columns.length} ${this.unit}"
          @map-point=${(event: MapPointEvent) => this.#onMapPoint(view, choice.key, event)}
          @map-scroll=${() => this.dispatchEvent(new Event('map-scroll'))}></attention-map>
      </section>`;
  }

  /** Rows of the pooling stand for no word. */
  #onMapPoint(view: ClassifiedView, map: string, { detail: { how, point } }: MapPointEvent): void {
    const isWord = point !== undefined && (point.axis === 'column' || map !== 'pooling');
    const column = point?.axis === 'row' && map === 'pooling' ? this.drawn?.column : undefined;
    const index = isWord ? point.index : column;
    this.dispatchEvent(new WordPointEvent(how, index === undefined ? undefined : view.wordOf(this.unit, index)));
  }

  #choose(map: string, unit: Unit): void {
    this.drawn?.clear();
    this.dispatchEvent(new MapChoiceEvent(map, unit));
  }

  #viewOf(): ClassifiedView {
    if (this.#view?.of !== this.classification) this.#view = { of: this.classification, view: new ClassifiedView(this.classification) };
    return this.#view.view;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-classification': AttentionClassification;
  }
}
