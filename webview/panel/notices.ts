/** What the panel says in words: what to do first, what went wrong, what to know. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FailureData } from '../../protocol/failure.ts';
import { icon } from './icons.ts';

export function emptyNotice(translate: () => void): TemplateResult {
  return html`
    <div class="empty">
      <p>See what a translation model looks at.</p>
      <p>Select text in an editor, or put the caret in a sentence, then translate it. Each word of the translation
        appears here with the words it was made from.</p>
      <vscode-button @click=${translate}>Translate Selection</vscode-button>
    </div>`;
}

export function failureNotice(failure: FailureData, again: () => void): TemplateResult {
  const cancelled = failure.code === 'cancelled';
  return html`
    <div class="notice ${cancelled ? '' : 'error'}" role="alert">
      ${icon(cancelled ? 'info' : 'error')}
      <div>
        <p>${failure.message}</p>
        <p>${failure.hint}</p>
        <vscode-button @click=${again}>Translate Again</vscode-button>
      </div>
    </div>`;
}

export function warningNotice(warnings: readonly string[]): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return html`
    <div class="notice warning" role="note" aria-label="Warnings">
      ${icon('warning')}
      ${warnings.length === 1 ? html`<p>${warnings[0]}</p>` : html`<ul>${warnings.map(warning => html`<li>${warning}</li>`)}</ul>`}
    </div>`;
}

export function explanation(open: boolean, toggled: (open: boolean) => void): TemplateResult {
  return html`
    <details ?open=${open} @toggle=${(event: Event) => {
      if (event.target instanceof HTMLDetailsElement && event.target.open !== open) toggled(event.target.open);
    }}>
      <summary>What am I looking at?</summary>
      <p>Each row is a word of the translation, and each column a word of the source: the stronger a cell, the more the
        model looked at that source word while it wrote that word. Attention shows where the model looked; by itself it
        does not explain why it chose a word.</p>
    </details>`;
}
