/** Which copy of this program a cluster's nodes run. */
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { productRoot } from '../files/root.ts';
import type { NamedTarget } from './target.ts';

/** @throws Failure `bad-config` where another machine's is wanted and not named */
export async function programFolder({ program, host, name }: NamedTarget): Promise<string> {
  if (program !== undefined) return program;
  if (host === undefined) return join(productRoot, 'dist');
  throw new Failure(
    'bad-config',
    `The target "${name}" names no "program", and ${host} is another machine.`,
    'Copy the folder of the extension, or of the project once it is built, to a file system that the nodes share, and name it as "program".',
  );
}
