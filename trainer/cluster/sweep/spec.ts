/** `*.sweep.json`: which keys of a config are varied, and how. */
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../../protocol/failure.ts';
import { readBounded } from '../../files/bounded.ts';
import { parseJson } from '../../text/parse-json.ts';
import { count, path } from '../../training/common-config.ts';

/** As many as a job array of Slurm has, unless its MaxArraySize was raised. */
export const mostRuns = 1000;

const differ = (values: readonly unknown[]): boolean => new Set(values.map(value => JSON.stringify(value))).size === values.length;

/** A key's place in the config, parted by dots; what the run is called, and what it is to do, is for the sweep and the base to say. */
const key = z
  .string()
  .max(200)
  .regex(/^[A-Za-z]+(\.[A-Za-z]+)*$/, 'expected a key of the config such as "training.learningRate"')
  .refine(given => !['name', 'title', 'task'].includes(given), 'expected a key that may differ from run to run');

const bounds = (number: z.ZodNumber) => z.tuple([number, number]).refine(([low, high]) => low < high, 'expected a lower and a higher number');

const distribution = z.union(
  [
    z.strictObject({ uniform: bounds(z.number()) }),
    z.strictObject({ logUniform: bounds(z.number().positive()) }),
    /** Both ends can be drawn. */
    z.strictObject({ integer: bounds(z.int()) }),
    z.strictObject({ choice: z.array(z.unknown()).min(1).max(100) }),
  ],
  { error: 'expected {"uniform": [low, high]}, {"logUniform": [low, high]}, {"integer": [low, high]} or {"choice": […]}' },
);
export type Distribution = z.infer<typeof distribution>;

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected a short name such as "rates": lower-case letters, digits, ".", "_", "-"'),
    title: z.string().min(1).max(200).optional(),
    base: z.union([path, z.record(z.string(), z.unknown())], { error: 'expected a training config, or the path of one' }),
    /** Every combination of these values. */
    grid: z.record(key, z.array(z.unknown()).min(1).max(mostRuns).refine(differ, 'expected values that differ')).default({}),
    /** Drawn anew for each sample; the same draws for each combination of the grid. */
    random: z.record(key, distribution).default({}),
    samples: count(mostRuns).default(1),
    /** Of the draws. */
    seed: z.int().min(0).default(1),
    /** Each setting is trained once with each; without them once, with the config's own. */
    seeds: z.array(z.int().min(0).max(1_000_000)).min(1).max(100).refine(differ, 'expected seeds that differ').optional(),
    /** What settings are ranked by; the first measure of the task where this is left out. */
    metric: z.string().min(1).max(100).optional(),
    better: z.enum(['higher', 'lower']).optional(),
    /** Runs at once; as many as there is room for where this is left out. */
    atOnce: count(mostRuns).optional(),
  })
  .superRefine(({ grid, random, samples, seeds }, context) => {
    const wrong = (at: string, message: string): void => context.addIssue({ code: 'custom', path: [at], message });
    const both = Object.keys(random).find(one => Object.hasOwn(grid, one));
    if (both !== undefined) wrong('random', `expected no "${both}", since "grid" has it`);
    if (samples > 1 && Object.keys(random).length === 0) wrong('samples', 'expected 1, since "random" names no key to draw');
    if (seeds !== undefined && [grid, random].some(set => Object.hasOwn(set, 'training.seed'))) wrong('seeds', 'expected none, since "training.seed" is varied');
    const runs = Object.values(grid).reduce((product, values) => product * values.length, samples * (seeds?.length ?? 1));
    if (runs > mostRuns) wrong('grid', `expected at most ${mostRuns} runs; these are ${runs}`);
  });

export interface SweepSpec extends Readonly<Omit<z.infer<typeof schema>, 'base'>> {
  /** The base config as it stands in its file. */
  readonly base: Readonly<Record<string, unknown>>;
  /** Absolute: the file that holds the base, beside which relative data are looked for. */
  readonly baseFile: string;
}

/**
 * Reads and checks a spec, and the base config where that is a file of its own.
 * @throws Failure `bad-config`, naming every wrong key with what was found and what was expected; `no-such-file`
 */
export async function readSweepSpec(given: string): Promise<SweepSpec> {
  const file = resolve(given);
  const json = await readJson(file);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw badSweep(`${file} cannot be used: ${parsed.error.issues.flatMap(issue => wrongOf(issue, json)).join('; ')}.`);
  const { base, ...rest } = parsed.data;
  if (typeof base !== 'string') return { ...rest, base, baseFile: file };
  const baseFile = resolve(dirname(file), base);
  const config = z.record(z.string(), z.unknown()).safeParse(await readJson(baseFile)).data;
  if (config === undefined) throw badSweep(`${baseFile} holds no training config: an object was expected.`);
  return { ...rest, base: config, baseFile };
}

async function readJson(file: string): Promise<unknown> {
  const bytes = await readBounded(file, { most: 1_000_000, noun: 'a sweep or a config', hint: 'Check that it is the file that is meant.' });
  const json = parseJson(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  if (json === undefined) throw badSweep(`${file} is not JSON.`);
  return json;
}

function wrongOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const place = (at: string): string => [...issue.path.map(String), at].filter(part => part !== '').join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map(one => `"${place(one)}" is not a key of a sweep`);
  if (issue.code === 'invalid_key') return [`"${place('')}": ${issue.issues.map(({ message }) => message).join(', ')}`];
  const found = issue.path.reduce<unknown>((value, at) => (typeof value === 'object' && value !== null ? Reflect.get(value, at) : undefined), json);
  return [`"${place('') || 'the file'}": ${issue.message} (found ${JSON.stringify(found)?.slice(0, 80) ?? 'nothing'})`];
}

function badSweep(message: string): Failure {
  return new Failure('bad-config', message, 'Correct the keys named and try again; docs/cluster.md explains each.');
}
