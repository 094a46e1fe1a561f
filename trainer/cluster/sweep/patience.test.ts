import { expect, test } from 'vitest';
import { Failure } from '../../../protocol/failure.ts';
import { patiently } from './patience.ts';

const lost = new Failure('no-answer', 'cluster cannot be reached by ssh: timed out.', 'Try again.');

function asking(answers: readonly (number | Error)[]) {
  const [waits, said]: [number[], string[]] = [[], []];
  const controller = new AbortController();
  let asked = 0;
  const ask = async (): Promise<number> => {
    const answer = answers[asked++];
    if (typeof answer === 'number') return answer;
    throw answer ?? new Error('asked too often');
  };
  const wait = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    waits.push(milliseconds);
    if (waits.length > 20) controller.abort();
    signal.throwIfAborted();
  };
  return { next: patiently(ask, { signal: controller.signal, say: text => said.push(text), wait }), waits, said };
}

test('a cluster that is away for a while is asked again, later each time, and that is said once', async () => {
  const { next, waits, said } = asking([1, lost, lost, lost, 2, lost, 3]);
  expect([await next(), await next(), await next()]).toEqual([1, 2, 3]);
  expect(waits).toEqual([5_000, 10_000, 20_000, 5_000]);
  const told = 'cluster cannot be reached by ssh: timed out. Asking again until it answers.';
  expect(said).toEqual([told, told]);
});

test('however long, until nobody waits any more', async () => {
  const { next, waits } = asking([1, ...Array.from({ length: 30 }, () => lost)]);
  await next();
  await expect(next()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(Math.max(...waits)).toBe(300_000);
});

test('what does not answer the first time, or answers that something is wrong, is not asked again', async () => {
  await expect(asking([lost, 1]).next()).rejects.toBe(lost);
  const { next } = asking([1, new Failure('bad-argument', 'It is no sweep.', '')]);
  await next();
  await expect(next()).rejects.toThrow('no sweep');
});
