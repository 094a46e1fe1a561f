/** An inspection and what was changed about it: what was there before any change, and what is shown. Pure: nothing here asks. */
import type { Inspection, OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { changed, returned, stepped, untouched, type Undoable } from './what-if/interventions.ts';

export interface Experiment {
  /** Before any change; where the page was given a changed one, itself until the other has come. */
  readonly original: Inspection;
  readonly shown: Inspection;
  readonly changes: Undoable;
  /** What was there before is still to be asked for: it has not come yet, or the model may have been saved anew since. */
  readonly isOriginalDue: boolean;
}

export function begun(inspection: Inspection): Experiment {
  const { interventions } = inspection.asked;
  const isChanged = interventions.length > 0;
  return { original: inspection, shown: inspection, changes: isChanged ? { lists: [[], interventions], at: 1 } : untouched, isOriginalDue: isChanged };
}

/** What is asked for with these changes; `undefined`: nothing, as it is there. */
export function question({ original }: Experiment, interventions: readonly Intervention[]): OpenInspectionParams | undefined {
  const isOriginal = interventions.length === 0 && original.asked.interventions.length === 0;
  return isOriginal ? undefined : { ...original.asked, interventions };
}

export function intervened(experiment: Experiment, list: readonly Intervention[]): Experiment {
  return { ...experiment, changes: changed(experiment.changes, list) };
}

export function undone(experiment: Experiment, by: -1 | 1): Experiment {
  return { ...experiment, changes: stepped(experiment.changes, by) };
}

/** What was asked for came to nothing: the list that holds is that of what is shown. */
export function abandoned(experiment: Experiment): Experiment {
  return { ...experiment, changes: returned(experiment.changes, experiment.shown.asked.interventions) };
}

/** An answer has come; one without changes is what was there before them. */
export function answered(experiment: Experiment, inspection: Inspection): Experiment {
  const isOriginalDue = inspection.asked.interventions.length > 0;
  return { ...experiment, shown: inspection, original: isOriginalDue ? experiment.original : inspection, isOriginalDue };
}

/** What was there before any change has come; the same as is known changes nothing. */
export function compared(experiment: Experiment, original: Inspection): Experiment {
  return { ...experiment, original: original.id === experiment.original.id ? experiment.original : original, isOriginalDue: false };
}
