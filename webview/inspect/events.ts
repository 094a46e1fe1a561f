/** What the inspector's parts tell it, and it the page. */
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import type { Intervention } from '../../protocol/intervention.ts';

/** Tokens are pointed at, or none any more. `select` stays until something else is selected or Escape. */
export class LitEvent extends CustomEvent<{ readonly how: 'hover' | 'select'; readonly lit: PointedTokens | undefined }> {
  constructor(how: 'hover' | 'select', lit: PointedTokens | undefined) {
    super('lit', { detail: { how, lit } });
  }
}

/** The model is to run with these, and no others. */
export class InterveneEvent extends CustomEvent<readonly Intervention[]> {
  constructor(interventions: readonly Intervention[]) {
    super('intervene', { detail: interventions });
  }
}
