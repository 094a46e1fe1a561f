/** `<word-influence>`: which words of the source matter: each left out in turn, beside how much attention it got. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Influence, InfluenceProgress, Inspection, MapChoice } from '../../../protocol/inspection.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { choiceName } from '../choice/choices.ts';
import { failureBox } from '../failure-box.ts';
import type { Inspector } from '../inspector.ts';
import { Latest } from '../latest.ts';
import { agreementText, influenceTable, influenceText, whyNoRanking } from './influence.ts';
import { whatIfStyles } from './what-if.styles.ts';
import '../arithmetic/number-table.ts';

const ways = [{ key: 'delete', name: 'leaving each word out' }, { key: 'mask', name: 'masking each word' }] as const;
type Way = (typeof ways)[number]['key'];

interface Answered {
  readonly influence: Influence;
  /** What it was asked of. */
  readonly inspection: string;
  readonly choice: string;
}

@customElement('word-influence')
export class WordInfluence extends LitElement {
  static override styles = [noticeStyles, selectStyles, whatIfStyles];

  @property({ attribute: false }) inspector!: Inspector;
  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;

  @state() private way: Way = 'delete';
  @state() private progress: InfluenceProgress | undefined;

  readonly #influence = new Latest<Answered>(this);

  protected override render(): TemplateResult {
    const why = whyNoRanking(this.inspection, this.choice);
    if (why !== undefined) return html`<p class="told">${why}</p>`;
    const { isWaiting, result, failure } = this.#influence;
    const shown = result?.inspection === this.inspection.id ? result : undefined;
    return html`
      <div class="line">
        <label>By ${select('How', ways, this.way, key => (this.way = ways.find(one => one.key === key)?.key ?? 'delete'))}</label>
        ${isWaiting
          ? html`<button @click=${() => this.#cancel()}>Cancel</button><span class="told" role="status">${this.progress === undefined ? 'Running …' : `${this.progress.done} of ${this.progress.of} words`}</span>`
          : html`<button @click=${() => this.#run()}>Find which words matter</button>`}
      </div>
      ${failureBox(failure)}
      ${shown === undefined
        ? html`<p class="told">${influenceText(this.inspection.output)}</p>`
        : this.#shown(shown)}`;
  }

  #shown({ influence, choice }: Answered): TemplateResult {
    const words = this.inspection.axes.find(({ side }) => side === 'source');
    if (words === undefined) return html`${nothing}`;
    return html`
      <number-table label="Words by how much they matter" .numbers=${influenceTable(influence, words.words.map(({ start, end }) => words.text.slice(start, end)))}></number-table>
      <p class="told">${influence.masked === undefined ? '' : `${influence.masked} `}${agreementText(influence)} Attention: ${choice}, summed over queries. Attention is not by itself an explanation.</p>`;
  }

  #run(): void {
    this.progress = undefined;
    const { choice, inspection, way } = this;
    this.#influence.ask(async signal => ({
      influence: await this.inspector.influence({ inspection: inspection.id, choice, by: way }, signal, progress => (this.progress = progress)),
      inspection: inspection.id,
      choice: choiceName(choice, inspection),
    }));
    this.requestUpdate();
  }

  #cancel(): void {
    this.#influence.cancel();
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'word-influence': WordInfluence;
  }
}
