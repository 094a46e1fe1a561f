/**
 * A run's directory, the interface between the process that trains and whoever watches: run.json (what was asked),
 * events.jsonl (what happened, only ever appended to) and the same numbers for TensorBoard, checkpoints/<step>/ (each
 * appears whole or not at all) and probes/<step>.safetensors. docs/run-directory.md says what others may rely on.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { removeDirectory, replaceDirectoryAtomically, tidyFolder, writeFileAtomically, writingFailure } from '../files/atomic.ts';
import type { TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import type { Sample } from './task.ts';
import { EventFile, type Scalars } from './tfevents.ts';

/** What was asked and with what, written once when the run starts. */
export interface RunRecord {
  readonly format: 'attention-scope-run';
  readonly formatVersion: 1;
  readonly config: TrainingConfig;
  readonly dataHash: string;
  /** What it holds out, where it is a part of a cross-validation. */
  readonly fold?: Fold;
  readonly versions: { readonly attentionScope: string; readonly onnxruntime: string; readonly node: string };
  readonly threads: number;
  readonly started: string;
}

/** One line of events.jsonl. `attempt` counts starts and resumptions from 1; readers keep the highest attempt a step. */
export type RunEvent =
  | { readonly type: 'started'; readonly parameters: number; readonly totalSteps: number }
  | { readonly type: 'resumed'; readonly fromStep: number; readonly parameters: number; readonly totalSteps: number }
  | {
      readonly type: 'step';
      readonly loss: number;
      readonly likelihood: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      /** Tokens or, where a task has none, examples. */
      readonly tokensPerSecond: number;
      readonly epoch: number;
    }
  | {
      readonly type: 'validation';
      readonly likelihood: number;
      readonly perplexity: number;
      /** The task's own measures by name, such as `bleu`. */
      readonly metrics: Readonly<Record<string, number>>;
      readonly best: boolean;
      /** Steps of the checkpoints that this one is the mean of, where it is one. */
      readonly meanOf?: readonly number[];
    }
  | ({ readonly type: 'sample' } & Sample)
  | { readonly type: 'checkpoint'; readonly folder: string }
  | { readonly type: 'finished'; readonly reason: 'all-epochs' | 'no-improvement'; readonly bestStep: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string };

const recordSchema = z.looseObject({
  format: z.literal('attention-scope-run'),
  formatVersion: z.literal(1),
  config: z.looseObject({ data: z.looseObject({}) }),
  dataHash: z.string(),
  fold: z.strictObject({ index: z.int(), of: z.int() }).optional(),
  threads: z.number(),
  versions: z.looseObject({ onnxruntime: z.string() }),
});

const eventSchema = z.looseObject({ type: z.string(), attempt: z.int().min(1), step: z.int().min(0) });

/**
 * Makes a new run's folders, or finds those of one to be resumed. Nothing is written into a run that is there.
 * @throws Failure `bad-argument` where a new run's directory already holds one, `no-such-file`, `disk-full`
 */
export async function enterRun(path: string, resume: boolean): Promise<void> {
  const checkpoints = join(path, 'checkpoints');
  if (resume && !(await exists(checkpoints))) {
    throw new Failure('no-such-file', `${path} holds no run to resume.`, 'Start it without --resume.');
  }
  if (!resume && (await exists(join(path, 'run.json')))) {
    throw new Failure(
      'bad-argument',
      `${path} already holds a run.`,
      'Add --resume to go on with it, or name another folder with --run-dir.',
    );
  }
  try {
    await mkdir(checkpoints, { recursive: true });
    await mkdir(join(path, 'probes'), { recursive: true });
  } catch (thrown) {
    throw writingFailure(thrown, path);
  }
}

export class RunDirectory {
  readonly #scalars: EventFile;

  private constructor(
    readonly path: string,
    /** Counts starts and resumptions from 1. */
    readonly attempt: number,
    /** With what the run was started, where that differs from what it goes on with. */
    readonly changedRuntime: { readonly from: string; readonly to: string } | undefined,
  ) {
    this.#scalars = EventFile.of(path, attempt);
  }

  /**
   * Begins the run that `enterRun` made folders for, or goes on with the one there; one that was killed before it wrote
   * anything begins. The caller holds the run's lock.
   * @throws Failure `bad-argument` where the run was started on other data or with another config, `disk-full`
   */
  static async open(path: string, record: RunRecord): Promise<RunDirectory> {
    const file = join(path, 'run.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) {
      await writeFileAtomically(file, `${JSON.stringify(record, undefined, 2)}\n`);
      return new RunDirectory(path, 1, undefined);
    }
    const { versions } = checkUnchanged(path, text, record);
    await tidyFolder(path);
    await tidyFolder(join(path, 'checkpoints'));
    await tidyFolder(join(path, 'probes'));
    const attempt = 1 + (await readRunEvents(path)).reduce((most, event) => Math.max(most, event.attempt), 0);
    const [from, to] = [versions.onnxruntime, record.versions.onnxruntime];
    return new RunDirectory(path, attempt, from === to ? undefined : { from, to });
  }

  /** Appends one event, synced: once this returns it outlives the process. */
  async append(step: number, event: RunEvent): Promise<void> {
    if (event.type === 'resumed') await this.#scalars.restart(event.fromStep);
    const scalars = scalarsOf(event);
    if (scalars !== undefined) await this.#scalars.add(step, scalars);
    const line = JSON.stringify({ ...event, attempt: this.attempt, step, time: new Date().toISOString() });
    const path = join(this.path, 'events.jsonl');
    try {
      const file = await open(path, 'a+');
      try {
        await file.writeFile(`${(await isTorn(file)) ? '\n' : ''}${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (thrown) {
      throw writingFailure(thrown, path);
    }
  }

  checkpointFolder(step: number): string {
    return join(this.path, 'checkpoints', stepName(step));
  }

  async writeCheckpoint(step: number, fill: (folder: string) => Promise<void>): Promise<void> {
    await replaceDirectoryAtomically(this.checkpointFolder(step), fill);
  }

  /** Steps of the whole checkpoints, in order. */
  async checkpoints(): Promise<number[]> {
    const names = await readdir(join(this.path, 'checkpoints')).catch(() => []);
    return names.filter(name => /^\d{8}$/.test(name)).map(Number).toSorted((a, b) => a - b);
  }

  /** Removes all checkpoints but the `keep` last ones and the best, of which only the model stays, without the optimizer's state. */
  async prune(keep: number, best: number): Promise<void> {
    const steps = await this.checkpoints();
    for (const step of steps.slice(0, Math.max(0, steps.length - keep))) {
      const folder = this.checkpointFolder(step);
      if (step === best) await rm(join(folder, stateFile), { force: true });
      else await removeDirectory(folder);
    }
  }

  probeFile(step: number): string {
    return join(this.path, 'probes', `${stepName(step)}.safetensors`);
  }
}

/**
 * @param text of the run's record
 * @param asked what it is to go on with; the corpus is not compared where its hash is left out
 * @throws Failure `bad-argument` where that is not what the run was started with
 */
export function checkUnchanged(
  path: string,
  text: string,
  asked: Pick<RunRecord, 'config' | 'fold'> & { readonly dataHash?: string },
): z.infer<typeof recordSchema> {
  const known = recordSchema.safeParse(parse(text));
  if (!known.success) throw new Failure('bad-argument', `${join(path, 'run.json')} is not a run's record.`, 'Start a new run in another folder.');
  const { config, dataHash, fold } = known.data;
  const changed = [
    ...(essence(config) === essence(asked.config) ? [] : ['the config']),
    ...(asked.dataHash === undefined || dataHash === asked.dataHash ? [] : ['the corpus']),
    ...(fold?.index === asked.fold?.index && fold?.of === asked.fold?.of ? [] : ['the fold']),
  ];
  if (changed.length === 0) return known.data;
  throw new Failure(
    'bad-argument',
    `${path} cannot be resumed: ${changed.join(' and ')} changed since it was started.`,
    'Undo the change, or start a new run in another folder.',
  );
}

/** A step in the name of a file or folder: in the order of names is in the order of steps. */
export const stepName = (step: number): string => String(step).padStart(8, '0');

/** The optimizer's state within a checkpoint. */
export const stateFile = 'state.safetensors';

/** What happened in a run so far; what is no event, such as a line that a killed writer tore, is passed over. */
export async function readRunEvents(run: string): Promise<z.infer<typeof eventSchema>[]> {
  const text = await readFile(join(run, 'events.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap(line => eventSchema.safeParse(parse(line)).data ?? []);
}

/** Whether the file's last line has no end: its writer was killed, or found no room. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** An event's numbers as TensorBoard shows them. */
function scalarsOf(event: RunEvent): Scalars | undefined {
  if (event.type === 'step') {
    const { loss, likelihood, gradientNorm, learningRate, tokensPerSecond } = event;
    return {
      'train/loss': loss,
      'train/likelihood': likelihood,
      'train/gradient_norm': gradientNorm,
      'train/learning_rate': learningRate,
      'train/tokens_per_second': tokensPerSecond,
    };
  }
  if (event.type === 'validation') {
    const { likelihood, perplexity, metrics } = event;
    const own = Object.entries(metrics).map(([name, value]) => [`validation/${name}`, value] as const);
    return { 'validation/likelihood': likelihood, 'validation/perplexity': perplexity, ...Object.fromEntries(own) };
  }
  return undefined;
}

/** What of a config its losses depend on, as text, keys in order: not what only people read. */
function essence(config: Readonly<Record<string, unknown>> & { readonly data: object }): string {
  const { $schema: _schema, title: _title, ...rest } = config;
  const { credit: _credit, origin: _origin, ...data }: Readonly<Record<string, unknown>> = { ...config.data };
  return JSON.stringify({ ...rest, data }, (_key, value: unknown) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))) : value;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
