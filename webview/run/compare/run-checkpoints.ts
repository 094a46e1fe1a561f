/**
 * `<run-checkpoints>`: two checkpoints of a run over a text of the user's: their maps side by side, and how they differ.
 *
 * Fires `remember` (`RememberEvent`), `run` (`RunEvent`) and `compare` (`CompareEvent`).
 */
import '../../map/attention-map.ts';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CheckpointPair } from '../../../protocol/run-page.ts';
import type { RunSummary } from '../../../protocol/runs.ts';
import { bytesText } from '../../../protocol/quantities.ts';
import { headChoices, layerChoices, layerKey, mapOf } from '../../checkpoint/attention/view.ts';
import { memo } from '../../checkpoint/memo.ts';
import type { MapData } from '../../map/data.ts';
import { icon } from '../../panel/icons.ts';
import { warningNotice } from '../../panel/notices.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { select, selectStyles, type Choice } from '../../panel/select.ts';
import { subwordsToggle } from '../../panel/subwords-toggle.ts';
import { CompareEvent, RememberEvent, RunEvent } from '../events.ts';
import { fresh, type Remembered } from '../remembered.ts';
import type { Comparing } from '../state.ts';
import { firstPair, PairView } from './pair-view.ts';
import { styles } from './run-checkpoints.styles.ts';

@customElement('run-checkpoints')
export class RunCheckpoints extends LitElement {
  static override styles = [noticeStyles, sectionStyles, selectStyles, styles];

  @property({ attribute: false }) run!: RunSummary;
  @property({ attribute: false }) comparing!: Comparing;
  @property({ attribute: false }) remembered: Remembered = fresh;

  readonly #view = memo((pair: CheckpointPair) => new PairView(pair));

  protected override render(): TemplateResult {
    const { isRunning, shown, failure } = this.comparing;
    const pair = this.#pair();
    return html`
      ${pair === undefined ? html`<p class="quiet">This run keeps one checkpoint: there is none to compare it with. With “keepLast” in its config’s training more of them stay.</p>` : html`
        <div class="bar">
          <label>From ${select('From checkpoint', this.#choices(), String(pair[0]), key => this.#choose([Number(key), pair[1]]))}</label>
          <label>to ${select('To checkpoint', this.#choices(), String(pair[1]), key => this.#choose([pair[0], Number(key)]))}</label>
          ${isRunning
            ? html`<vscode-button secondary @click=${() => this.dispatchEvent(new RunEvent('cancel-comparing'))}>Cancel</vscode-button>`
            : html`<vscode-button @click=${() => this.dispatchEvent(new CompareEvent(pair, undefined, false))}>${shown === undefined ? 'Compare on Text…' : 'Compare on Another Text…'}</vscode-button>`}
        </div>`}
      ${isRunning ? html`<div class="progress"><vscode-progress-bar indeterminate aria-label="Running both models"></vscode-progress-bar></div>` : nothing}
      ${failure === undefined ? nothing : html`
        <div class="notice error" role="alert">${icon('error')}<div><p>${failure.message}</p><p>${failure.hint}</p></div></div>`}
      ${shown === undefined ? nothing : this.#shown(shown)}
      ${shown !== undefined || pair === undefined ? nothing : html`<p class="quiet">Both checkpoints read a text of yours: where their attention differs, you see what was learnt between them.</p>`}`;
  }

  #shown(pair: CheckpointPair): TemplateResult {
    const view = this.#view(pair);
    const { unit } = this.remembered;
    const [one, other] = view.maps(unit);
    const difference = view.difference(unit);
    return html`
      ${warningNotice(pair.attentions[1].warnings)}
      <p class="text"><span class="quiet">Text</span>${pair.text}</p>
      <div class="bar">${this.#choosers(pair)}${subwordsToggle(unit, () => this.dispatchEvent(new RememberEvent({ unit: unit === 'words' ? 'tokens' : 'words' })))}</div>
      <div class="pair">${[one, other].map((data, index) => this.#one(pair, data, index))}</div>
      ${difference === undefined ? html`<p class="quiet">${view.why}</p>` : html`
        <section class="difference">
          <h2>Difference: step ${stepText(pair.steps[1])} less step ${stepText(pair.steps[0])}</h2>
          <attention-map .data=${difference} label="Difference of attention: ${difference.rows.length} by ${difference.columns.length} ${unit}"></attention-map>
        </section>`}`;
  }

  #one({ steps, attentions }: CheckpointPair, data: MapData, index: number): TemplateResult {
    const step = stepText(steps[index] ?? 0);
    const written = attentions[index]?.target?.text;
    return html`
      <section>
        <h2>Step ${step}</h2>
        ${written === undefined ? nothing : html`<p class="written" dir="auto">${written}</p>`}
        <attention-map .data=${data} label="Attention at step ${step}: ${data.rows.length} by ${data.columns.length} ${this.remembered.unit}"></attention-map>
      </section>`;
  }

  #choosers({ attentions: [{ layers, map }], steps }: CheckpointPair): TemplateResult {
    const current = layers.find(({ kind, layer }) => kind === map.kind && layer === map.layer);
    const ask = (of: typeof current, head: typeof map.head): void => {
      if (of !== undefined) this.dispatchEvent(new CompareEvent(steps, mapOf(of, head), true));
    };
    return html`
      ${layers.length > 1 ? html`<label>Layer ${select('Layer', layerChoices(layers), layerKey(map), key => ask(layers.find(one => layerKey(one) === key), map.head))}</label>` : nothing}
      ${current === undefined || current.heads === 1 ? nothing : html`<label>Head ${select('Head', headChoices(current), String(map.head), key => ask(current, key === 'mean' ? 'mean' : Number(key)))}</label>`}`;
  }

  #choices(): readonly Choice[] {
    return this.run.checkpoints
      .toSorted((one, other) => one.step - other.step)
      .map(({ step, best, bytes }) => ({ key: String(step), name: `step ${stepText(step)}${best ? ', best' : ''} (${bytesText(bytes)})` }));
  }

  /** The two that were chosen, as long as both are kept. */
  #pair(): readonly [number, number] | undefined {
    const { pair } = this.remembered;
    const kept = new Set(this.run.checkpoints.map(({ step }) => step));
    return pair !== undefined && pair.every(step => kept.has(step)) ? pair : firstPair(this.run.checkpoints);
  }

  #choose(pair: readonly [number, number]): void {
    this.dispatchEvent(new RememberEvent({ pair }));
    // The text that is shown stays: so does the map.
    const { shown } = this.comparing;
    if (shown !== undefined) this.dispatchEvent(new CompareEvent(pair, shown.attentions[0].map, true));
  }
}

function stepText(step: number): string {
  return step.toLocaleString('en');
}

declare global {
  interface HTMLElementTagNameMap {
    'run-checkpoints': RunCheckpoints;
  }
}
