/**
 * `<attention-pass>`: what a model wrote and what it was written from, word by word, and the map between them.
 *
 * Fires `pass-point` (`PassPointEvent`), `map-choice` (`TraceMapEvent`), `unit-choice` and `map-scroll`.
 */
import './attention-text.ts';
import '../map/attention-map.ts';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { percent } from '../../protocol/classified-text.ts';
import { capitalised } from '../../protocol/outcome.ts';
import type { Side } from '../../protocol/panel.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { AttentionMap } from '../map/attention-map.ts';
import type { MapPointEvent } from '../map/events.ts';
import { describe, sentence } from '../map/describe.ts';
import type { MapPosition } from '../map/viewport.ts';
import type { AttentionText, WordPointEvent } from './attention-text.ts';
import { traceChoices, traceKey } from './map-choices.ts';
import { noMapNotice } from './notices.ts';
import { noticeStyles } from './notices.styles.ts';
import { sectionStyles } from './sections.styles.ts';
import { select, selectStyles } from './select.ts';
import { subwordsToggle } from './subwords-toggle.ts';
import type { LitWord, Pass } from './state.ts';
import { PassView, type Unit } from './view.ts';

/** A word is pointed at, in one of the texts or in the map, or none any more. */
export class PassPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly in: 'text' | 'map'; readonly word: LitWord | undefined }> {
  constructor(how: 'hover' | 'select', place: 'text' | 'map', word: LitWord | undefined) {
    super('pass-point', { detail: { how, in: place, word } });
  }
}

/** Another map is wanted. */
export class TraceMapEvent extends CustomEvent<MapId> {
  constructor(map: MapId) {
    super('map-choice', { detail: map });
  }
}

@customElement('attention-pass')
export class AttentionPass extends LitElement {
  static override styles = [noticeStyles, sectionStyles, selectStyles, css`
    :host { flex: 0 1 auto; display: flex; flex-direction: column; gap: 4px; min-height: 0; }
    .written attention-text { font-size: 1.25em; max-height: min(22vh, 220px); }
    .elsewhere { margin: 2px; min-height: 1.4em; color: var(--map-muted); }
  `];

  @property({ attribute: false }) pass!: Pass;
  /** It is still being written. */
  @property({ type: Boolean }) running = false;
  @property({ attribute: false }) lit: LitWord | undefined;
  @property() unit: Unit = 'words';

  @query('attention-map') private readonly map!: AttentionMap | null;
  @query('#source') private readonly source!: AttentionText | null;
  @query('#target') private readonly target!: AttentionText | null;

  #view: { readonly pass: Pass; readonly view: PassView } | undefined;

  /** How the map is looked at. */
  get position(): MapPosition | undefined {
    return this.map?.position;
  }

  restorePosition(position: MapPosition): void {
    this.map?.restorePosition(position);
  }

  /** Forgets where the keyboard stands. */
  clear(): void {
    this.map?.clear();
  }

  /** Scrolls a word, and the one that it is linked to most, into view in texts and map. */
  show(lit: LitWord): void {
    const linked = this.#linked(lit);
    for (const one of [lit, linked]) if (one !== undefined) this.#textOf(one.side)?.show(one.word);
    this.showInMap(lit);
  }

  showInMap(lit: LitWord): void {
    const view = this.#viewOf();
    const [here, there] = [view.focus(this.unit, lit), view.focus(this.unit, this.#linked(lit))];
    this.map?.show((here.rows ?? there.rows)?.first, (here.columns ?? there.columns)?.first);
  }

  /** A word in a sentence, for the ear. */
  tell(lit: LitWord): string {
    const view = this.#viewOf();
    const description = describe(view.map('words'), view.focus('words', lit));
    return description === undefined ? '' : sentence(description);
  }

  protected override render(): TemplateResult {
    const { pass, lit, unit } = this;
    const view = this.#viewOf();
    const data = view.map(unit);
    const name = capitalised(pass.kind);
    return html`
      <section class="written">
        <h2>${name}</h2>${this.#text('target', name, view)}
        ${data.elsewhere === undefined ? nothing : html`<p class="elsewhere">${this.#elsewhere(view)}</p>`}
      </section>
      <section><h2>Source</h2>${this.#text('source', 'Source', view)}</section>
      ${pass.map === undefined ? noMapNotice() : html`<section class="map">
        <h2>Attention
          <span class="choices">
            ${pass.maps.length > 1 ? select('Map', traceChoices(pass.maps), traceKey(pass.map), key => this.#chooseMap(key)) : nothing}
            ${subwordsToggle(unit, () => this.#toggleUnit())}
          </span>
        </h2>
        <attention-map .data=${data} .lit=${view.focus(unit, lit)} ?busy=${this.running}
          label="Attention: ${data.rows.length} target ${unit} by ${data.columns.length} source ${unit}"
          @map-point=${(event: MapPointEvent) => this.#onMapPoint(view, event)}
          @map-scroll=${() => this.dispatchEvent(new Event('map-scroll'))}></attention-map>
      </section>`}`;
  }

  /** Which share of a written word's attention went to nothing in the source. */
  #elsewhere(view: PassView): string {
    const { lit, pass } = this;
    if (lit?.side !== 'target') return 'Point at a word: how much it looked at what was written before.';
    const word = pass.target.words[lit.word];
    const share = view.map('words').elsewhere?.[lit.word] ?? 0;
    return `“${pass.target.text.slice(word?.start, word?.end)}” gave ${percent(share)} of its attention to what was written before.`;
  }

  #text(side: Side, label: string, view: PassView): TemplateResult {
    const { pass, lit } = this;
    return html`<attention-text id=${side} label=${label} text=${pass[side].text} .words=${pass[side].words}
      .levels=${view.levels(side, lit)} .current=${lit?.side === side ? lit.word : undefined} ?writing=${this.running && side === 'target'}
      @word-point=${({ detail: { how, word } }: WordPointEvent) => this.#point(how, 'text', side, word)}></attention-text>`;
  }

  #onMapPoint(view: PassView, { detail: { how, point } }: MapPointEvent): void {
    const side: Side = point?.axis === 'row' ? 'target' : 'source';
    this.#point(how, 'map', side, point === undefined ? undefined : view.wordOf(this.unit, side, point.index));
  }

  #point(how: 'hover' | 'select', place: 'text' | 'map', side: Side, word: number | undefined): void {
    this.dispatchEvent(new PassPointEvent(how, place, word === undefined ? undefined : { side, word }));
  }

  #chooseMap(key: string): void {
    const map = this.pass.maps.find(one => traceKey(one) === key);
    if (map !== undefined) this.dispatchEvent(new TraceMapEvent(map));
  }

  #toggleUnit(): void {
    this.map?.clear();
    this.dispatchEvent(new Event('unit-choice'));
  }

  #linked(lit: LitWord): LitWord | undefined {
    const word = this.#viewOf().strongestLink(lit);
    return word === undefined ? undefined : { side: lit.side === 'source' ? 'target' : 'source', word };
  }

  #textOf(side: Side): AttentionText | null {
    return side === 'source' ? this.source : this.target;
  }

  #viewOf(): PassView {
    if (this.#view?.pass !== this.pass) this.#view = { pass: this.pass, view: new PassView(this.pass) };
    return this.#view.view;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-pass': AttentionPass;
  }
}
