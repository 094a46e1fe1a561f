import { attentionOf } from '../inspection/own-attending.ts';
import type { Pass } from '../inspection/pass.ts';
import type { Wanted } from '../foreign/attention.ts';
import { headChanges, type WhatIf } from '../inspection/what-if.ts';
import { attentionObject, type Head } from './attention-json.ts';

/**
 * Two passes as one line of JSON: `model`, `interventions`; `before` and `after`, each `{output, source, target, maps, warnings}` with
 * `output` as protocol/inspection.ts has it, without the search, and the rest as `attention-json.ts` has it; `changes[{kind, layer, head,
 * most, mean}]`, how much each head's map is another in the rows and columns that both have.
 */
export function renderWhatIfJson(whatIf: WhatIf, wanted: Wanted, head: Head): string {
  const { interventions, before, after } = whatIf;
  return JSON.stringify({ model: before.model, interventions, before: sideOf(before, wanted, head), after: sideOf(after, wanted, head), changes: headChanges(whatIf) });
}

function sideOf(pass: Pass, wanted: Wanted, head: Head): object {
  const { model: _, ...attention } = attentionObject(attentionOf(pass, wanted), head);
  const { output, warnings } = pass;
  return { output: output.kind === 'written' ? { ...output, searches: [] } : output, ...attention, warnings };
}
