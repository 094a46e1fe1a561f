/**
 * `<inspection-history>`: the last inspections, to go back to; a pinned one stays.
 *
 * Fires `recall` (`RecallEvent`) and `pin` (`PinEvent`).
 */
import '@vscode-elements/elements/dist/vscode-toolbar-button/vscode-toolbar-button.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { HistoryEntry } from '../../../protocol/inspect-page.ts';
import { icon } from '../../panel/icons.ts';
import { select, selectStyles } from '../../panel/select.ts';
import { toggleStyles } from '../../panel/toggle.styles.ts';
import { entryChoices } from './entries.ts';

/** Another one is to be shown, by its id. */
export class RecallEvent extends CustomEvent<string> {
  constructor(inspection: string) {
    super('recall', { detail: inspection });
  }
}

/** The one that is shown is to stay, or need not any more. */
export class PinEvent extends CustomEvent<boolean> {
  constructor(isPinned: boolean) {
    super('pin', { detail: isPinned });
  }
}

@customElement('inspection-history')
export class InspectionHistory extends LitElement {
  static override styles = [selectStyles, toggleStyles, css`
    :host { flex: 0 1 auto; display: flex; align-items: center; gap: 4px; min-width: 0; }
    select { width: clamp(90px, 38vw, 480px); min-width: 0; }
    .icon { display: block; margin: 3px 0; }
  `];

  @property({ attribute: false }) entries: readonly HistoryEntry[] = [];
  @property() shown = '';

  protected override render(): TemplateResult | typeof nothing {
    const { entries, shown } = this;
    const current = entries.find(({ inspection }) => inspection === shown);
    if (current === undefined) return nothing;
    return html`
      ${entries.length < 2 ? nothing : select('Inspected before', entryChoices(entries), shown, key => this.dispatchEvent(new RecallEvent(key)))}
      <vscode-toolbar-button toggleable .checked=${current.isPinned} label="Keep in History" title="Keep in History" @change=${() => this.dispatchEvent(new PinEvent(!current.isPinned))}>${icon('pin')}</vscode-toolbar-button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'inspection-history': InspectionHistory;
  }
}
