/** An inspection and what was changed about it: what was there before any change, and what is shown. Pure: nothing here asks. */
import type { Inspection, OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { changed, returned, stepped, untouched, type Undoable } from './what-if/interventions.ts';

export interface Experiment {
  /** Before any change; where the page was given a changed one, itself until the other has come. */
  readonly original: Inspection;
  readonly shown: Inspection;
  readonly changes: Undoable;
}

export function begun(inspection: Inspection): Experiment {
  const { interventions } = inspection.asked;
  return { original: inspection, shown: inspection, changes: interventions.length === 0 ? untouched : { lists: [[], interventions], at: 1 } };
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
  return { ...experiment, shown: inspection, ...(inspection.asked.interventions.length === 0 ? { original: inspection } : {}) };
}

/** Whether what was there before any change is still to be asked for. */
export function lacksOriginal({ original }: Experiment): boolean {
  return original.asked.interventions.length > 0;
}
