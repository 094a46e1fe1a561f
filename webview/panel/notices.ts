/** What the panel says in words: what to do first, what went wrong, what to know. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FailureData } from '../../protocol/failure.ts';
import { wordings, type Kind, type Writing } from '../../protocol/outcome.ts';
import { icon } from './icons.ts';

export function emptyNotice(translate: () => void): TemplateResult {
  return html`
    <div class="empty">
      <p>See what an attention model looks at.</p>
      <p>Select text in an editor, or put the caret in a sentence, then translate, classify or continue it, or reply to it.
        What the model makes of it appears here, with the words that it looked at.</p>
      <vscode-button @click=${translate}>Translate Selection</vscode-button>
    </div>`;
}

export function failureNotice(of: Kind, failure: FailureData, again: () => void): TemplateResult {
  const isWanted = failure.code === 'cancelled' || failure.code === 'superseded';
  return html`
    <div class="notice ${isWanted ? '' : 'error'}" role="alert">
      ${icon(isWanted ? 'info' : 'error')}
      <div>
        <p>${failure.message}</p>
        <p>${failure.hint}</p>
        <vscode-button @click=${again}>${againNames[of]}</vscode-button>
      </div>
    </div>`;
}

const againNames: Readonly<Record<Kind, string>> = {
  translation: 'Translate Again', classification: 'Classify Again', reply: 'Reply Again', continuation: 'Continue Again',
};

/** A model without attention: there is no map to draw. */
export function noMapNotice(): TemplateResult {
  return html`<div class="notice">${icon('info')}<p>This model has no attention: nothing tells where it looked.</p></div>`;
}

export function warningNotice(warnings: readonly string[]): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  return html`
    <div class="notice warning" role="note" aria-label="Warnings">
      ${icon('warning')}
      ${warnings.length === 1 ? html`<p>${warnings[0]}</p>` : html`<ul>${warnings.map(warning => html`<li>${warning}</li>`)}</ul>`}
    </div>`;
}

export function explanation(of: Kind, open: boolean, toggled: (open: boolean) => void): TemplateResult {
  return html`
    <details ?open=${open} @toggle=${(event: Event) => {
      if (event.target instanceof HTMLDetailsElement && event.target.open !== open) toggled(event.target.open);
    }}>
      <summary>What am I looking at?</summary>
      ${of === 'classification' ? ofClassification() : ofWriting(of)}
    </details>`;
}

function ofWriting(of: Writing): TemplateResult {
  const { noun } = wordings[of];
  return html`<p>Each row is a word of the ${noun}, and each column a word of the source: the stronger a cell, the more the
    model looked at that source word while it wrote that word.${of === 'continuation' ? ` What is missing from a row went to
    words that the model had written itself.` : ''} Attention shows where the model looked; by itself it does not explain
    why it chose a word.</p>`;
}

function ofClassification(): TemplateResult {
  return html`
    <p>Each column is a word. The first rows are the pooling’s heads: the stronger a cell, the more of what the class is read
      from came from that word. The other rows are what each word says for the likeliest class and for the next: the attention
      it got times what its value adds to the class’s score. A layer’s map shows how much each word, a row, looked at each
      other before.</p>
    <p>Attention shows where the model looked; by itself it does not explain why it chose a class.</p>`;
}
