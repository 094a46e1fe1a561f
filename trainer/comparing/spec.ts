/** `*.compare.json`: which models are trained and tested alike, and where the report goes. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { widestBeam } from '../decoding/request.ts';
import { count, path } from '../training/common-config.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,47}$/, 'expected a short name such as "additive": at most 48 lower-case letters, digits, ".", "_", "-"');

const differ = <Value>(values: readonly Value[]): boolean => new Set(values).size === values.length;

/** What a model may have of its own; anything else would change what it is tested on. */
const ownKey = /^(model|training|vocabulary)(\.[A-Za-z]+)*$/;

/** What is asked of a key of `set`: its place in the base config, parted by dots. */
const overrides = z.record(z.string(), z.unknown()).superRefine((set, context) => {
  for (const key of Object.keys(set)) {
    if (ownKey.test(key)) continue;
    context.addIssue({ code: 'custom', message: `"${key}" cannot be set: expected a key such as "model.attention", under "model", "training" or "vocabulary"` });
  }
});

const model = z
  .strictObject({ name, set: overrides.optional(), model: path.optional() })
  .refine(({ set, model: folder }) => (set === undefined) !== (folder === undefined), {
    error: 'expected either "set", what differs from "base", or "model", the folder of a trained model',
  });

/** Words of the source, from and to; `null` where there is no end. */
const lengths = z
  .array(z.tuple([count(10_000), count(10_000).nullable()]))
  .max(32)
  .refine(
    bins => bins.every(([from, to], index) => from <= (to ?? Infinity) && (index === 0 || from > (bins[index - 1]?.[1] ?? Infinity))),
    'expected bins such as [1, 5], [6, 10], [11, null], in order and apart',
  );

const schema = z
  .strictObject({
    $schema: z.string().optional(),
    name,
    title: z.string().min(1).max(200),
    base: z.union([path, z.record(z.string(), z.unknown())], { error: 'expected a training config, or the path of one' }),
    models: z
      .array(model)
      .min(1)
      .max(64)
      .refine(models => differ(models.map(one => one.name)), 'expected names that differ'),
    /** Each model is trained once with each; without them once, with the config's own. */
    seeds: z.array(z.int().min(0).max(1_000_000)).min(1).max(32).refine(differ, 'expected seeds that differ').optional(),
    /** 1 is greedy. */
    beam: count(widestBeam).default(1),
    lengths: lengths.default([[1, 5], [6, 10], [11, 15], [16, null]]),
    out: path,
  })
  .superRefine(({ models, seeds }, context) => {
    models.forEach(({ set }, index) => {
      if (seeds === undefined || set === undefined || !Object.hasOwn(set, 'training.seed')) return;
      context.addIssue({ code: 'custom', path: ['models', index, 'set'], message: 'expected no "training.seed" where "seeds" are given' });
    });
  });

export type LengthBin = readonly [from: number, to: number | null];

export interface ComparisonSpec extends Readonly<Omit<z.infer<typeof schema>, 'base'>> {
  /** The base config as it stands in its file. */
  readonly base: Readonly<Record<string, unknown>>;
  /** The file that holds the base: this spec's own where that is inline. Data are looked for beside it. */
  readonly baseFile: string;
  /** The spec's file; relative paths start from its folder. */
  readonly file: string;
  /** Absolute. */
  readonly out: string;
}

/**
 * Reads and checks a spec, and the base config where that is a file of its own.
 * @throws Failure `bad-config`, naming every wrong key with what was found and what was expected; `no-such-file`
 */
export async function readSpec(given: string): Promise<ComparisonSpec> {
  const file = resolve(given);
  const json = await readJson(file);
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw badSpec(`${file} cannot be used: ${parsed.error.issues.flatMap(issue => wrongOf(issue, json)).join('; ')}.`);
  const { base, out, ...rest } = parsed.data;
  const folder = dirname(file);
  const baseFile = typeof base === 'string' ? resolve(folder, base) : file;
  return { ...rest, file, out: resolve(folder, out), baseFile, base: typeof base === 'string' ? objectOf(await readJson(baseFile), baseFile) : base };
}

function wrongOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const place = (key: string): string => [...issue.path.map(String), key].filter(part => part !== '').join('.');
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `"${place(key)}" is not a key of a comparison`);
  const found = issue.path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), json);
  return [`"${place('') || 'the file'}": ${issue.message} (found ${JSON.stringify(found)?.slice(0, 80) ?? 'nothing'})`];
}

async function readJson(file: string): Promise<unknown> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw new Failure('no-such-file', `There is no file ${file}.`, 'Check the path.');
  if (found.size > 1_000_000) throw badSpec(`${file} has ${found.size} bytes; at most 1,000,000 were expected.`);
  try {
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw badSpec(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
}

function objectOf(json: unknown, file: string): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
  throw badSpec(`${file} holds no training config: an object was expected.`);
}

export function badSpec(message: string): Failure {
  return new Failure('bad-config', message, 'Correct the keys named and run again; see attention-scope compare --help.');
}
