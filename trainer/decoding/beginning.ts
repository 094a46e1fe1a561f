import { Failure } from '../../protocol/failure.ts';
import type { Constraints } from './constraints.ts';

/**
 * The same constraints, but that what is written begins with these tokens, whatever the model thinks.
 * @throws Failure `text-too-long` where there is no room for them; when they are met, `bad-argument` for one that may never be written
 */
export function beginningWith(constraints: Constraints, ids: readonly number[]): Constraints {
  if (ids.length === 0) return constraints;
  const { special, atStart, longest } = constraints;
  if (ids.length >= longest) {
    throw new Failure('text-too-long', `What is to be written begins with ${ids.length} tokens; the model writes at most ${longest} here.`, 'Give it a shorter beginning.');
  }
  return {
    special,
    atStart,
    longest,
    restrict: (logProbs, owed, length) => {
      const only = ids[length];
      if (only === undefined) return constraints.restrict(logProbs, owed, length);
      if (!Number.isFinite(logProbs[only])) throw forbidden(only);
      return [only];
    },
    after: (token, owed) => constraints.after(token, owed),
  };
}

export function forbidden(token: number): Failure {
  return new Failure('bad-argument', `The token ${token} may not be written here: the model has no such token, or is made never to write it.`, 'Choose another.');
}
