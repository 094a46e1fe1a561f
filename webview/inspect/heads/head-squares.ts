/**
 * `<head-squares>`: a square a head. A click shows or hides it, a double click shows it alone; one stop for Tab, with arrows within.
 *
 * Fires `heads` (`SquaresEvent`).
 */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { colourVariable, headColours, inkVariable } from '../head-colours.ts';
import { soloHead, toggleAll, toggleHead } from './choice.ts';

export class SquaresEvent extends CustomEvent<readonly number[]> {
  constructor(heads: readonly number[]) {
    super('heads', { detail: heads });
  }
}

@customElement('head-squares')
export class HeadSquares extends LitElement {
  static override styles = [headColours, css`
    :host { display: flex; flex-wrap: wrap; gap: 3px; align-items: center; }
    .squares { display: contents; }
    button {
      box-sizing: border-box;
      min-width: 22px;
      height: 22px;
      padding: 0 3px;
      font: inherit;
      font-size: 11px;
      font-variant-numeric: tabular-nums;
      color: var(--map-foreground);
      background: transparent;
      border: 1px solid var(--colour, var(--line));
      border-radius: 2px;
      cursor: pointer;
      user-select: none;
    }
    .squares button { border-bottom-width: 3px; }
    .squares button[aria-pressed='true'] { color: var(--ink); background: var(--colour); }
    .all { padding: 0 8px; margin-inline-start: 4px; }
    .all[aria-pressed='true'] { border-color: var(--vscode-focusBorder); }
    button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  `];

  @property({ type: Number }) count = 0;
  @property({ attribute: false }) shown: readonly number[] = [];
  /** Of each head, once they are known: "previous token 0.93". */
  @property({ attribute: false }) roles: readonly string[] = [];

  @state() private current = 0;

  protected override render(): TemplateResult {
    const current = Math.min(this.current, this.count - 1);
    return html`
      <div class="squares" role="toolbar" aria-label="Heads" @keydown=${this.#onKey}>
        ${Array.from({ length: this.count }, (_, head) => html`
          <button data-head=${head} tabindex=${head === current ? 0 : -1} aria-pressed=${this.shown.includes(head)} aria-label=${this.#name(head)}
            aria-keyshortcuts="Shift+Enter" title="${this.#name(head)}. Click shows or hides it, double click or Shift+Enter shows it alone"
            .style=${`--colour: var(${colourVariable(head)}); --ink: var(${inkVariable(head)})`}
            @click=${() => this.#choose(head, toggleHead(this.shown, head))} @dblclick=${() => this.#choose(head, soloHead(this.shown, head, this.count))}>${head + 1}</button>`)}
      </div>
      ${this.count < 2 ? '' : html`<button class="all" aria-pressed=${this.shown.length === this.count} title="All heads, or the first alone"
        @click=${() => this.#choose(this.current, toggleAll(this.shown, this.count))}>All</button>`}`;
  }

  #name(head: number): string {
    const roles = this.roles[head] ?? '';
    return roles === '' ? `Head ${head + 1}` : `Head ${head + 1}: ${roles}`;
  }

  #choose(head: number, heads: readonly number[]): void {
    this.current = head;
    if (heads === this.shown) return;
    this.shown = heads;
    this.dispatchEvent(new SquaresEvent(heads));
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.count - 1;
    if (event.key === 'Enter' && event.shiftKey) this.#choose(this.current, soloHead(this.shown, this.current, this.count));
    else {
      const to = ({ ArrowLeft: this.current - 1, ArrowRight: this.current + 1, ArrowUp: this.current - 1, ArrowDown: this.current + 1, Home: 0, End: last } as const)[event.key];
      if (to === undefined) return;
      this.current = Math.max(0, Math.min(last, to));
      this.renderRoot.querySelector<HTMLElement>(`[data-head="${this.current}"]`)?.focus();
    }
    event.preventDefault();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'head-squares': HeadSquares;
  }
}
