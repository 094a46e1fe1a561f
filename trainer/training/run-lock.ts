/** At most one process writes a run. */
import { readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { writeFileAtomically } from '../files/atomic.ts';

const schema = z.object({ pid: z.int(), host: z.string() });

/** How long a writer that was just killed may take to be gone. */
const patience = 5_000;

/**
 * Claims a run's directory for this process.
 * @returns what gives it back
 * @throws Failure `bad-argument` where another process on this machine writes it
 */
export async function lockRun(directory: string, self: z.infer<typeof schema>): Promise<() => Promise<void>> {
  const file = join(directory, 'writer.json');
  for (const deadline = Date.now() + patience; ; await setTimeout(100)) {
    const owner = schema.safeParse(parse(await readFile(file, 'utf8').catch(() => '')));
    if (!owner.success || !isAlive(owner.data) || owner.data.pid === self.pid) break;
    if (Date.now() > deadline) {
      throw new Failure(
        'bad-argument',
        `Process ${owner.data.pid} is training into ${directory}.`,
        'Wait for it, stop it, or name another folder with --run-dir.',
      );
    }
  }
  await writeFileAtomically(file, JSON.stringify(self));
  return () => rm(file, { force: true });
}

function isAlive({ pid, host }: z.infer<typeof schema>): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
