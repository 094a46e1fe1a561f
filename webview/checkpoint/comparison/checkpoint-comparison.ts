/**
 * `<checkpoint-comparison>`: what differs between this checkpoint and another one, the most different tensors first.
 *
 * Fires `remember` (`RememberEvent`) and `run` (`RunEvent`).
 */
import { css, html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { CheckpointComparison } from '../../../protocol/checkpoint.ts';
import { bytesText, countText } from '../../../protocol/quantities.ts';
import { icon } from '../../panel/icons.ts';
import { noticeStyles } from '../../panel/notices.styles.ts';
import { RememberEvent, RunEvent } from '../events.ts';
import { relativeText, shapeText, valueText } from '../format.ts';
import { fresh, type Remembered } from '../remembered.ts';
import { rowHeight, RowWindow } from '../row-window.ts';
import type { Comparing } from '../state.ts';
import { comparisonRows, comparisonSentence, type ComparisonRow } from './rows.ts';

@customElement('checkpoint-comparison')
export class CheckpointComparisonView extends LitElement {
  static override styles = [noticeStyles, css`
    :host { flex: 1 1 auto; display: flex; flex-direction: column; min-height: 0; container-type: inline-size; }
    .said { flex: none; display: flex; align-items: center; flex-wrap: wrap; gap: 6px 16px; padding: 12px 16px 10px; line-height: 1.5; }
    .said p { margin: 0; }
    .said .sentence { flex: 1 1 320px; }
    .said strong { font-weight: 600; overflow-wrap: anywhere; }
    .running { padding: 16px; max-width: 560px; }
    .running p { margin: 0 0 8px; }
    .running vscode-progress-bar { margin-bottom: 12px; }
    .quiet { color: var(--map-muted); }
    .notice { margin: 12px 16px; }
    .header, .row { display: grid; grid-template-columns: minmax(0, 1fr) minmax(60px, 160px) 84px 92px 92px; gap: 0 12px; align-items: center; padding-inline: 16px; }
    .header { flex: none; height: 24px; border-bottom: 1px solid var(--line); color: var(--map-muted); }
    .header span:nth-child(n + 3) { text-align: end; }
    .table { flex: 1 1 auto; min-height: 0; overflow: hidden auto; outline: none; }
    .table:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
    .extent { position: relative; overflow: hidden; }
    .rows { position: absolute; inset: 0 0 auto; }
    .row { height: 22px; white-space: nowrap; }
    .row:hover { background: var(--vscode-list-hoverBackground); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
    .row > span { overflow: hidden; text-overflow: ellipsis; }
    .row .name { user-select: text; }
    .row .number { text-align: end; font-variant-numeric: tabular-nums; }
    .row .rest { grid-column: 2 / -1; color: var(--map-muted); }
    .row.heading { font-weight: 600; }
    .row.heading:hover { background: none; outline: none; }
    .row.heading .name { grid-column: 1 / -1; }
    .bar { display: block; width: 100%; height: 8px; }
    .bar .full { fill: var(--map-tile); }
    .bar .part { fill: var(--attention-colour); }
    @container (max-width: 560px) {
      .header, .row { grid-template-columns: minmax(0, 1fr) minmax(40px, 80px) 76px; }
      .header span:nth-child(n + 4), .row .number:nth-child(n + 4) { display: none; }
    }
  `];

  @property({ attribute: false }) comparing: Comparing | undefined;
  /** What the checkpoint that is shown is called. */
  @property() name = '';
  @property({ attribute: false }) remembered: Remembered = fresh;

  @query('.table') private readonly table!: HTMLElement | null;

  readonly #window = new RowWindow(this, () => this.table, top =>
    this.dispatchEvent(new RememberEvent({ scroll: { ...this.remembered.scroll, comparison: top } })));
  #rows: readonly ComparisonRow[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('comparing')) return;
    const { comparing } = this;
    this.#rows = comparing?.kind === 'done' ? comparisonRows(comparing.comparison, this.name, comparing.other) : [];
  }

  protected override firstUpdated(): void {
    if (this.remembered.scroll.comparison > 0) this.#window.restore(this.remembered.scroll.comparison);
  }

  protected override render(): TemplateResult {
    const { comparing } = this;
    switch (comparing?.kind) {
      case 'running': return running(comparing, () => this.#run('cancel-comparing'));
      case 'failed': return html`
        <div class="notice error" role="alert">${icon('error')}
          <div><p>${comparing.failure.message}</p><p>${comparing.failure.hint}</p><vscode-button @click=${() => this.#run('compare')}>Compare with…</vscode-button></div>
        </div>`;
      case 'done': return this.#done(comparing.other, comparing.comparison);
      case undefined: return html`
        <div class="empty">
          <p>Compare with another checkpoint</p>
          <p>Which tensors differ, and by how much; which there are in only one of them.</p>
          <vscode-button @click=${() => this.#run('compare')}>Compare with…</vscode-button>
        </div>`;
    }
  }

  #done(other: string, comparison: CheckpointComparison): TemplateResult {
    const { first, end } = this.#window.range(this.#rows.length);
    return html`
      <div class="said">
        <p class="sentence" role="status">Compared with <strong>${other}</strong>: ${comparisonSentence(comparison)}</p>
        <vscode-button secondary @click=${() => this.#run('compare')}>Compare with Another…</vscode-button>
      </div>
      ${this.#rows.length === 0 ? nothing : html`
        <div class="header" aria-hidden="true">
          <span>Tensor</span><span></span>
          <span title="‖a − b‖ ∕ ‖a‖: the length of the difference as a share of the tensor’s own">Difference</span>
          <span title="The largest difference of any element">Largest</span><span title="The mean difference of an element">Mean</span>
        </div>
        <div class="table" role="list" tabindex="0" aria-label="Differences">
          <div class="extent" role="presentation" .style=${`height: ${this.#rows.length * rowHeight}px`}>
            <div class="rows" role="presentation" .style=${`translate: 0 ${first * rowHeight}px`}>
              ${this.#rows.slice(first, end).map((row, index) => html`
                <div class="row ${row.kind}" role="listitem" aria-posinset=${first + index + 1} aria-setsize=${this.#rows.length}>${cells(row)}</div>`)}
            </div>
          </div>
        </div>`}`;
  }

  #run(command: RunEvent['detail']): void {
    this.dispatchEvent(new RunEvent(command));
  }
}

function cells(row: ComparisonRow): TemplateResult {
  switch (row.kind) {
    case 'heading': return html`<span class="name">${row.title} <span class="quiet">${countText(row.count)}</span></span>`;
    case 'only': return html`<span class="name" title=${row.tensor.name}>${row.tensor.name}</span>
      <span class="rest">${shapeText(row.tensor.shape)} · ${row.tensor.dtype} · ${bytesText(row.tensor.bytes)}</span>`;
    case 'incomparable': return html`<span class="name" title=${row.name}>${row.name}</span><span class="rest" title=${row.why}>${row.why}</span>`;
    case 'changed': {
      const { name, relative, largest, mean } = row.difference;
      return html`<span class="name" title=${name}>${name}</span>
        <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          ${svg`<rect class="full" width="100" height="1"/><rect class="part" width=${100 * row.share} height="1"/>`}
        </svg>
        <span class="number">${relativeText(relative)}</span><span class="number">${valueText(largest)}</span><span class="number">${valueText(mean)}</span>`;
    }
  }
}

function running({ other, progress }: Extract<Comparing, { kind: 'running' }>, cancel: () => void): TemplateResult {
  const isKnown = progress !== undefined && progress.of > 0;
  return html`
    <div class="running">
      <p role="status">Comparing with <strong>${other}</strong> …</p>
      ${isKnown
        ? html`<vscode-progress-bar aria-label="Comparing" value=${progress.read} max=${progress.of}></vscode-progress-bar>`
        : html`<vscode-progress-bar aria-label="Comparing" indeterminate></vscode-progress-bar>`}
      <p class="quiet">${isKnown ? `${bytesText(progress.read)} of ${bytesText(progress.of)} read` : 'Reading what they hold'}</p>
      <vscode-button secondary @click=${cancel}>Cancel</vscode-button>
    </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'checkpoint-comparison': CheckpointComparisonView;
  }
}
