/** `attention-scope train`: a config becomes a run directory with a best checkpoint in it. */
import { join, resolve } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { keepConfig } from '../launch/origin.ts';
import { readRequest, takeRequest } from '../launch/request.ts';
import { readConfig, type TrainingConfig } from './config.ts';
import { forgetWish, Wishes } from './control.ts';
import { tellEarlyEnd } from './early-end.ts';
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
  /** The config that it is a copy of: relative corpora are looked for beside that. */
  readonly origin?: string | undefined;
  /** Trains only if the run's request.json has this id; whoever withdraws it does so until then. */
  readonly answering?: string | undefined;
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
  const { print, resume, answering } = request;
  const path = resolve(request.runDirectory ?? join('runs', (await readConfig(request.config)).name));
  if (answering !== undefined && (await readRequest(path))?.id !== answering) return print(withdrawn);
  const config = await readConfig(request.config);
  await enterRun(path, resume);
  const unlock = await lockRun(path);
  try {
    if (answering === undefined) await forgetWish(path);
    else if (!(await takeRequest(path, answering))) return print(withdrawn);
    await enterRun(path, resume); // once more: whom we waited for may have begun a run
    if (await isOver(path, config, request)) return;
    await train(path, config, request);
  } finally {
    await unlock();
  }
}

const withdrawn = 'Nobody asks for this training any more.';

/** How it ends is told in the run's events, also where nothing was trained yet. The caller holds the run's lock. */
async function train(path: string, config: TrainingConfig, request: TrainingRequest): Promise<void> {
  const { print, fold } = request;
  const origin = resolve(request.origin ?? request.config);
  const wishes = new Wishes(path, request.signal);
  let hasBegun = false;
  try {
    await keepConfig(path, request.config, origin);
    const task = await prepareTask(config, origin, print, wishes.signal, { runFolder: path, fold });
    if (request.dataHash !== undefined && task.hash !== request.dataHash) throw changedCorpus(path);
    const directory = await RunDirectory.open(path, await recordOf(config, task, fold));
    if (directory.changedRuntime !== undefined) {
      const { from, to } = directory.changedRuntime;
      print(`The run was started with ${from} and goes on with ${to}: losses may differ from an unbroken run's.`);
    }
    wishes.signal.throwIfAborted();
    await wishes.end();
    hasBegun = true;
    await trainRun(config, task, directory, request);
  } catch (thrown) {
    const isStop = thrown instanceof Error && thrown.name === 'AbortError';
    if (!hasBegun) await tellEarlyEnd(path, isStop ? { type: 'stopped' } : { type: 'failed', message: Failure.from(thrown).message }).catch(() => undefined);
    if (!isStop) throw thrown;
    print('Stopped before training began.');
  } finally {
    if (!hasBegun) await wishes.end();
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
