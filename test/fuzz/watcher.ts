/** Watches the process that reads damaged files: what hangs or dies is found out, told, and gone on after. */
import { type ChildProcess, fork } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bug, mostTime, type Order, type Word } from './protocol.ts';

export interface Report {
  readonly read: number;
  readonly refused: number;
  readonly bugs: readonly Bug[];
  /** Of the processor, in milliseconds. */
  readonly milliseconds: number;
  readonly slowest: { readonly case: number; readonly milliseconds: number };
}

type Done = Extract<Word, { type: 'done' }>;
/** How an order ended; where the process did, at which case. */
type End = { readonly type: 'done'; readonly done: Done } | { readonly type: 'stuck' | 'died'; readonly at: number; readonly how: string };

/** Milliseconds between two looks. */
const pause = 250;
/** A process that does not come up at all. */
const starting = 120_000;
/** More bugs of one kind tell nothing more. */
const enough = 10;

export interface WatcherOptions {
  /** The module that exports what is fuzzed. */
  readonly subjects?: URL;
  /** How long a case that seems to hang gets alone, in milliseconds: others may have kept the machine busy. */
  readonly patience?: number;
}

export class Watcher {
  readonly #subjects: URL;
  readonly #patience: number;
  readonly #scratch = mkdtempSync(join(inMemory(), 'fuzz-'));
  #child: ChildProcess | undefined;

  constructor({ subjects = new URL('subjects.ts', import.meta.url), patience = 30_000 }: WatcherOptions = {}) {
    this.#subjects = subjects;
    this.#patience = patience;
  }

  async fuzz(subject: string, cases: number): Promise<Report> {
    let [read, refused, milliseconds, slowest] = [0, 0, 0, { case: 0, milliseconds: 0 }];
    const bugs: Bug[] = [];
    const take = (done: Done): void => {
      read += done.read;
      refused += done.refused;
      milliseconds += done.milliseconds;
      bugs.push(...done.bugs);
      if (done.slowest.milliseconds > slowest.milliseconds) slowest = done.slowest;
    };
    // In parts: what a process has counted is lost with it.
    for (let from = 0; from < cases && bugs.length < enough; ) {
      const to = Math.min(cases, from + 5000);
      const end = await this.#order({ subject, from, to }, mostTime);
      if (end.type === 'done') {
        take(end.done);
        from = to;
        continue;
      }
      if (end.at < 0) throw new Error(`${subject} could not be begun: ${end.how}`);
      // Those before it went well; the part is gone through once more up to there, and the case alone.
      if (end.at > from) {
        const again = await this.#order({ subject, from, to: end.at }, this.#patience);
        if (again.type === 'done') take(again.done);
      }
      const alone = await this.#order({ subject, from: end.at, to: end.at + 1 }, this.#patience);
      if (alone.type === 'done') take(alone.done);
      else bugs.push({ case: end.at, what: alone.how });
      from = end.at + 1;
    }
    return { read, refused, bugs, milliseconds, slowest };
  }

  async close(): Promise<void> {
    await this.#stop();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  async #order(order: Order, time: number): Promise<End> {
    const child = (this.#child ??= await this.#start());
    const end = await new Promise<End>(resolve => {
      let [last, since] = [NaN, Date.now()];
      const look = setInterval(() => {
        const at = this.#at();
        if (at !== last) [last, since] = [at, Date.now()];
        else if (at >= 0 && Date.now() - since > time) finish({ type: 'stuck', at, how: `it did not end within ${time} ms` });
      }, pause);
      const finish = (how: End): void => {
        clearInterval(look);
        child.removeAllListeners('message').removeAllListeners('exit');
        resolve(how);
      };
      child.once('message', (word: Word) => finish(word.type === 'done' ? { type: 'done', done: word } : { type: 'died', at: -1, how: 'it began anew' }));
      child.once('exit', (code, signal) => finish({ type: 'died', at: this.#at(), how: `the process died (${signal ?? code})` }));
      child.send(order);
    });
    if (end.type !== 'done') await this.#stop();
    return end;
  }

  #at(): number {
    const bytes = readFileSync(join(this.#scratch, 'at'));
    return bytes.length < 8 ? -1 : bytes.readDoubleLE();
  }

  async #start(): Promise<ChildProcess> {
    // What a broken reader takes for a list must not take the machine.
    const child = fork(fileURLToPath(new URL('reader.ts', import.meta.url)), [this.#scratch, this.#subjects.href], { execArgv: ['--import', 'tsx', '--max-old-space-size=1024'] });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the reader does not start')), starting);
      child.once('message', () => {
        clearTimeout(late);
        child.removeAllListeners('exit');
        resolve();
      });
      child.once('exit', code => {
        clearTimeout(late);
        reject(new Error(`the reader ended with ${code}`));
      });
    });
    return child;
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }
}

/** Files that are written thousands of times need not reach a disk. */
function inMemory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
