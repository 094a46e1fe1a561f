/** Files that a person names to a command, read whole: none is larger than it can be. */
import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from './errno.ts';

export interface Bound {
  /** In bytes. */
  readonly most: number;
  /** What is read, for messages: "an image". */
  readonly noun: string;
  /** What to do about one that is larger. */
  readonly hint: string;
}

/** @throws Failure `no-such-file`; `bad-argument` where it is larger */
export async function readBounded(path: string, { most, noun, hint }: Bound): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > most) throw new Failure('bad-argument', `${path} has ${size.toLocaleString('en')} bytes; ${noun} has at most ${most.toLocaleString('en')}.`, hint);
    return await readFile(path);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('no-such-file', `${path} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check the path.', { cause: thrown });
  }
}
