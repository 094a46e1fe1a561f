/** Steps that ask the user, one after the other, with a way back: answers are kept by whoever gives them. */
export type Went = 'on' | 'back' | 'away' | 'skipped';

export interface Place {
  /** Counted from 1. */
  readonly step: number;
  readonly of: number;
  readonly canGoBack: boolean;
}

export type Step = (place: Place) => Promise<Went>;

/** @returns whether the last step was gone through; `false` where the user went away */
export async function walk(steps: readonly Step[]): Promise<boolean> {
  let at = 0;
  let direction = 1;
  while (at < steps.length) {
    const step = steps[at];
    if (step === undefined) return false;
    const went = await step({ step: at + 1, of: steps.length, canGoBack: at > 0 });
    if (went === 'away') return false;
    if (went !== 'skipped') direction = went === 'on' ? 1 : -1;
    // What is skipped on the way back lies behind too; before the first step there is nothing.
    else if (at === 0) direction = 1;
    at = Math.max(0, at + direction);
  }
  return true;
}
