/** Targets: the clusters that runs are submitted to, by the names that their user gave them. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { ClusterTarget, ClusterTargets } from '../../protocol/cluster.ts';
import { Failure } from '../../protocol/failure.ts';
import { readBounded } from '../files/bounded.ts';
import { parseJson } from '../text/parse-json.ts';

/** sbatch reads `%` and `\` in a path as patterns of its own. */
const folder = z.string().max(4096).regex(/^\/[^\p{Cc}%\\]*$/u, 'expected an absolute path without control characters, "%" or "\\"');

const text = z.string().min(1).max(200).regex(/^\P{Cc}*$/u, 'expected no control characters');

/** An option that a job is made of here is no user's to give. */
const option = text
  .regex(/^--[a-z][a-z0-9-]*(=.*)?$/u, 'expected a long option of sbatch such as "--constraint=avx512"')
  .refine(given => !/^--(wrap|parsable|array|dependency|output|error|open-mode|signal|requeue|no-requeue|chdir)(=|$)/.test(given), 'expected an option that a run leaves open');

const targetSchema: z.ZodType<ClusterTarget> = z.strictObject({
  kind: z.literal('slurm'),
  /** Neither an option of ssh nor anything that a ProxyCommand's shell would read. */
  host: z.string().max(255).regex(/^[A-Za-z0-9_][A-Za-z0-9_.@:-]*$/, 'expected a host as ssh takes it, such as "user@login.example.org"').optional(),
  runs: folder,
  data: folder.optional(),
  node: text.regex(/^(\/.*|[A-Za-z0-9_.][A-Za-z0-9_.-]*)$/u, 'expected "node", or an absolute path').optional(),
  program: folder.optional(),
  partition: text.optional(),
  account: text.optional(),
  time: text.optional(),
  cpus: z.int().min(1).max(4096).optional(),
  memory: text.optional(),
  gpus: text.optional(),
  extra: z.array(option).max(32).optional(),
});

const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A target with what it is called. */
export interface NamedTarget extends ClusterTarget {
  readonly name: string;
}

/**
 * The one that is meant of some targets, none of which was checked.
 * @param place where they were found, for messages
 * @throws Failure `bad-config` naming every wrong key, `bad-argument` where there is none of that name
 */
export function pickTarget(targets: unknown, wanted: string, place: string): NamedTarget {
  const known = z.record(z.string(), z.unknown()).safeParse(targets).data;
  if (known === undefined) throw badTargets(`${place} holds no targets: expected an object with one for each name.`);
  const found = Object.hasOwn(known, wanted) ? known[wanted] : undefined;
  if (found === undefined || !name.test(wanted)) {
    const names = Object.keys(known).filter(one => name.test(one));
    throw new Failure(
      'bad-argument',
      `There is no target "${wanted.slice(0, 80)}" in ${place}; there ${names.length === 0 ? 'is none' : `are: ${names.join(', ')}`}.`,
      'Name one of them, or add it; docs/cluster.md says how.',
    );
  }
  const parsed = targetSchema.safeParse(found);
  if (parsed.success) return { ...parsed.data, name: wanted };
  const wrong = parsed.error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `"${key}" is not a key of a target`);
    const value = issue.path.reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined), found);
    return [`"${issue.path.join('.') || wanted}": ${issue.message} (found ${JSON.stringify(value)?.slice(0, 80) ?? 'nothing'})`];
  });
  throw badTargets(`The target "${wanted}" in ${place} cannot be used: ${wrong.join('; ')}.`);
}

/**
 * Reads the file of targets.
 * @param file that the command line names; else the user's own
 * @throws Failure `no-such-file`, `bad-config`
 */
export async function readTargets(file = ownFile()): Promise<{ readonly targets: ClusterTargets; readonly place: string }> {
  const bytes = await readBounded(file, { most: 1_000_000, noun: 'a list of targets', hint: 'Name another file with --targets.' });
  const json = parseJson(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  if (json === undefined) throw badTargets(`${file} is not JSON.`);
  // Each is checked when it is asked for: one that is wrong keeps nobody from the others.
  return { targets: json as ClusterTargets, place: file };
}

function ownFile(): string {
  const { XDG_CONFIG_HOME: configured } = process.env;
  return join(configured === undefined || configured === '' ? join(homedir(), '.config') : configured, 'attention-scope', 'targets.json');
}

function badTargets(message: string): Failure {
  return new Failure('bad-config', message, 'Correct it and try again; docs/cluster.md explains each key.');
}
