/** The queue of a folder of runs: starts those that wait, so many at a time, and ends when there is nothing left to do. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { tellEarlyEnd } from '../training/early-end.ts';
import { findWriter, lockRun } from '../training/run-lock.ts';
import { cutLog, lastOf, logOf } from './output-log.ts';
import { tidyRuns } from './new-run.ts';
import { atOnceOf, bellOf, queueFolder, queueLives } from './queue-folder.ts';
import { readRequest, type RunRequest, takeRequest } from './request.ts';
import { findCopy, type Launcher } from './runtime-copy.ts';
import { inTurnOf, surveyRuns, type WaitingRun } from './survey.ts';

export interface QueueOptions {
  /** Absolute. */
  readonly runs: string;
  /** How it starts a training that does not name a copy of the program, or one that is gone. */
  readonly launcher: Omit<Launcher, 'name'>;
  /** Aborted, the queue ends; what it has started goes on. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Milliseconds. */
const every = {
  look: 500,
  /** While nothing waits. */
  idleLook: 1_000,
  /** Whether those that others have started have ended, while nothing waits for that. */
  idleCheck: 5_000,
  /** Also without being rung: somebody may have started a training by hand. */
  survey: 300_000,
} as const;

/** Milliseconds after which a request for a run that is being trained is one too many, and not just about to be taken by that training. */
const overtaken = 10_000;

/** Does what there is to do. Of all queues of a folder on this machine one does it, the others end at once. @throws Failure `no-such-file`, `disk-full` */
export async function keepQueue(options: QueueOptions): Promise<void> {
  const { runs, signal, print } = options;
  const hopeless = new Set<string>();
  await tidyRuns(runs);
  for (;;) {
    const unlock = await lockQueue(runs);
    if (unlock === undefined) return print('Another queue looks after these runs.');
    let end: End;
    try {
      end = await new Queue(options, hopeless).run();
    } finally {
      await unlock();
    }
    if (end !== 'empty' || signal.aborted) return;
    // Who asked before the lock was given back took this queue to be alive.
    if (inTurnOf(await surveyRuns(runs)).every(({ request }) => hopeless.has(request.id))) return print('Nothing waits any more.');
  }
}

async function lockQueue(runs: string): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lockRun(queueFolder(runs));
  } catch (thrown) {
    if (await queueLives(runs)) return undefined;
    throw thrown;
  }
}

/** `homeless`: the program that it would start trainings with is gone, as after an update of the editor; what waits goes on waiting. */
type End = 'empty' | 'stopped' | 'homeless';

class Queue {
  /** What is being trained: by a process that this one has started, or one that it found. */
  readonly #busy = new Map<string, 'started' | 'found'>();
  /** Since when a request stood beside a training, by its id. */
  readonly #beside = new Map<string, number>();
  #waiting: WaitingRun[] = [];
  #atOnce = 1;
  #bell = '';
  #surveyed = -Infinity;
  #checked = -Infinity;

  constructor(
    private readonly options: QueueOptions,
    /** Ids of requests that could be neither answered nor taken away: their folders cannot be written. */
    private readonly hopeless: Set<string>,
  ) {}

  async run(): Promise<End> {
    const { signal } = this.options;
    while (!signal.aborted) {
      if (await this.#isDue()) await this.#survey();
      await this.#forgetEnded();
      while (this.#busy.size < this.#atOnce) {
        const next = this.#waiting.shift();
        if (next === undefined) break;
        // Gone with an update: the request is left as it is.
        if (!existsSync(process.execPath)) return 'homeless';
        await this.#start(next);
      }
      if (this.#busy.size === 0 && this.#waiting.length === 0 && this.#beside.size === 0) return 'empty';
      await setTimeout(this.#waiting.length > 0 ? every.look : every.idleLook, undefined, { signal }).catch(() => undefined);
    }
    return 'stopped';
  }

  async #isDue(): Promise<boolean> {
    const found = await stat(bellOf(this.options.runs)).catch(() => undefined);
    const bell = `${found?.ino} ${found?.mtimeMs}`;
    const isRung = bell !== this.#bell;
    this.#bell = bell;
    return isRung || this.#beside.size > 0 || performance.now() - this.#surveyed > every.survey;
  }

  async #survey(): Promise<void> {
    const { runs } = this.options;
    this.#surveyed = performance.now();
    this.#atOnce = await atOnceOf(runs);
    const found = await surveyRuns(runs);
    for (const { folder, writer } of found) if (writer?.isHere === true && !this.#busy.has(folder)) this.#busy.set(folder, 'found');
    this.#waiting = inTurnOf(found).filter(({ folder, request }) => !this.#busy.has(folder) && !this.hopeless.has(request.id));
    const beside = new Set<string>();
    for (const { folder, request, writer } of found) {
      if (request === undefined || writer === undefined) continue;
      const since = this.#beside.get(request.id) ?? performance.now();
      this.#beside.set(request.id, since);
      beside.add(request.id);
      if (performance.now() - since > overtaken) await takeRequest(folder, request.id);
    }
    for (const id of this.#beside.keys()) if (!beside.has(id)) this.#beside.delete(id);
  }

  /** Of what others have started: its own the queue hears of. */
  async #forgetEnded(): Promise<void> {
    if (this.#waiting.length === 0 && performance.now() - this.#checked < every.idleCheck) return;
    this.#checked = performance.now();
    for (const [folder, who] of this.#busy) {
      if (who === 'found' && (await findWriter(folder))?.lives !== true) this.#forget(folder);
    }
  }

  #forget(folder: string): void {
    this.#busy.delete(folder);
    this.#surveyed = -Infinity;
  }

  async #start({ folder, request: { id } }: WaitingRun): Promise<void> {
    const { runs, print } = this.options;
    const request = await readRequest(folder);
    if (request?.id !== id || (await findWriter(folder))?.lives === true) return;
    const { execArgv, script } = (request.runtime === undefined ? undefined : await findCopy(request.runtime)) ?? this.options.launcher;
    const args = [
      ...execArgv, script, 'train', join(folder, request.config), '--run-dir', folder, '--origin', request.origin, '--request', id,
      ...(request.resume ? ['--resume'] : []),
    ];
    cutLog(logOf(folder));
    const log = await open(logOf(folder), 'a').catch((thrown: unknown) => this.#giveUp(folder, id, thrown));
    if (log === undefined) return;
    try {
      const child = spawn(process.execPath, args, {
        cwd: runs,
        detached: true, // a session of its own: it goes on without this process, and without the terminal of this one
        windowsHide: true,
        stdio: ['ignore', log.fd, log.fd],
        env: environmentOf(request),
      });
      const failed = new Promise<string>(resolve => child.once('error', error => resolve(error.message)));
      const exited = new Promise<undefined>(resolve => child.once('exit', () => resolve(undefined)));
      child.unref();
      this.#busy.set(folder, 'started');
      print(`Started ${folder}.`);
      void Promise.race([failed, exited])
        .then(reason => this.#checkBegun(folder, id, reason))
        .catch((thrown: unknown) => this.#giveUp(folder, id, thrown))
        .finally(() => this.#forget(folder));
    } finally {
      await log.close();
    }
  }

  /** A training takes its request when it begins: where that is still there when it has ended, it has never begun. */
  async #checkBegun(folder: string, id: string, reason: string | undefined): Promise<void> {
    this.options.print(`${folder} has ended${reason === undefined ? '' : `: ${reason}`}.`);
    if ((await readRequest(folder))?.id !== id) return;
    const unlock = await lockRun(folder);
    try {
      if (!(await takeRequest(folder, id))) return;
      await tellEarlyEnd(folder, { type: 'failed', message: reason ?? lastWords(folder) });
    } finally {
      await unlock();
    }
  }

  /** Unless it was withdrawn, and its folder removed, meanwhile: there is nothing to be tried again. */
  #giveUp(folder: string, id: string, thrown: unknown): undefined {
    this.hopeless.add(id);
    this.options.print(`${folder} cannot be trained: ${Failure.from(thrown).message}`);
  }
}

/** What the command line said when it failed (cli/report.ts). */
function lastWords(folder: string): string {
  const [, told] = /.*^attention-scope: (.+)/ms.exec(lastOf(logOf(folder), 4_000)) ?? [];
  return told?.trim().split('\n')[0] ?? 'The training ended before it began; output.log may tell why.';
}

/** This process's, with what a training heeds as it was where it was asked for. */
function environmentOf({ environment }: RunRequest): NodeJS.ProcessEnv {
  const { ATTENTION_SCOPE_DATA: _data, ATTENTION_SCOPE_PROVIDER: _provider, ATTENTION_SCOPE_RUNTIME: _runtime, ...rest } = process.env;
  return { ...rest, ...environment };
}
