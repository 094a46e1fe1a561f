/** How long a loss of the worker counts against it, in milliseconds. */
const memory = 3 * 60_000;
const mostRestarts = 4;

/**
 * Whether a lost worker is started again at once. One that keeps dying waits for the next request instead: the user
 * still gets an answer or an error, and no process is started in a loop.
 * @param losses when the worker was lost, this time included, in milliseconds, oldest first
 */
export function restartsAtOnce(losses: readonly number[]): boolean {
  const now = losses.at(-1) ?? 0;
  return losses.filter(time => now - time < memory).length <= mostRestarts;
}
