/**
 * `<attention-compare>`: what is looked at beside another head, text, model or checkpoint.
 *
 * Fires `token-point` (`TokenPointEvent`) of what is looked at.
 */
import './map-pair.ts';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { plainReading, type Inspection, type MapChoice, type MapReading } from '../../../protocol/inspection.ts';
import type { ChosenScale } from '../../../protocol/map-scale.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { select, selectStyles, type Choice } from '../../panel/select.ts';
import { choiceBar, choiceStyles } from '../choice/choice-bar.ts';
import { choiceName, fitted } from '../choice/choices.ts';
import { failureBox } from '../failure-box.ts';
import { TokenPointEvent, type TokenPoint } from '../heads/events.ts';
import { entryChoices } from '../history/entries.ts';
import type { InspectorHost } from '../inspector-host.ts';
import { Latest } from '../latest.ts';
import { axesOf } from '../matrix/raw-labels.ts';

/** What is asked for where neither this inspection is meant nor one of the history. */
const besides = { model: 'Another model or checkpoint …', text: 'Another text …' } as const;

@customElement('attention-compare')
export class AttentionCompare extends LitElement {
  static override styles = [noticeStyles, selectStyles, choiceStyles, css`
    :host { display: block; container-type: inline-size; color: var(--map-foreground); }
    .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 2px 0 6px; }
    label { display: flex; align-items: center; gap: 6px; min-width: 0; white-space: nowrap; }
    .told { margin: 4px 0; line-height: 1.5; color: var(--map-muted); }
  `];

  @property({ attribute: false }) inspector!: InspectorHost;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;
  @property({ attribute: false }) reading: MapReading = plainReading;
  @property({ attribute: false }) scale: ChosenScale = 'auto';
  @property({ attribute: false }) history: readonly HistoryEntry[] = [];
  @property({ attribute: false }) lit: TokenPoint | undefined;

  /** What it is compared with: this inspection itself, or another. */
  @state() private otherChoice: MapChoice | undefined;

  readonly #other = new Latest<Inspection | null>(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('inspection');
    if (before !== undefined && before.model !== this.inspection.model) this.otherChoice = undefined;
  }

  protected override render(): TemplateResult {
    const other = this.#other.result ?? this.inspection;
    const choice = this.#choiceOf(other);
    return html`
      <div class="bar">
        <label>Compare with ${select('Compare with', this.#choices(), this.#chosen(), key => this.#choose(key))}</label>
        ${this.#other.isWaiting ? html`<span class="told" role="status">Running …</span><vscode-button secondary @click=${() => this.#cancel()}>Cancel</vscode-button>` : nothing}
      </div>
      ${failureBox(this.#other.failure)}
      ${choice === undefined ? html`<p class="told">The other one has no attention to compare with.</p>` : html`
        ${choiceBar(other, choice, chosen => (this.otherChoice = chosen))}
        ${this.#isItself(other, choice) ? html`<p class="told">Both are the same map. Choose other heads or another layer above, or compare with another model or text.</p>` : nothing}
        <map-pair .inspector=${this.inspector} .reading=${this.reading} .scale=${this.scale} .lit=${this.lit}
          .one=${{ name: this.#name(this.inspection, this.choice, other), map: { inspection: this.inspection.id, choice: this.choice }, axes: axesOf(this.choice, this.inspection) }}
          .other=${{ name: this.#name(other, choice, this.inspection), map: { inspection: other.id, choice }, axes: axesOf(choice, other) }}
          @token-point=${({ detail: { how, point } }: TokenPointEvent) => this.dispatchEvent(new TokenPointEvent(how, point))}></map-pair>`}`;
  }

  /** Of itself another head to begin with: a map less itself says nothing. */
  #choiceOf(other: Inspection): MapChoice | undefined {
    if (this.otherChoice !== undefined) return fitted(this.otherChoice, other);
    if (other.id !== this.inspection.id) return fitted(this.choice, other);
    const { choice } = this;
    if (choice.of === 'heads' && choice.heads !== 'all' && choice.heads.length === 1) return { ...choice, heads: 'all' };
    return fitted({ of: 'heads', kind: choice.kind, layer: choice.of === 'layers' ? 0 : choice.layer, heads: [0], by: 'mean' }, other);
  }

  #isItself(other: Inspection, choice: MapChoice): boolean {
    return other.id === this.inspection.id && choiceName(choice, other) === choiceName(this.choice, this.inspection);
  }

  /** What tells one from the other: the map, and whatever else is not the same. */
  #name(inspection: Inspection, choice: MapChoice, other: Inspection): string {
    const { asked, model } = inspection;
    return [
      choiceName(choice, inspection),
      ...(model === other.model ? [] : [model]),
      ...(asked.text === other.asked.text ? [] : [`“${asked.text.slice(0, 40)}${asked.text.length > 40 ? '…' : ''}”`]),
      ...(asked.interventions.length === other.asked.interventions.length ? [] : [asked.interventions.length === 0 ? 'unchanged' : 'what if']),
    ].join(', ');
  }

  #choices(): readonly Choice[] {
    const others = entryChoices(this.history).filter(({ key }) => key !== this.inspection.id).map(choice => ({ ...choice, key: `of ${choice.key}` }));
    return [{ key: 'itself', name: `Another map of this ${this.inspection.image === undefined ? 'text' : 'image'}` }, ...others, { key: 'model', name: besides.model }, { key: 'text', name: besides.text }];
  }

  #chosen(): string {
    const id = this.#other.result?.id;
    return this.history.some(entry => entry.inspection === id && id !== this.inspection.id) ? `of ${id}` : 'itself';
  }

  #choose(key: string): void {
    if (key === 'itself') {
      this.#other.clear();
      this.requestUpdate();
      return;
    }
    const inspection = this.inspection.id;
    if (key === 'model' || key === 'text') this.#other.ask(signal => this.inspector.another({ inspection, what: key }, signal));
    else this.#other.ask(signal => this.inspector.recall(key.slice('of '.length), signal));
    this.requestUpdate();
  }

  #cancel(): void {
    this.#other.cancel();
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-compare': AttentionCompare;
  }
}
