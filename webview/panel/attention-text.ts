/**
 * `<attention-text>`: a text, its words reachable with pointer and keyboard (one stop for Tab, arrows
 * within, as in any list box).
 *
 * Fires `word-point` (`WordPointEvent`).
 */
import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Span } from '../../protocol/trace.ts';
import { piecesOf } from './pieces.ts';
import { wordColours } from './word-colours.ts';

/** `select` stays until something else is selected or Escape; `hover` ends (`undefined`) when the pointer leaves. */
export class WordPointEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly word: number | undefined }> {
  constructor(how: 'hover' | 'select', word: number | undefined) {
    super('word-point', { detail: { how, word } });
  }
}

@customElement('attention-text')
export class AttentionText extends LitElement {
  static override styles = [wordColours, css`
    :host { display: block; min-height: 0; overflow: auto; }
    .words { margin: 0; padding: 2px; line-height: 1.7; white-space: pre-wrap; overflow-wrap: anywhere; }
    .words.writing::after {
      content: '';
      display: inline-block;
      width: 2px;
      height: 1.1em;
      margin-inline-start: 2px;
      vertical-align: text-bottom;
      background: var(--vscode-editorCursor-foreground, var(--vscode-foreground));
    }
  `];

  @property() text = '';
  @property({ attribute: false }) words: readonly Span[] = [];
  /** How strongly each word is lit, 0…10. */
  @property({ attribute: false }) levels: readonly number[] = [];
  /** The word that lights up the others. */
  @property({ attribute: false }) current: number | undefined;
  @property({ type: Boolean }) writing = false;
  @property() label = '';

  /** The one word that Tab reaches. */
  @state() private stop = 0;

  @query('.words') private readonly container!: HTMLElement;

  /** Scrolls a word into view. */
  show(word: number): void {
    this.#element(word)?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('words') && this.stop >= this.words.length) this.stop = 0;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.writing && changed.has('text')) this.scrollTop = this.scrollHeight;
  }

  protected override render(): unknown {
    return html`<div class="words ${this.writing ? 'writing' : ''}" dir="auto" role="listbox"
      aria-orientation="horizontal" aria-label=${this.label} aria-busy=${this.writing}
      @pointerover=${this.#onPointer} @pointerleave=${() => this.#point('hover', undefined)}
      @click=${this.#onClick} @keydown=${this.#onKey}>${piecesOf(this.text, this.words).map(piece =>
        piece.word === undefined ? piece.text : this.#word(piece.text, piece.word))}</div>`;
  }

  #word(text: string, word: number): unknown {
    const current = word === this.current;
    return html`<span role="option" class=${current ? 'word current' : 'word'} data-word=${word}
      data-level=${this.levels[word] ?? 0} tabindex=${word === this.stop ? 0 : -1} aria-selected=${current}>${text}</span>`;
  }

  #onPointer(event: PointerEvent): void {
    this.#point('hover', wordAt(event));
  }

  #onClick(event: Event): void {
    const word = wordAt(event);
    if (word === undefined) return;
    this.stop = word;
    this.#point('select', word);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.#point('select', undefined);
      return;
    }
    const from = wordAt(event);
    if (from === undefined) return;
    const to = this.#destination(event.key, from);
    if (to === undefined) return;
    event.preventDefault();
    this.stop = to;
    this.#element(to)?.focus();
    this.#point('select', to);
  }

  #destination(key: string, from: number): number | undefined {
    const rightToLeft = getComputedStyle(this.container).direction === 'rtl';
    const last = this.words.length - 1;
    switch (key) {
      case 'ArrowRight': return rightToLeft ? Math.max(0, from - 1) : Math.min(last, from + 1);
      case 'ArrowLeft': return rightToLeft ? Math.min(last, from + 1) : Math.max(0, from - 1);
      case 'ArrowDown': return Math.min(last, from + 1);
      case 'ArrowUp': return Math.max(0, from - 1);
      case 'Home': return 0;
      case 'End': return last;
      case 'Enter': case ' ': return from;
      default: return undefined;
    }
  }

  #point(how: 'hover' | 'select', word: number | undefined): void {
    this.dispatchEvent(new WordPointEvent(how, word));
  }

  #element(word: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[data-word="${word}"]`);
  }
}

function wordAt(event: Event): number | undefined {
  const word = event.target instanceof HTMLElement ? event.target.dataset['word'] : undefined;
  return word === undefined ? undefined : Number(word);
}

declare global {
  interface HTMLElementTagNameMap {
    'attention-text': AttentionText;
  }
}
