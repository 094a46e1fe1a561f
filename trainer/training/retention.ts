/** Which checkpoints of a run are kept. */
import type { CommonTraining } from './common-config.ts';
import type { Progress } from './resume.ts';

export interface Retention {
  /** Steps of those that are kept as they are: the latest, from which a run resumes, and those whose mean it may end with. */
  readonly whole: readonly number[];
  /** Steps of those of which only the model is kept, without the optimizer's state. */
  readonly models: readonly number[];
}

type Counts = Pick<CommonTraining, 'averageLast' | 'keepLast'>;

/** How many validated checkpoints a run has to remember. */
export const remembered = ({ averageLast, keepLast }: Counts): number => Math.max(averageLast, keepLast);

export function retained({ validated, step, bestStep }: Pick<Progress, 'validated' | 'step' | 'bestStep'>, { averageLast, keepLast }: Counts): Retention {
  return { whole: [...validated.slice(-averageLast), step], models: [bestStep, ...validated.slice(-keepLast)] };
}
