/** What went wrong, and what to do. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FailureData } from '../../protocol/failure.ts';
import { icon } from '../panel/icons.ts';

/** What was cancelled is no failure to anybody. */
export function failureBox(failure: FailureData | undefined): TemplateResult | typeof nothing {
  if (failure === undefined || failure.code === 'cancelled' || failure.code === 'superseded') return nothing;
  return html`<div class="notice error" role="alert">${icon('error')}<div><p>${failure.message}</p><p>${failure.hint}</p></div></div>`;
}
