import { sourceOf, wordings, type Outcome } from '../../protocol/outcome.ts';
import type { AskedWith } from '../annotations/annotation.ts';
import type { Subject, TextPlace } from './history.ts';

/** What an outcome's inspection is asked for with; `undefined` where it is not known what the outcome was asked for with. */
export function subjectOf(outcome: Outcome, { uri, span, asked }: TextPlace & { readonly asked?: AskedWith | undefined }): Subject | undefined {
  return asked && { asked: { ...asked, task: wordings[outcome.kind].task, text: sourceOf(outcome).text, interventions: [] }, place: { uri, span } };
}
