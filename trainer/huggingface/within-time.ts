/** Work that a model's own file steers (its patterns, its templates), and that therefore may never end by itself. */
import { createContext, Script } from 'node:vm';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';

/** Nothing of `vm` is a wall here, the work is our own code: it only lends its clock, which also stops a regular expression. */
const context = createContext({ work: undefined });
const script = new Script('work()');

/**
 * Does some work, synchronously, for at most so long.
 * @param what names the work and its file in the message: "the template of …"
 * @throws Failure `broken-model` when the time is over; what `work` throws passes through
 */
export function withinTime<Result>(milliseconds: number, what: string, work: () => Result): Result {
  const outer: unknown = context['work'];
  const done: Result[] = [];
  context['work'] = () => void done.push(work());
  try {
    script.runInContext(context, { timeout: Math.ceil(milliseconds) });
  } catch (thrown) {
    // Of the context's own world: no `Error` of ours.
    if (errnoOf(thrown) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    throw new Failure('broken-model', `${what} was not done after ${Math.ceil(milliseconds) / 1000} s.`, 'Give a shorter text; if it is short, the file is at fault: use another model.', { cause: thrown });
  } finally {
    context['work'] = outer;
  }
  for (const result of done) return result;
  throw new Error('the work ended without a result');
}
