import { Failure } from '../../protocol/failure.ts';
import { knownToken, type Led } from '../steering/lead.ts';
import type { Constraints } from './constraints.ts';

/**
 * What a text must obey that is led: where it is told a token, that one comes.
 * @throws Failure `bad-argument` where what is to be written is longer than may be
 */
export function ledConstraints(constraints: Constraints, led: Led): Constraints {
  const { special, atStart, longest } = constraints;
  return {
    special,
    atStart,
    longest,
    restrict: (logProbs, owed, length) => {
      const token = led(length);
      if (token === undefined) return constraints.restrict(logProbs, owed, length);
      if (length >= longest) throw new Failure('bad-argument', `What is to be written first has over ${longest} tokens, as many as this text may have.`, 'Give a shorter prefix.');
      return [knownToken({ step: length, token }, logProbs.length)];
    },
    after: (token, owed) => constraints.after(token, owed),
  };
}
