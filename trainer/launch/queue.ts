/** The queue of a folder of runs: starts those that wait, so many at a time on this machine, and ends when there is nothing left to do. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../protocol/failure.ts';
import { tellEarlyEnd } from '../training/early-end.ts';
import { findWriter, lockRun } from '../training/run-lock.ts';
import { lastOf, logOf } from './output-log.ts';
import { tidyRuns } from './new-run.ts';
import { atOnceOf, bellOf, queueFolder, queueLives } from './queue-folder.ts';
import { readRequest, takeRequest } from './request.ts';
import { findCopy, type Launcher } from './runtime-copy.ts';
import { seatFound, takeSeat } from './seats.ts';
import { spawnTraining } from './spawn-training.ts';
import { inTurnOf, surveyRuns, type WaitingRun } from './survey.ts';
import { isTrainedHere } from './trained-here.ts';

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
  /** Aborted when a run has ended: there may be something to do at once. */
  #nap = new AbortController();
  #atOnce = 1;
  #bell = '';
  #hasSaidAlone = false;
  #surveyed = -Infinity;
  #checked = -Infinity;

  constructor(
    private readonly options: QueueOptions,
    /** Ids of requests that could be neither answered nor taken away: their folders cannot be written. */
    private readonly hopeless: Set<string>,
  ) {
    options.signal.addEventListener('abort', () => this.#nap.abort());
  }

  async run(): Promise<End> {
    const { signal } = this.options;
    while (!signal.aborted) {
      if (await this.#isDue()) await this.#survey();
      await this.#forgetEnded();
      while (this.#busy.size < this.#atOnce) {
        const [next] = this.#waiting;
        if (next === undefined) break;
        // Gone with an update: the request is left as it is.
        if (!existsSync(process.execPath)) return 'homeless';
        if ((await this.#together(takeSeat(next, this.#atOnce))) === false) break;
        this.#waiting.shift();
        await this.#start(next);
      }
      if (this.#busy.size === 0 && this.#waiting.length === 0 && this.#beside.size === 0) return 'empty';
      this.#nap = new AbortController();
      await setTimeout(this.#waiting.length > 0 ? every.look : every.idleLook, undefined, { signal: this.#nap.signal }).catch(() => undefined);
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
    for (const { folder, writer } of found) {
      if (writer?.isHere === true && !this.#busy.has(folder) && (await isTrainedHere(folder))) this.#busy.set(folder, 'found');
    }
    await this.#together(seatFound([...this.#busy].flatMap(([folder, who]) => (who === 'found' ? [folder] : []))));
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
      if (who === 'found' && !(await isTrainedHere(folder))) this.#forget(folder);
    }
  }

  #forget(folder: string): void {
    this.#busy.delete(folder);
    this.#surveyed = -Infinity;
    this.#nap.abort();
  }

  /** Where nothing can be shared with the queues of other folders, each counts its own runs alone: too many are better than none. */
  async #together<Result>(work: Promise<Result>): Promise<Result | undefined> {
    try {
      return await work;
    } catch (thrown) {
      if (!this.#hasSaidAlone) this.options.print(`Runs of other folders are not counted: ${Failure.from(thrown).message}`);
      this.#hasSaidAlone = true;
      return undefined;
    }
  }

  async #start({ folder, request: { id } }: WaitingRun): Promise<void> {
    const request = await readRequest(folder);
    if (request?.id !== id || (await findWriter(folder))?.lives === true) return;
    const launcher = (request.runtime === undefined ? undefined : await findCopy(request.runtime)) ?? this.options.launcher;
    const training = await spawnTraining(folder, request, launcher).catch((thrown: unknown) => this.#giveUp(folder, id, thrown));
    if (training === undefined) return;
    this.#busy.set(folder, 'started');
    this.options.print(`Started ${folder}.`);
    void training.ended
      .then(reason => this.#checkBegun(folder, id, reason))
      .catch((thrown: unknown) => this.#giveUp(folder, id, thrown))
      .finally(() => this.#forget(folder));
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
