import { Failure } from '../../protocol/failure.ts';

/** One part of several that a corpus is cut into, held out to validate while the others are trained on. */
export interface Fold {
  /** Counted from 0. */
  readonly index: number;
  readonly of: number;
}

/** @param what the corpus is made of, as messages call it. @throws Failure `bad-argument` where a fold would be empty */
export function checkFolds({ of }: Fold, available: number, what: string): void {
  if (available >= of) return;
  throw new Failure(
    'bad-argument',
    `${of} folds were asked for, but there are only ${available} ${what} to share out; at least one a fold is expected.`,
    'Ask for fewer folds, or use a larger corpus.',
  );
}
