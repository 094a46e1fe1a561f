/**
 * A run's directory, the interface between the process that trains and whoever watches: run.json (what was asked),
 * events.jsonl (what happened, only ever appended to), checkpoints/<step>/ (each appears whole or not at all) and
 * probes/<step>.safetensors. docs/run-directory.md says what others may rely on.
 */
import { mkdir, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { replaceDirectoryAtomically, writeFileAtomically, writingFailure } from '../files/atomic.ts';
import type { TrainingConfig } from './config.ts';

/** What was asked and with what, written once when the run starts. */
export interface RunRecord {
  readonly format: 'attention-scope-run';
  readonly formatVersion: 1;
  readonly config: TrainingConfig;
  readonly dataHash: string;
  readonly versions: { readonly attentionScope: string; readonly onnxruntime: string; readonly node: string };
  readonly threads: number;
  readonly started: string;
}

/** One line of events.jsonl. `attempt` counts starts and resumptions from 1; readers keep the highest attempt a step. */
export type RunEvent =
  | { readonly type: 'started'; readonly parameters: number; readonly totalSteps: number }
  | { readonly type: 'resumed'; readonly fromStep: number }
  | {
      readonly type: 'step';
      readonly loss: number;
      readonly likelihood: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly epoch: number;
    }
  | { readonly type: 'validation'; readonly likelihood: number; readonly perplexity: number; readonly bleu: number; readonly best: boolean }
  | { readonly type: 'sample'; readonly source: string; readonly target: string; readonly reference: string }
  | { readonly type: 'checkpoint'; readonly folder: string }
  | { readonly type: 'finished'; readonly reason: 'all-epochs' | 'no-improvement'; readonly bestStep: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly message: string };

const recordSchema = z.looseObject({
  format: z.literal('attention-scope-run'),
  formatVersion: z.literal(1),
  config: z.unknown(),
  dataHash: z.string(),
  threads: z.number(),
  versions: z.looseObject({ onnxruntime: z.string() }),
});

const eventSchema = z.looseObject({ type: z.string(), attempt: z.int().min(1), step: z.int().min(0) });

export class RunDirectory {
  private constructor(
    readonly path: string,
    readonly attempt: number,
  ) {}

  /** Begins a run. @throws Failure `bad-argument` where the directory already holds one */
  static async create(path: string, record: RunRecord): Promise<RunDirectory> {
    await mkdir(join(path, 'checkpoints'), { recursive: true });
    await mkdir(join(path, 'probes'), { recursive: true });
    if (await exists(join(path, 'run.json'))) {
      throw new Failure(
        'bad-argument',
        `${path} already holds a run.`,
        'Add --resume to go on with it, or name another folder with --run-dir.',
      );
    }
    await writeFileAtomically(join(path, 'run.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    return new RunDirectory(path, 1);
  }

  /**
   * Goes on with a run: ends a line that a killed writer tore and counts the attempt.
   * @throws Failure `no-such-file`, `bad-argument` where the run was started on other data or with another config
   */
  static async reopen(path: string, record: RunRecord): Promise<RunDirectory> {
    const text = await readFile(join(path, 'run.json'), 'utf8').catch(() => undefined);
    if (text === undefined) {
      throw new Failure('no-such-file', `${path} holds no run to resume.`, 'Start it without --resume.');
    }
    const known = recordSchema.safeParse(JSON.parse(text));
    if (!known.success) throw new Failure('bad-argument', `${path}/run.json is not a run's record.`, 'Start a new run.');
    const same = JSON.stringify(known.data.config) === JSON.stringify(record.config);
    const changed = [
      ...(same ? [] : ['the config']),
      ...(known.data.dataHash === record.dataHash ? [] : ['the corpus']),
    ];
    if (changed.length > 0) {
      throw new Failure(
        'bad-argument',
        `${path} cannot be resumed: ${changed.join(' and ')} changed since it was started.`,
        'Undo the change, or start a new run in another folder.',
      );
    }
    const events = await endTornLine(join(path, 'events.jsonl'));
    const attempt = 1 + events.reduce((most, event) => Math.max(most, event.attempt), 0);
    return new RunDirectory(path, attempt);
  }

  /** Appends one event, synced: once this returns it outlives the process. */
  async append(step: number, event: RunEvent): Promise<void> {
    const line = { ...event, attempt: this.attempt, step, time: new Date().toISOString() };
    const path = join(this.path, 'events.jsonl');
    try {
      const file = await open(path, 'a');
      try {
        await file.writeFile(`${JSON.stringify(line)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (thrown) {
      throw writingFailure(thrown, path);
    }
  }

  checkpointFolder(step: number): string {
    return join(this.path, 'checkpoints', String(step).padStart(8, '0'));
  }

  async writeCheckpoint(step: number, fill: (folder: string) => Promise<void>): Promise<void> {
    await replaceDirectoryAtomically(this.checkpointFolder(step), fill);
  }

  /** Steps of the whole checkpoints, in order. */
  async checkpoints(): Promise<number[]> {
    const names = await readdir(join(this.path, 'checkpoints')).catch(() => []);
    return names.filter(name => /^\d{8}$/.test(name)).map(Number).toSorted((a, b) => a - b);
  }

  /** Removes all checkpoints but those named; of the best one only the model stays, without the optimizer's state. */
  async prune(latest: number, best: number): Promise<void> {
    for (const step of await this.checkpoints()) {
      if (step === latest) continue;
      const folder = this.checkpointFolder(step);
      await rm(step === best ? join(folder, stateFile) : folder, { recursive: true, force: true });
    }
  }

  probeFile(step: number): string {
    return join(this.path, 'probes', `${String(step).padStart(8, '0')}.safetensors`);
  }
}

/** The optimizer's state within a checkpoint. */
export const stateFile = 'state.safetensors';

/** Reads whole events and cuts off a line that was never finished. */
async function endTornLine(path: string): Promise<{ attempt: number; step: number }[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole.split('\n').flatMap(line => {
    try {
      const parsed = eventSchema.safeParse(JSON.parse(line));
      return parsed.success ? [{ attempt: parsed.data.attempt, step: parsed.data.step }] : [];
    } catch {
      return [];
    }
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
