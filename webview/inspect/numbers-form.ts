/**
 * `<numbers-form>`: what a model without a tokenizer is fed with, in place of a text.
 *
 * Fires `feed` (`FeedEvent`).
 */
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { FailureData } from '../../protocol/failure.ts';
import { whyTooLong } from '../../protocol/longest-passage.ts';
import { fieldStyles } from '../panel/field.styles.ts';

/** Numbers are given. */
export class FeedEvent extends CustomEvent<string> {
  constructor(numbers: string) {
    super('feed', { detail: numbers });
  }
}

@customElement('numbers-form')
export class NumbersForm extends LitElement {
  static override styles = [fieldStyles, css`
    :host { display: block; max-width: 72ch; padding: 12px 2px; line-height: 1.5; }
    p { margin: 0 0 8px; }
    label { display: block; margin-bottom: 4px; font-weight: 600; }
    form { display: flex; align-items: start; gap: 8px; }
    textarea { flex: 1 1 0; min-width: 0; resize: vertical; font-family: var(--vscode-editor-font-family, monospace); }
    .quiet { margin: 6px 0 0; color: var(--map-muted); }
  `];

  /** Why what was given could not be read. */
  @property({ attribute: false }) failure!: FailureData;
  /** What was given. */
  @property() given = '';

  /** More is given than can be read at a time. */
  @state() private tooLong = '';

  @query('textarea') private readonly field!: HTMLTextAreaElement;

  protected override render(): TemplateResult {
    const { message, hint } = this.failure;
    return html`
      <p id="why" role="alert">${this.tooLong || message}</p>
      <label for="numbers">Numbers to attend to</label>
      <form @submit=${this.#onSubmit}>
        <textarea id="numbers" rows="2" spellcheck="false" placeholder="5 2 9 0" aria-describedby="why how" .value=${this.given} @keydown=${this.#onKey}></textarea>
        <vscode-button @click=${this.#feed}>Attend</vscode-button>
      </form>
      <p id="how" class="quiet">${hint}</p>`;
  }

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    this.#feed();
  };

  /** A line of ids is sent as any one line is; JSON may have several. */
  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#feed();
  };

  readonly #feed = (): void => {
    const { value } = this.field;
    this.tooLong = whyTooLong(value);
    if (this.tooLong === '' && value.trim() !== '') this.dispatchEvent(new FeedEvent(value));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'numbers-form': NumbersForm;
  }
}
