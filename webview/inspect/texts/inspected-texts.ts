/**
 * `<inspected-texts>`: the texts of an inspection, tinted by the map that is looked at: by what the tokens pointed at look at, or
 * what looks at them; by what each word got of everything, where nothing is pointed at.
 *
 * Fires `lit` (`LitEvent`).
 */
import '../../panel/attention-text.ts';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PointedTokens } from '../../../protocol/inspect-page.ts';
import { plainReading, type Axis, type Inspection, type MapChoice, type MapReading } from '../../../protocol/inspection.ts';
import type { Task } from '../../../protocol/server.ts';
import { wordOfTokens } from '../../../protocol/words.ts';
import type { WordPointEvent } from '../../panel/attention-text.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { layerOf } from '../choice/choices.ts';
import { LitEvent } from '../events.ts';
import type { Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { isSameText, onAxis, pointOf, tokensOfWord } from '../lit.ts';
import { linkedQuestion } from './linked.ts';
import { alongAxis, wordLevels } from './tints.ts';

interface Tint {
  readonly axis: number;
  readonly levels: readonly number[];
}

/** What is written for each task; of a model that was asked without one, it is just its output. */
const writings: Readonly<Partial<Record<Task, string>>> = { 'translation': 'Translation', 'dialogue': 'Reply', 'language-modelling': 'Continuation' };
/** Always the same, so that a text that isn't tinted isn't drawn anew. */
const noLevels: readonly number[] = [];
/** A pointer that only passes by asks for nothing, in milliseconds. */
const restingPause = 30;

@customElement('inspected-texts')
export class InspectedTexts extends LitElement {
  static override styles = [sectionStyles, css`
    :host { display: block; container-type: inline-size; }
    /* What is read leaves its room to the map: names stand beside their texts, as long as there is room for both. */
    .texts { display: grid; grid-template-columns: minmax(0, max-content) minmax(0, 1fr); }
    section { display: grid; grid-column: span 2; grid-template-columns: subgrid; align-items: baseline; column-gap: 10px; }
    h2 { margin: 2px 0; max-width: 108px; overflow-wrap: anywhere; }
    /* A shadow where there is more to scroll to. */
    attention-text {
      --cover: linear-gradient(var(--map-background), var(--map-background));
      --shadow: color-mix(in srgb, var(--map-foreground) 40%, transparent);
      background:
        var(--cover) top / 100% 6px local, var(--cover) bottom / 100% 6px local,
        linear-gradient(var(--shadow), transparent) top / 100% 6px scroll, linear-gradient(transparent, var(--shadow)) bottom / 100% 6px scroll;
      background-repeat: no-repeat;
    }
    @container (max-width: 400px) {
      section { grid-template-columns: minmax(0, 1fr); }
      .texts { grid-template-columns: minmax(0, 1fr); }
      section { grid-column: auto; }
      h2 { max-width: none; }
    }
    .written attention-text { font-size: 1.15em; }
    .hint { margin: 2px; color: var(--map-muted); line-height: 1.5; }
  `];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) lit: PointedTokens | undefined;

  readonly #tint = new Latest<Tint>(this);
  #asked = '';
  #timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#asked = '';
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    const layer = layerOf(this.choice, this.inspection);
    const question = layer === undefined ? undefined : linkedQuestion(this.inspection, layer, this.choice, this.reading, pointOf(this.lit, layer, this.inspection.axes));
    const asked = JSON.stringify(question?.params) ?? '';
    if (question === undefined || layer === undefined || asked === this.#asked) return;
    const isFirst = this.#asked === '';
    this.#asked = asked;
    clearTimeout(this.#timer);
    const { params, axis, along } = question;
    const of = this.inspection.axes[axis];
    const ask = (): void => this.#tint.ask(async signal => {
      const map = await this.inspector.map(params, signal);
      const labels = along === 'row' ? map.labels?.columns : map.labels?.rows;
      return { axis, levels: of === undefined || labels === undefined ? [] : wordLevels(of, labels, alongAxis(map, along), along === 'row' ? 'sum' : 'largest') };
    });
    if (isFirst) ask();
    else this.#timer = window.setTimeout(ask, restingPause);
  }

  protected override render(): TemplateResult {
    const { axes, output } = this.inspection;
    return html`<div class="texts">${axes.map((axis, index) => {
      const isTold = axes.slice(0, index).some(other => isSameText(other, axis));
      // The class that was found is told by itself.
      const isClass = axis.side === 'target' && output.kind === 'labelled';
      return axis.side === 'image' || axis.words.length === 0 || isTold || isClass ? nothing : this.#text(axis, index);
    })}</div>`;
  }

  #text(axis: Axis, index: number): TemplateResult {
    const name = axis.side === 'source' ? (axis.written === undefined ? 'Text' : 'Text, continued') : this.#written;
    const { result } = this.#tint;
    return html`
      <section class=${axis.side === 'target' ? 'written' : ''}>
        <h2>${name}</h2>
        <attention-text id=${axis.side} label=${name} text=${axis.text} .words=${axis.words} .levels=${this.#levels(axis, result)} .current=${this.#current(axis, index)}
          @word-point=${({ detail: { how, word } }: WordPointEvent) => this.#point(how, axis, index, word)}></attention-text>
      </section>`;
  }

  get #written(): string {
    const { task } = this.inspection.asked;
    return (task === undefined ? undefined : writings[task]) ?? 'Output';
  }

  /** Words of the same text are the same words, whichever tokens they are cut into. */
  #levels(axis: Axis, tint: Tint | undefined): readonly number[] {
    const tinted = tint === undefined ? undefined : this.inspection.axes[tint.axis];
    return tint !== undefined && tinted !== undefined && (tinted === axis || isSameText(tinted, axis)) ? tint.levels : noLevels;
  }

  #current(axis: Axis, index: number): number | undefined {
    const tokens = this.lit === undefined ? undefined : onAxis(this.lit, index, this.inspection.axes);
    const word = tokens === undefined ? -1 : (wordOfTokens(axis.tokens, axis.words)[tokens.first] ?? -1);
    return word < 0 ? undefined : word;
  }

  /** A word of a text is a query where the map has it as one. */
  #point(how: 'hover' | 'select', axis: Axis, index: number, word: number | undefined): void {
    const tokens = word === undefined ? undefined : tokensOfWord(axis, word);
    const layer = layerOf(this.choice, this.inspection);
    const isQuery = layer !== undefined && tokens !== undefined && onAxis({ axis: index, tokens }, layer.queries, this.inspection.axes) !== undefined;
    this.dispatchEvent(new LitEvent(how, tokens === undefined ? undefined : { axis: index, tokens, as: isQuery ? 'query' : 'key' }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'inspected-texts': InspectedTexts;
  }
}
