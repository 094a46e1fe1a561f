/**
 * A run's directory, the interface between the process that trains and whoever watches: run.json (what was asked),
 * events.jsonl (what happened, only ever appended to) and the same numbers for TensorBoard, checkpoints/<step>/ (each
 * appears whole or not at all) and probes/<step>.safetensors. docs/run-directory.md says what others may rely on.
 */
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { removeDirectory, replaceDirectoryAtomically, tidyFolder, writeFileAtomically, writingFailure } from '../files/atomic.ts';
import { isProbeKept } from './probes-kept.ts';
import type { Retention } from './retention.ts';
import { readRunEvents, type RunEvent } from './run-events.ts';
import { checkUnchanged, type KnownRecord, readRecord, type RunRecord } from './run-record.ts';
import { stepName } from './step-name.ts';
import { EventFile, type Scalars } from './tfevents.ts';

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
    await makeFolder(checkpoints);
    await makeFolder(join(path, 'probes'));
  } catch (thrown) {
    throw writingFailure(thrown, path);
  }
}

/** Makes those above it, too. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (thrown) {
    // Node says so, too, of a file system that may not be written; level by level, the system itself says why.
    if (errnoOf(thrown) !== 'ENOENT' || dirname(path) === path) throw thrown;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

export class RunDirectory {
  readonly #scalars: EventFile;

  private constructor(
    readonly path: string,
    /** Counts starts and resumptions from 1. */
    readonly attempt: number,
    /** Steps whose checkpoints earlier attempts told of. */
    private readonly told: ReadonlySet<number>,
    /** What computes it now and did not when it was started: its losses may differ from an unbroken run's. */
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
    const text = await readRecord(path);
    const known = text === undefined ? undefined : checkUnchanged(path, text, record);
    for (const folder of ['.', 'checkpoints', 'probes', 'cache']) await tidyFolder(join(path, folder));
    if (known === undefined) {
      await writeFileAtomically(join(path, 'run.json'), `${JSON.stringify(record, undefined, 2)}\n`);
      return new RunDirectory(path, 1, new Set(), undefined);
    }
    const events = await readRunEvents(path);
    const attempt = 1 + events.reduce((most, event) => Math.max(most, event.attempt), 0);
    const told = new Set(events.flatMap(({ type, step }) => (type === 'checkpoint' ? step : [])));
    return new RunDirectory(path, attempt, told, changeOf(known, record));
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
    await this.#tellCheckpoint(step);
  }

  /** Does what a process that was killed just after its last checkpoint had got its name did not come to. */
  async finishCheckpoint(step: number, retention: Retention): Promise<void> {
    if (!this.told.has(step)) await this.#tellCheckpoint(step);
    await this.prune(retention);
  }

  /** Steps of the whole checkpoints, in order. */
  async checkpoints(): Promise<number[]> {
    const names = await readdir(join(this.path, 'checkpoints')).catch(() => []);
    return names.filter(name => /^\d{8}$/.test(name)).map(Number).toSorted((a, b) => a - b);
  }

  /** Removes all checkpoints but those that are kept, and the optimizer's state of those of which only the model is. */
  async prune({ whole, models }: Retention): Promise<void> {
    for (const step of await this.checkpoints()) {
      if (whole.includes(step)) continue;
      const folder = this.checkpointFolder(step);
      if (models.includes(step)) await rm(join(folder, stateFile), { force: true });
      else await removeDirectory(folder);
    }
  }

  /** Lends a folder to be looked at and forgotten. */
  async withScratch<Found>(use: (folder: string) => Promise<Found>): Promise<Found> {
    const folder = join(this.path, '.scratch.aside');
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      return await use(folder);
    } catch (thrown) {
      throw writingFailure(thrown, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  probeFile(step: number): string {
    return join(this.path, 'probes', `${stepName(step)}.safetensors`);
  }

  /** Removes the probes that a run which has come to this step does not keep. */
  async thinProbes(at: { readonly step: number; readonly validateEvery: number }): Promise<void> {
    for (const name of await readdir(join(this.path, 'probes'))) {
      const probe = /^(\d{8,})\.safetensors$/.exec(name)?.[1];
      if (probe !== undefined && !isProbeKept(Number(probe), at)) await rm(join(this.path, 'probes', name), { force: true });
    }
  }

  async #tellCheckpoint(step: number): Promise<void> {
    await this.append(step, { type: 'checkpoint', folder: `checkpoints/${stepName(step)}` });
  }
}

/** The optimizer's state within a checkpoint. */
export const stateFile = 'state.safetensors';

/** What computes, where that is not what did; an older record does not tell the provider. */
function changeOf({ versions, provider }: KnownRecord, now: RunRecord): RunDirectory['changedRuntime'] {
  const told = (version: string, on: string | undefined): string => `ONNX Runtime ${version}${on === undefined ? '' : ` on ${on}`}`;
  const from = told(versions.onnxruntime, provider);
  const to = told(now.versions.onnxruntime, provider === undefined ? undefined : now.provider);
  return from === to ? undefined : { from, to };
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
