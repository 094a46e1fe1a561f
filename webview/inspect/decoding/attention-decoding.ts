/**
 * `<attention-decoding>`: how a model came to what it wrote: its search as a tree, and step by step what it could have written instead.
 *
 * Fires `lit` (`LitEvent`) and `intervene` (`InterveneEvent`).
 */
import { css, html, LitElement, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { PointedTokens } from '../../../protocol/inspect-page.ts';
import type { Alternative, Inspection, SearchNode } from '../../../protocol/inspection.ts';
import { pagedTable, tableStyles } from '../../map/paged-table.ts';
import { tableToggle } from '../../map/table-toggle.ts';
import { icon } from '../../panel/icons.ts';
import { sectionStyles } from '../../panel/sections.styles.ts';
import { InterveneEvent, LitEvent } from '../events.ts';
import { isSameLit } from '../lit.ts';
import { rowOfStep, searchCsv, searchTable } from './search-table.ts';
import { writtenAxis } from './step-map.ts';
import { fateNames, placeTree, probabilityText, rawText, searchOf, stepsInSight, tokenText, type PlacedNode, type SearchTree, type Written } from './tree.ts';

const column = 140;
const line = 24;
const box = { width: 114, height: 20 };
const edge = 4;
/** More branches than these below each other are summed up in words. */
const mostRows = 24;
/** A text longer than fits into a box. */
const mostLetters = 8;

@customElement('attention-decoding')
export class AttentionDecoding extends LitElement {
  static override styles = [sectionStyles, tableStyles, css`
    :host { display: block; container-type: inline-size; color: var(--map-foreground); }
    .steps { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; padding: 2px 0 6px; }
    .steps button { display: flex; padding: 3px; color: inherit; background: none; border: 1px solid transparent; border-radius: 3px; cursor: pointer; }
    .steps button:hover:enabled { background: var(--vscode-toolbar-hoverBackground); }
    .steps button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
    .steps button:disabled { opacity: 0.4; cursor: default; }
    .steps .back .icon { rotate: 180deg; }
    .steps vscode-toolbar-button { margin-inline-start: auto; }
    .steps vscode-toolbar-button .icon { display: block; margin: 3px 0; }
    .steps p, .told { margin: 0; line-height: 1.5; }
    .told { margin: 4px 0; color: var(--map-muted); }
    .tree { overflow-x: auto; overflow-y: hidden; margin: 2px 0 8px; outline: none; border: 1px solid var(--line); border-radius: 3px; }
    .tree:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
    .tree svg { display: block; }
    .branch { fill: none; stroke: var(--map-edge); stroke-width: 1; }
    .branch.chosen { stroke: var(--map-heat); stroke-width: 2; }
    .node rect { fill: var(--map-background); stroke: var(--map-edge); }
    .node.chosen rect { stroke: var(--map-heat); stroke-width: 2; }
    .node.ended rect { stroke-width: 2; }
    .node.dropped rect { stroke-dasharray: 3 2; }
    .node.at rect { fill: color-mix(in srgb, var(--map-heat) 25%, var(--map-background)); }
    .node text { fill: var(--map-foreground); font-size: 11px; }
    .node .share { fill: var(--map-muted); text-anchor: end; }
    section table { border-collapse: collapse; width: 100%; max-width: 560px; }
    td, th { padding: 2px 10px 2px 0; text-align: start; font-weight: normal; }
    thead th { color: var(--map-muted); }
    .share { width: 1%; white-space: nowrap; text-align: end; font-variant-numeric: tabular-nums; }
    .bar { width: 40%; }
    .bar svg { display: block; width: 100%; height: 8px; }
    .bar .full { fill: var(--map-tile); }
    .bar .part { fill: var(--map-heat); }
    .written td { font-weight: 600; }
    td:first-child { min-width: 72px; overflow-wrap: anywhere; }
    @container (max-width: 440px) {
      .bar { display: none; }
      .choose { white-space: normal; }
    }
    .choose { padding: 1px 8px; font: inherit; color: var(--vscode-button-secondaryForeground, inherit); background: var(--vscode-button-secondaryBackground, transparent); border: 1px solid var(--vscode-button-border, var(--line)); border-radius: 2px; cursor: pointer; white-space: nowrap; }
    .choose:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
  `];

  @property({ attribute: false }) inspection!: Inspection;
  /** The map that tints the text, by its name. */
  @property({ attribute: false }) map = '';
  @property({ attribute: false }) lit: PointedTokens | undefined;

  @state() private step = 0;
  /** A row of the stretch that is shown as a table, where one is shown instead of the tree. */
  @state() private tableAt: number | undefined;
  @state() private sight = { left: 0, width: 600 };

  @query('.tree') private readonly scroller!: HTMLElement | null;

  readonly #watchSize = new ResizeObserver(() => this.#look());
  #watched: HTMLElement | undefined;
  /** The inspection of which a step was lit, as it was looked at first; and what the step that is looked at has lit. */
  #begun = '';
  #litByStep: PointedTokens | undefined;
  #trees: { readonly of: Written; readonly trees: readonly SearchTree[] } | undefined;

  /** Every token that was looked at, sentence by sentence and step by step. */
  csv(): string | undefined {
    const written = this.#written;
    return written === undefined ? undefined : searchCsv(this.#treesOf(written));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watchSize.disconnect();
    this.#watched = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const written = this.#written;
    if (written === undefined) return;
    if (changed.has('lit') && this.lit !== undefined && this.lit.axis === this.#axis && !isSameLit(this.lit, this.#litByStep)) {
      const step = this.lit.tokens.first - this.#firstToken;
      if (step >= 0 && step < written.steps.length) this.step = step;
    }
    this.step = Math.max(0, Math.min(this.step, written.steps.length - 1));
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#begun !== this.inspection.id) {
      this.#begun = this.inspection.id;
      if (this.lit?.axis !== this.#axis && (this.#written?.steps.length ?? 0) > 0) this.#light();
    }
    const { scroller } = this;
    if (scroller === null) return;
    if (scroller !== this.#watched) {
      this.#watchSize.disconnect();
      this.#watchSize.observe(scroller);
      this.#watched = scroller;
    }
    if (!changed.has('step')) return;
    const at = this.#placeOf(this.step).step * column;
    if (at < scroller.scrollLeft || at + column > scroller.scrollLeft + scroller.clientWidth) scroller.scrollTo({ left: Math.max(0, at - scroller.clientWidth / 2), behavior: 'instant' });
  }

  protected override render(): TemplateResult | typeof nothing {
    const written = this.#written;
    if (written === undefined || written.steps.length === 0) return html`<p class="told">Nothing was written.</p>`;
    const at = written.steps[this.step];
    const { sentence } = this.#placeOf(this.step);
    const tree = this.#treesOf(written)[sentence];
    return html`
      <div @keydown=${this.#onKey}>
        <div class="steps" role="group" aria-label="Steps">
          <button class="back" aria-label="Previous step" title="Previous step (←)" ?disabled=${this.step === 0} @click=${() => this.#go(this.step - 1)}>${icon('chevron')}</button>
          <button aria-label="Next step" title="Next step (→)" ?disabled=${this.step === written.steps.length - 1} @click=${() => this.#go(this.step + 1)}>${icon('chevron')}</button>
          <p role="status">Step ${this.step + 1} of ${written.steps.length}: <strong title=${at === undefined ? nothing : rawText(at.written)}>${at === undefined ? '' : tokenText(at.written)}</strong>, ${probabilityText(at?.written.logProb ?? 0)}</p>
          ${tree === undefined ? nothing : tableToggle(this.tableAt !== undefined, 'every token that was looked at, step by step', () => this.#toggleTable())}
        </div>
        ${tree === undefined ? nothing
          : this.tableAt === undefined ? this.#tree(tree)
          : pagedTable(searchTable(tree, this.#placeOf(this.step).step), this.tableAt, row => (this.tableAt = row))}
      </div>
      ${at === undefined ? nothing : this.#alternatives(at)}
      <p class="told">${written.searches.length === 0 ? 'The search was greedy: it wrote the most probable token at each step. Dashed are what it could have written instead.' : 'Solid boxes were kept in the beam, dashed ones were dropped; the thick path was chosen.'} The text above shows what each step looked at${this.inspection.axes[this.#axis]?.written === undefined ? '' : ', from the token before it'}: ${this.map}. Another map is chosen in Matrix.</p>`;
  }

  #tree({ columns, rows }: SearchTree): TemplateResult {
    const { first, end } = stepsInSight(columns.length, this.sight.left, this.sight.width, column);
    const shown = columns.slice(first, end).flatMap(nodes => nodes.slice(0, mostRows));
    const places = new Map(columns.slice(Math.max(0, first - 1), end).flat().map(placed => [placed.index, placed]));
    const more = Math.max(0, ...columns.map(nodes => nodes.length - mostRows));
    const height = Math.min(rows, mostRows) * line + 2 * edge;
    return html`
      <div class="tree" tabindex="0" role="group" aria-label="The search, a column a step; arrows step through it" @scroll=${() => this.#look()}>
        <svg width=${columns.length * column} height=${height} role="presentation">
          ${shown.map(placed => branch(placed, places.get(placed.node.parent)))}
          ${shown.map(placed => this.#node(placed))}
        </svg>
      </div>
      ${more === 0 ? nothing : html`<p class="told">At some steps up to ${more} more branches are not drawn.</p>`}`;
  }

  #node({ node, row }: PlacedNode): SVGTemplateResult {
    const [x, y] = [node.step * column + edge, row * line + edge];
    const isAt = node.fate === 'chosen' && node.step === this.#placeOf(this.step).step;
    return svg`
      <g class="node ${node.fate} ${isAt ? 'at' : ''}" @click=${() => this.#pick(node)}>
        <title>${nodeText(node)}</title>
        <rect x=${x} y=${y} width=${box.width} height=${box.height} rx="3"/>
        <text x=${x + 6} y=${y + 14}>${short(tokenText(node))}</text>
        <text class="share" x=${x + box.width - 5} y=${y + 14}>${probabilityText(node.logProb)}</text>
      </g>`;
  }

  #alternatives({ written, alternatives }: Written['steps'][number]): TemplateResult {
    const all = alternatives.some(({ token }) => token === written.token) ? alternatives : [written, ...alternatives];
    return html`
      <section>
        <h2>What it could have written</h2>
        <table>
          <thead><tr><th scope="col">Token</th><th scope="col" class="share">Probability</th><th></th><th></th></tr></thead>
          <tbody>${all.map(one => html`
            <tr class=${one.token === written.token ? 'written' : ''}>
              <td dir="auto" title=${rawText(one)}>${all.some(other => other !== one && tokenText(other) === tokenText(one)) ? rawText(one) : tokenText(one)}</td>
              <td class="share">${probabilityText(one.logProb)}</td>
              <td class="bar"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${svg`<rect class="full" width="100" height="1"/><rect class="part" width=${100 * Math.exp(one.logProb)} height="1"/>`}</svg></td>
              <td>${one.token === written.token ? 'written' : html`<button class="choose" @click=${() => this.#choose(one)}>Write this</button>`}</td>
            </tr>`)}
          </tbody>
        </table>
      </section>`;
  }

  get #written(): Written | undefined {
    const { output } = this.inspection;
    return output.kind === 'written' ? output : undefined;
  }

  /** The axis of what was written. */
  get #axis(): number {
    return writtenAxis(this.inspection);
  }

  get #firstToken(): number {
    return this.inspection.axes[this.#axis]?.written?.first ?? 0;
  }

  /** Steps are counted over all sentences, a tree's by itself. */
  #placeOf(step: number): { readonly sentence: number; readonly step: number } {
    const trees = this.#written === undefined ? [] : this.#treesOf(this.#written);
    let before = 0;
    for (const [sentence, { columns }] of trees.entries()) {
      const length = columns.filter(nodes => nodes.some(({ node }) => node.fate === 'chosen')).length;
      if (step < before + length) return { sentence, step: step - before };
      before += length;
    }
    return { sentence: Math.max(0, trees.length - 1), step: 0 };
  }

  #treesOf(written: Written): readonly SearchTree[] {
    if (this.#trees?.of !== written) this.#trees = { of: written, trees: searchOf(written).map(placeTree) };
    return this.#trees.trees;
  }

  #onKey(event: KeyboardEvent): void {
    const to = { ArrowLeft: this.step - 1, ArrowRight: this.step + 1, Home: 0, End: Infinity }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#go(to);
  }

  #go(step: number): void {
    const last = (this.#written?.steps.length ?? 1) - 1;
    this.step = Math.max(0, Math.min(last, step));
    if (this.tableAt !== undefined) this.tableAt = this.#rowOfStep;
    this.#light();
  }

  /** Shows what the step looked at: of a source that the model went on writing, from the token before the one that it wrote. */
  #light(): void {
    const axis = this.#axis;
    const first = this.inspection.axes[axis]?.written?.first;
    const token = Math.max(0, (first === undefined ? 0 : first - 1) + this.step);
    this.#litByStep = { axis, tokens: { first: token, end: token + 1 }, as: 'query' };
    this.dispatchEvent(new LitEvent('select', this.#litByStep));
  }

  #pick({ step }: SearchNode): void {
    const { sentence } = this.#placeOf(this.step);
    let before = 0;
    while (before < (this.#written?.steps.length ?? 0) && this.#placeOf(before).sentence < sentence) before++;
    this.#go(before + step);
  }

  #choose({ token }: Alternative): void {
    this.dispatchEvent(new InterveneEvent([...this.inspection.asked.interventions, { do: 'choose', step: this.step, token }]));
  }

  #toggleTable(): void {
    this.tableAt = this.tableAt === undefined ? this.#rowOfStep : undefined;
  }

  /** Where the table has the step that is looked at. */
  get #rowOfStep(): number {
    const { sentence, step } = this.#placeOf(this.step);
    const tree = this.#written === undefined ? undefined : this.#treesOf(this.#written)[sentence];
    return tree === undefined ? 0 : rowOfStep(tree, step);
  }

  #look(): void {
    const { scroller } = this;
    if (scroller !== null) this.sight = { left: scroller.scrollLeft, width: scroller.clientWidth };
  }
}

function branch({ node, row }: PlacedNode, parent: PlacedNode | undefined): SVGTemplateResult | typeof nothing {
  if (parent === undefined) return nothing;
  const [x, y] = [node.step * column + edge, row * line + edge + box.height / 2];
  const [fromX, fromY] = [parent.node.step * column + edge + box.width, parent.row * line + edge + box.height / 2];
  const middle = (x + fromX) / 2;
  return svg`<path class="branch ${node.fate}" d="M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${y} ${x} ${y}"/>`;
}

function nodeText(node: SearchNode): string {
  const { logProb, total, fate } = node;
  return `${rawText(node)}: ${probabilityText(logProb)}, ${probabilityText(total)} with all before it; ${fateNames[fate]}`;
}

function short(text: string): string {
  const letters = Array.from(text);
  return letters.length > mostLetters ? `${letters.slice(0, mostLetters - 1).join('')}…` : letters.join('');
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-decoding': AttentionDecoding;
  }
}
