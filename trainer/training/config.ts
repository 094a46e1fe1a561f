/** `*.attention.json`: what a training is asked to do (docs/training.md). */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import type { PairSource } from '../text/pairs.ts';
import type { Bucket } from './batch.ts';

const count = (most: number) => z.int().min(1).max(most);
const share = z.number().min(0).max(0.9);
const path = z.string().min(1).max(4096);
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'expected a language tag such as "en"');

/** What a model's card says of the corpus: whose it is, and where and in what state it can be had. */
const provenance = { credit: z.string().max(2000).optional(), origin: z.string().max(2000).optional() };

const schema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected a short name such as "en-fr": lower-case letters, digits, ".", "_", "-"'),
  title: z.string().min(1).max(200).optional(),
  task: z.literal('translation'),
  languages: z.strictObject({ source: language, target: language }),
  /** Relative files are looked for in $ATTENTION_SCOPE_DATA, then beside the config. */
  data: z.discriminatedUnion('format', [
    z.strictObject({ format: z.literal('tsv'), file: path, ...provenance }),
    z.strictObject({ format: z.literal('parallel'), source: path, target: path, ...provenance }),
  ], { error: issue => (issue.code === 'invalid_union' ? 'expected "tsv" or "parallel"' : undefined) }),
  /** Held out, in distinct sources. */
  split: z.strictObject({ validation: count(100_000), test: count(100_000), seed: z.int().default(1) }),
  vocabulary: z.strictObject({ size: z.int().min(300).max(64_000) }),
  model: z.strictObject({
    kind: z.literal('gru-additive'),
    embedding: count(4096),
    hidden: count(4096),
    attention: count(4096),
  }),
  training: z.strictObject({
    epochs: count(1000),
    /** Target places of a batch, padding counted. */
    tokensPerBatch: z.int().min(16).max(65_536).default(1024),
    /** Batches whose gradients are averaged before each step. */
    accumulate: count(256).default(1),
    learningRate: z.number().positive().max(1),
    warmupSteps: z.int().min(0).max(1_000_000).default(500),
    dropout: share.default(0.2),
    labelSmoothing: share.default(0.1),
    weightDecay: z.number().min(0).max(1).default(0.01),
    clipNorm: z.number().min(0).max(1000).default(1),
    /** How often an example is two to four pairs joined. */
    join: share.default(0.08),
    /** Longest source and target of each bucket, in tokens, from the shortest to the longest. */
    buckets: z
      .array(z.tuple([count(512), count(512)]))
      .min(1)
      .max(16)
      .default([[8, 8], [12, 12], [16, 16], [20, 24], [28, 32], [40, 48]]),
    /** Steps between two validations, each of which saves a checkpoint. */
    validateEvery: count(1_000_000).default(1000),
    /** Validations without a better loss after which training stops. */
    patience: count(1000).default(10),
    logEvery: count(100_000).default(50),
    threads: count(64).default(2),
    seed: z.int().default(1),
  }),
});

export type TrainingConfig = z.infer<typeof schema>;

export function bucketsOf({ training }: TrainingConfig): Bucket[] {
  return training.buckets.map(([source, target]) => ({ source, target }));
}

/**
 * Reads and checks a config.
 * @throws Failure `bad-config`, naming every wrong key with what was found and what was expected
 */
export async function readConfig(file: string): Promise<TrainingConfig> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new Failure('no-such-file', `There is no config file ${file}.`, 'Check the path.');
  if (!found.isFile()) throw new Failure('no-such-file', `${file} is no file.`, 'Give the path of a config, a JSON file.');
  if (found.size > 1_000_000) throw badConfig(`${file} has ${found.size} bytes; a config has at most 1,000,000.`);
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Failure('no-such-file', `${file} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check its permissions.', { cause: thrown });
  });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw badConfig(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
  return parseConfig(json, file);
}

/** @throws Failure `bad-config` */
export function parseConfig(json: unknown, file: string): TrainingConfig {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const wrong = parsed.error.issues.flatMap(issue => {
      const place = (key: string): string => [...issue.path.map(String), key].filter(part => part !== '').join('.');
      if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `"${place(key)}" is not a key of a config`);
      const found = JSON.stringify(valueAt(json, issue.path))?.slice(0, 80) ?? 'nothing';
      return [`"${place('') || 'the file'}": ${issue.message} (found ${found})`];
    });
    throw badConfig(`${file} cannot be used: ${wrong.join('; ')}.`);
  }
  const { buckets } = parsed.data.training;
  const unsorted = buckets.some(([source, target], index) => {
    const before = buckets[index - 1];
    return before !== undefined && (source < before[0] || target < before[1]);
  });
  if (unsorted) throw badConfig(`${file} cannot be used: "training.buckets" must grow from first to last.`);
  return parsed.data;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), json);
}

function badConfig(message: string): Failure {
  return new Failure('bad-config', message, 'Correct the keys named and run again; docs/training.md explains each.');
}

/** Where the config's corpus lies on this machine. */
export async function pairSourceOf(config: TrainingConfig, file: string): Promise<PairSource> {
  const { data } = config;
  if (data.format === 'tsv') return { kind: 'tsv', file: await locate(data.file, file) };
  return { kind: 'parallel', source: await locate(data.source, file), target: await locate(data.target, file) };
}

async function locate(name: string, configFile: string): Promise<string> {
  if (isAbsolute(name)) return name;
  const folders = [process.env['ATTENTION_SCOPE_DATA'], dirname(resolve(configFile))].filter(folder => folder !== undefined);
  for (const folder of folders) {
    const candidate = join(folder, name);
    if (await stat(candidate).then(found => found.isFile(), () => false)) return candidate;
  }
  throw new Failure(
    'no-such-file',
    `${basename(configFile)} names the corpus ${name}, which is in none of: ${folders.join(', ')}.`,
    'Put it there, or set ATTENTION_SCOPE_DATA to the folder that holds it.',
  );
}
