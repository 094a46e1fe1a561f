/**
 * `<token-search>`: finds a token in the map; Enter goes to the next one, Shift+Enter to the one before.
 *
 * Fires `lit` (`LitEvent`), and `found` once typing comes to rest: what is lit is to be brought into view.
 */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import type { Inspection, MapChoice } from '../../protocol/inspection.ts';
import { fieldStyles } from '../panel/field.styles.ts';
import { icon } from '../panel/icons.ts';
import { layerOf } from './choice/choices.ts';
import { LitEvent } from './events.ts';
import { findTokens } from './search.ts';

/** Who types on is not to be led away from what is typed, in milliseconds. */
const restAfter = 400;

@customElement('token-search')
export class TokenSearch extends LitElement {
  static override styles = [fieldStyles, css`
    :host { display: flex; align-items: center; gap: 6px; min-width: 0; color: var(--map-muted); }
    input { flex: 1 1 0; min-width: 60px; width: 0; }
    span { white-space: nowrap; font-variant-numeric: tabular-nums; }
  `];

  @property({ attribute: false }) inspection!: Inspection;
  @property({ attribute: false }) choice!: MapChoice;

  @state() private text = '';
  @state() private at = 0;

  #timer = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('inspection') || changed.has('choice')) this.at = 0;
  }

  protected override render(): TemplateResult {
    const found = this.#found();
    return html`
      ${icon('search')}<input type="search" aria-label="Search a token" placeholder="Search a token" title="Enter goes to the next, Shift+Enter to the one before" .value=${this.text} @input=${this.#onInput} @keydown=${this.#onKey}>
      <span role="status">${this.text.trim() === '' ? '' : found.length === 0 ? 'none' : `${Math.min(this.at, found.length - 1) + 1} of ${found.length}`}</span>`;
  }

  #found(): readonly PointedTokens[] {
    const layer = layerOf(this.choice, this.inspection);
    return layer === undefined ? [] : findTokens(this.text, layer, this.inspection.axes);
  }

  #onInput({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    this.text = target.value;
    this.#go(0, restAfter);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#go(this.at + (event.shiftKey ? -1 : 1), 0);
  }

  #go(to: number, rest: number): void {
    const found = this.#found();
    this.at = found.length === 0 ? 0 : (to + found.length) % found.length;
    const lit = found[this.at];
    this.dispatchEvent(new LitEvent('select', lit));
    clearTimeout(this.#timer);
    if (lit !== undefined) this.#timer = window.setTimeout(() => this.dispatchEvent(new Event('found')), rest);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'token-search': TokenSearch;
  }
}
