/** `attention-scope train`: a config becomes a run directory with a best checkpoint in it. */
import { join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { readConfig, type TrainingConfig } from './config.ts';
import type { Fold } from './fold.ts';
import { trainRun } from './loop.ts';
import { prepareTask } from './prepare-task.ts';
import { enterRun, RunDirectory } from './run-directory.ts';
import { bestCheckpoint, isFinished, readDatedEvents } from './run-events.ts';
import { lockRun } from './run-lock.ts';
import { checkUnchanged, readRecord, recordOf } from './run-record.ts';

export interface TrainingRequest {
  /** Path of the config. */
  readonly config: string;
  /** Where the run is written; `runs/<name>` by default. */
  readonly runDirectory: string | undefined;
  readonly resume: boolean;
  /** What validates instead of what the config says. */
  readonly fold?: Fold;
  /** Of the corpus that it must be trained on, where other runs were trained on that. */
  readonly dataHash?: string | undefined;
  /** Aborted, training saves where it is and returns. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/**
 * Trains to the end, or until the signal.
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `bad-argument`, `disk-full`
 */
export async function runTraining(request: TrainingRequest): Promise<void> {
  const { print, signal, resume, fold } = request;
  const config = await readConfig(request.config);
  const path = resolve(request.runDirectory ?? join('runs', config.name));
  await enterRun(path, resume);
  const unlock = await lockRun(path);
  try {
    await enterRun(path, resume); // once more: whom we waited for may have begun a run
    if (await isOver(path, config, request)) return;
    const task = await prepareTask(config, request.config, print, signal, { runFolder: path, fold });
    if (request.dataHash !== undefined && task.hash !== request.dataHash) throw changedCorpus(path);
    const directory = await RunDirectory.open(path, await recordOf(config, task, fold));
    if (directory.changedRuntime !== undefined) {
      const { from, to } = directory.changedRuntime;
      print(`The run was started with ${from} and goes on with ${to}: losses may differ from an unbroken run's.`);
    }
    await trainRun(config, task, directory, request);
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.name === 'AbortError')) throw thrown;
    print('Stopped before training began.');
  } finally {
    await unlock();
  }
}

/** Whether the run was trained to its end before; known without reading its corpus, which may take long. */
async function isOver(path: string, config: TrainingConfig, { fold, print }: TrainingRequest): Promise<boolean> {
  const record = await readRecord(path);
  const events = await readDatedEvents(path);
  if (record === undefined || !isFinished(events)) return false;
  checkUnchanged(path, record, { config, ...(fold && { fold }) });
  const best = await bestCheckpoint(path, events);
  print(`The run is finished already${best === undefined ? '' : `: the best of it is ${best.folder}`}`);
  return true;
}

function changedCorpus(path: string): Failure {
  return new Failure(
    'bad-argument',
    `${path} cannot be trained beside the other folds: the corpus changed since they were.`,
    'Undo the change, or start all folds anew in another folder.',
  );
}
