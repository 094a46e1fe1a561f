import { Failure } from '../../protocol/failure.ts';

/**
 * Says on standard error what failed and what to do about it; a bug also says where it happened.
 * @returns the exit code: 2 for a wrong command line, 1 for anything else
 */
export function reportFailure(thrown: unknown, place = ''): 1 | 2 {
  const failure = Failure.from(thrown);
  process.stderr.write(`attention-scope: ${place}${failure.message}\n${failure.hint}\n`);
  if (failure.code === 'internal' && thrown instanceof Error && thrown.stack !== undefined) {
    process.stderr.write(`${thrown.stack}\n`);
  }
  return failure.code === 'bad-argument' ? 2 : 1;
}
