/** control.json in a run's folder: what somebody wants of a run that trains (docs/run-directory.md). */
import { EventEmitter, once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomically } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';

/** `pause`: saves and waits; `run`: goes on; `stop`: saves and ends. */
const wishes = ['pause', 'run', 'stop'] as const;
export type Wish = (typeof wishes)[number];

const schema = z.object({ wish: z.enum(wishes) });

/** Milliseconds from one look at the file to the next: a thousand runs that share a file system look, too. */
const every = 1_000;

const fileOf = (run: string): string => join(run, 'control.json');

/** Asks the process that trains a run, wherever it is. @throws Failure `no-such-file`, `disk-full` */
export async function askRun(run: string, wish: Wish): Promise<void> {
  await writeFileAtomically(fileOf(run), `${JSON.stringify({ wish })}\n`);
}

/** Before a run is started again: what was wanted of the process before this one is no wish any more. */
export async function forgetWish(run: string): Promise<void> {
  await rm(fileOf(run), { force: true });
}

/** What is wanted of this process's run, looked for now and then. */
export class Wishes {
  /** Aborted by what the run was started with, or by the wish to stop. */
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #looks = new EventEmitter();
  readonly #timer: NodeJS.Timeout;
  #wish: Wish | undefined;
  #looked = -Infinity;

  constructor(
    private readonly run: string,
    signal: AbortSignal,
  ) {
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    // Steps look themselves; this is for what lasts longer: preparing, validating, averaging, waiting.
    this.#timer = setInterval(() => this.#look(), every);
  }

  /** Whether the run is to wait. @throws AbortError where it is to stop */
  isToPause(): boolean {
    if (performance.now() - this.#looked >= every) this.#look();
    this.signal.throwIfAborted();
    return this.#wish === 'pause';
  }

  /** Waits for the wish to go on. @throws AbortError where it is to stop instead */
  async untilRun(): Promise<void> {
    while (this.#wish === 'pause') await once(this.#looks, 'look', { signal: this.signal });
    this.signal.throwIfAborted();
  }

  /** Looks no further; a wish to stop that was granted is none for whoever goes on with the run. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#stop.signal.aborted) await forgetWish(this.run);
  }

  /** Without awaiting: a step that computes would keep the answer waiting. A file that is missing or broken is no wish. */
  #look(): void {
    this.#looked = performance.now();
    this.#timer.refresh();
    const wish = schema.safeParse(parseJson(textOf(fileOf(this.run)))).data?.wish;
    if (wish !== undefined) this.#wish = wish;
    if (wish === 'stop') this.#stop.abort();
    this.#looks.emit('look');
  }
}

/** That there is none, as is usual, is asked in the cheapest way; what is there is opened, as a file system of others answers that anew. */
function textOf(file: string): string {
  try {
    return statSync(file, { throwIfNoEntry: false }) === undefined ? '' : readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
