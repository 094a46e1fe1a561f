/**
 * `<run-checkpoints>`: two checkpoints of a run over a text of the user's: an inspection of each, their maps side by side, and how
 * they differ. A slider takes the second through the run.
 *
 * Fires `remember` (`RememberEvent`) and `choose-text`.
 */
import '../../inspect/compare/map-pair.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { percent } from '../../../protocol/classified-text.ts';
import type { Inspection, MapChoice } from '../../../protocol/inspection.ts';
import type { RunCheckpoint, RunSummary } from '../../../protocol/runs.ts';
import { choiceBar, choiceStyles } from '../../inspect/choice/choice-bar.ts';
import { choiceName, fitted, layerOf } from '../../inspect/choice/choices.ts';
import type { NamedMap } from '../../inspect/compare/map-pair.ts';
import { failureBox } from '../../inspect/failure-box.ts';
import type { InspectorHost } from '../../inspect/inspector-host.ts';
import { Latest } from '../../inspect/latest.ts';
import { axesOf } from '../../inspect/matrix/raw-labels.ts';
import { readingBar, readingStyles } from '../../inspect/reading/reading-bar.ts';
import { readingIn } from '../../inspect/reading/reading.ts';
import { noMapNotice, warningNotice } from '../../panel/notices.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { RememberEvent } from '../events.ts';
import { fresh, type Remembered } from '../remembered.ts';
import { checkpointName, keptPair, stepName, type StepPair } from './pair.ts';
import { styles } from './run-checkpoints.styles.ts';

/** Who looks at two checkpoints for so long, in milliseconds, may want to find them again: those that a slider passes by are not kept. */
const rest = 2_000;

interface Compared {
  readonly asked: string;
  readonly steps: StepPair;
  readonly inspections: readonly [Inspection, Inspection];
}

@customElement('run-checkpoints')
export class RunCheckpoints extends LitElement {
  static override styles = [noticeStyles, selectStyles, choiceStyles, readingStyles, styles];

  @property({ attribute: false }) inspector!: InspectorHost;
  @property({ attribute: false }) run!: RunSummary;
  @property({ attribute: false }) remembered: Remembered = fresh;

  @state() private isReadingOpen = false;
  /** The step whose model runs. */
  @state() private running: number | undefined;

  readonly #compared = new Latest<Compared>(this);
  #asked = '';
  #seen: Compared | undefined;
  #timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#asked = '';
    this.#seen = undefined;
  }

  protected override willUpdate(): void {
    const { text } = this.remembered;
    const pair = this.#pair;
    const asked = JSON.stringify([this.run.folder, text, pair]);
    if (pair === undefined || text === '' || asked === this.#asked) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#compared.ask(signal => this.#open(asked, pair, text, signal));
  }

  protected override updated(): void {
    const { result } = this.#compared;
    if (result === undefined || result === this.#seen || result.asked !== this.#asked) return;
    this.#seen = result;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#keep(result), rest);
  }

  protected override render(): TemplateResult {
    const pair = this.#pair;
    if (pair === undefined) return html`<p class="quiet">This run keeps one checkpoint: there is none to compare it with. With “keepLast” in its config’s training more of them stay.</p>`;
    const { result, failure, isWaiting } = this.#compared;
    const { text } = this.remembered;
    return html`
      <div class="bar">
        <label>From ${this.#chooser('From checkpoint', pair[0], step => this.#choose([step, pair[1]]))}</label>
        <label>to ${this.#chooser('To checkpoint', pair[1], step => this.#choose([pair[0], step]))}</label>
        ${this.#slider(pair)}
        <vscode-button ?secondary=${text !== ''} @click=${() => this.dispatchEvent(new Event('choose-text'))}>${text === '' ? 'Compare on Text…' : 'Compare on Another Text…'}</vscode-button>
      </div>
      ${isWaiting ? this.#progress(pair) : nothing}
      ${failureBox(failure)}
      ${text === '' ? html`<p class="quiet">Both checkpoints read a text of yours: where their attention differs, you see what was learnt between them.</p>` : html`
        <p class="text"><span class="quiet">Text</span>${text}</p>
        ${isWaiting || result?.asked === this.#asked ? nothing : html`<vscode-button @click=${() => this.#again()}>Run Both</vscode-button>`}`}
      ${result === undefined || result.inspections[0].asked.text !== text ? nothing : this.#shown(result)}`;
  }

  #progress([from]: StepPair): TemplateResult {
    const { running = from } = this;
    return html`
      <div class="progress"><vscode-progress-bar indeterminate aria-label="Running both models"></vscode-progress-bar></div>
      <div class="waiting"><span class="quiet" role="status">${stepName(running)} reads the text, ${running === from ? 1 : 2} of 2 …</span>
        <vscode-button secondary @click=${() => this.#cancel()}>Cancel</vscode-button></div>`;
  }

  #shown({ steps, inspections: [one, other] }: Compared): TemplateResult {
    const { remembered } = this;
    const choice = fitted(remembered.choice, one);
    const otherChoice = fitted(choice, other);
    if (choice === undefined || otherChoice === undefined) return noMapNotice();
    return html`
      ${warningNotice([...new Set([...one.warnings, ...other.warnings])])}
      ${this.#said(steps[0], one)}${this.#said(steps[1], other)}
      ${choiceBar(one, choice, chosen => this.#remember({ choice: chosen }))}
      ${readingBar({
        reading: remembered.reading, isOpen: this.isReadingOpen, hasValues: layerOf(choice, one)?.hasValues === true,
        open: isOpen => (this.isReadingOpen = isOpen), choose: reading => this.#remember({ reading }),
      })}
      <map-pair .inspector=${this.inspector} .reading=${readingIn(remembered.reading)} .one=${named(steps[0], one, choice)} .other=${named(steps[1], other, otherChoice)}></map-pair>`;
  }

  /** What the model made of the text, apart from attention. */
  #said(step: number, { output }: Inspection): TemplateResult | typeof nothing {
    const [label] = output.kind === 'labelled' ? output.labels : [];
    const said = output.kind === 'written' ? output.text : label === undefined ? '' : `${label.label}, ${percent(label.probability)}`;
    return said === '' ? nothing : html`<p class="text" dir="auto"><span class="quiet">${stepName(step)}</span>${said}</p>`;
  }

  #chooser(label: string, chosen: number, choose: (step: number) => void): TemplateResult {
    return select(label, this.#checkpoints.map(checkpoint => ({ key: String(checkpoint.step), name: checkpointName(checkpoint, this.run) })), String(chosen), key => choose(Number(key)));
  }

  #slider([from, to]: StepPair): TemplateResult | typeof nothing {
    const steps = this.#checkpoints.map(({ step }) => step);
    if (steps.length < 3) return nothing;
    const at = steps.indexOf(to);
    return html`
      <label class="over-time">Over time <input type="range" min="0" max=${steps.length - 1} .value=${String(at)} aria-label="To checkpoint, over time" aria-valuetext="${stepName(to)}, ${at + 1} of ${steps.length}"
        @input=${({ target }: Event) => {
          const step = target instanceof HTMLInputElement ? steps[Number(target.value)] : undefined;
          if (step !== undefined) this.#choose([from, step]);
        }}></label>`;
  }

  get #checkpoints(): readonly RunCheckpoint[] {
    return this.run.checkpoints.toSorted((one, other) => one.step - other.step);
  }

  get #pair(): StepPair | undefined {
    return keptPair(this.remembered.pair, this.run.checkpoints);
  }

  /** One after the other: two models at once take twice the memory. */
  async #open(asked: string, steps: StepPair, text: string, signal: AbortSignal): Promise<Compared> {
    const open = async (step: number): Promise<Inspection> => {
      this.running = step;
      const model = this.run.checkpoints.find(checkpoint => checkpoint.step === step)?.folder ?? '';
      return this.inspector.peek({ model, text, languageId: 'plaintext', beam: 1, interventions: [] }, signal);
    };
    const one = await open(steps[0]);
    return { asked, steps, inspections: [one, await open(steps[1])] };
  }

  /** Both are in the history from now on. Where that fails, nothing that is shown is lost. */
  async #keep({ inspections }: Compared): Promise<void> {
    const { signal } = new AbortController();
    await Promise.allSettled(inspections.map(({ asked }) => this.inspector.open(asked, signal)));
  }

  #choose(pair: StepPair): void {
    this.#remember({ pair });
  }

  #again(): void {
    this.#asked = '';
    this.requestUpdate();
  }

  #cancel(): void {
    this.#compared.cancel();
    this.requestUpdate();
  }

  #remember(change: Partial<Remembered>): void {
    this.dispatchEvent(new RememberEvent(change));
  }
}

function named(step: number, inspection: Inspection, choice: MapChoice): NamedMap {
  return { name: `${stepName(step)}: ${choiceName(choice, inspection)}`, map: { inspection: inspection.id, choice }, axes: axesOf(choice, inspection) };
}

declare global {
  interface HTMLElementTagNameMap {
    'run-checkpoints': RunCheckpoints;
  }
}
