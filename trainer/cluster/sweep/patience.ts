/** Asks again where a cluster that has answered before does not: networks come back. */
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../../protocol/failure.ts';

/** Milliseconds between two tries: each twice the one before. */
const [shortest, longest] = [5_000, 300_000];

export interface Patience {
  readonly signal: AbortSignal;
  /** Told when answers begin to fail to come, once each time. */
  readonly say: (text: string) => void;
  /** Of so many milliseconds. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/** What does not answer the first time is likely to be named wrongly: that is thrown. */
export function patiently<Answer>(ask: () => Promise<Answer>, { signal, say, wait = (milliseconds, by) => setTimeout(milliseconds, undefined, { signal: by }) }: Patience): () => Promise<Answer> {
  let hasAnswered = false;
  return async () => {
    for (let failures = 0; ; failures++) {
      try {
        const answer = await ask();
        hasAnswered = true;
        return answer;
      } catch (thrown) {
        if (!hasAnswered || !(thrown instanceof Failure) || thrown.code !== 'no-answer') throw thrown;
        if (failures === 0) say(`${thrown.message} Asking again until it answers.`);
        await wait(Math.min(longest, shortest * 2 ** failures), signal);
      }
    }
  };
}
