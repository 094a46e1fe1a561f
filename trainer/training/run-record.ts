/** run.json: what was asked and with what, written once when the run starts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { providerOf } from '../engine/providers.ts';
import { loadRuntime } from '../engine/runtime.ts';
import { productRoot } from '../files/root.ts';
import { parseJson } from '../text/parse-json.ts';
import { parseConfig, type TrainingConfig } from './config.ts';
import { changedFiles, type DataFile, dataFileSchema, describeFiles } from './data-files.ts';
import type { Fold } from './fold.ts';
import type { PreparedTask } from './task.ts';

export interface RunRecord {
  readonly format: 'attention-scope-run';
  readonly formatVersion: 1;
  readonly config: TrainingConfig;
  readonly dataHash: string;
  /** The corpus' files. */
  readonly dataFiles?: readonly DataFile[];
  /** What it holds out, where it is a part of a cross-validation. */
  readonly fold?: Fold;
  readonly versions: { readonly attentionScope: string; readonly onnxruntime: string; readonly node: string };
  /** ONNX Runtime's execution provider, by its own name. */
  readonly provider: string;
  readonly threads: number;
  readonly started: string;
}

const schema = z.looseObject({
  format: z.literal('attention-scope-run'),
  formatVersion: z.literal(1),
  config: z.unknown(),
  dataHash: z.string(),
  dataFiles: z.array(dataFileSchema).optional().catch(undefined),
  fold: z.strictObject({ index: z.int(), of: z.int() }).optional(),
  threads: z.number(),
  versions: z.looseObject({ onnxruntime: z.string() }),
  provider: z.string().optional(),
});

/** A record as it is read: an older one lacks what was added since. */
export type KnownRecord = z.infer<typeof schema>;

export async function recordOf(config: TrainingConfig, task: Pick<PreparedTask, 'hash' | 'files'>, fold: Fold | undefined): Promise<RunRecord> {
  const version = async (folder: string): Promise<string> => {
    const text = await readFile(join(productRoot, folder, 'package.json'), 'utf8').catch(() => '{}');
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : 'unknown';
  };
  return {
    format: 'attention-scope-run',
    formatVersion: 1,
    config,
    dataHash: task.hash,
    ...(task.files !== undefined && { dataFiles: await describeFiles(task.files) }),
    ...(fold && { fold }),
    versions: {
      attentionScope: await version('.'),
      onnxruntime: await version('node_modules/onnxruntime-node'),
      node: process.version,
    },
    provider: providerOf(await loadRuntime()),
    threads: config.training.threads,
    started: new Date().toISOString(),
  };
}

/** The text of a run's record, where there is one. */
export async function readRecord(run: string): Promise<string | undefined> {
  return readFile(join(run, 'run.json'), 'utf8').catch(() => undefined);
}

type Asked = Pick<RunRecord, 'config' | 'fold' | 'dataFiles'> & { readonly dataHash?: string | undefined };

/**
 * @param text of the run's record
 * @param asked what it is to go on with; the corpus is not compared where its hash is left out
 * @throws Failure `bad-argument` where that is not what the run was started with
 */
export function checkUnchanged(
  run: string,
  text: string,
  asked: Asked,
): KnownRecord {
  const file = join(run, 'run.json');
  const known = schema.safeParse(parseJson(text)).data;
  if (known === undefined) throw new Failure('bad-argument', `${file} is not a run's record.`, 'Start a new run in another folder.');
  const { dataHash, fold } = known;
  const changed = [
    ...(trainsAlike(known.config, asked.config, file) ? [] : ['the config']),
    ...(asked.dataHash === undefined || dataHash === asked.dataHash ? [] : ['the corpus']),
    ...(fold?.index === asked.fold?.index && fold?.of === asked.fold?.of ? [] : ['the fold']),
  ];
  if (changed.length === 0) return known;
  throw new Failure(
    'bad-argument',
    `${run} cannot be resumed: ${changed.join(' and ')} changed since it was started${detailsOf(known, asked)}.`,
    'Undo the change, or start a new run in another folder.',
  );
}

/** What is known of how the corpus changed, where it did: which of its files, and its hash. */
function detailsOf({ dataHash, dataFiles }: KnownRecord, now: Asked): string {
  if (now.dataHash === undefined || now.dataHash === dataHash) return '';
  const short = (hash: string): string => `${hash.slice(0, 12)}${hash.length > 12 ? '…' : ''}`;
  const files = dataFiles === undefined || now.dataFiles === undefined ? [] : changedFiles(dataFiles, now.dataFiles);
  return ` (${[...files, `the hash of the corpus was ${short(dataHash)} and is ${short(now.dataHash)}`].join('; ')})`;
}

/**
 * Whether a recorded config asks for the same training. It is read as a config is today: keys that came later have their
 * defaults.
 * @param file of the record
 */
export function trainsAlike(recorded: unknown, config: TrainingConfig, file: string): boolean {
  try {
    return essence(parseConfig(recorded, file)) === essence(config);
  } catch (thrown) {
    if (thrown instanceof Failure) return false;
    throw thrown;
  }
}

/** What of a config its losses depend on, as text, keys in order: not what only people read, nor how much is kept. */
function essence(config: TrainingConfig): string {
  const { $schema: _schema, title: _title, ...rest } = config;
  const { credit: _credit, origin: _origin, ...data }: Readonly<Record<string, unknown>> = { ...config.data };
  const { keepLast: _keepLast, ...training }: Readonly<Record<string, unknown>> = { ...config.training };
  return JSON.stringify({ ...rest, data, training }, (_key, value: unknown) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))) : value;
  });
}
