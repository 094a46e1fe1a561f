/** What a queue starts instead of trainings: a process that does with a run's files as they do, and computes nothing. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeRun } from './new-run.ts';
import { keepQueue } from './queue.ts';
import { ringQueue } from './queue-folder.ts';
import { newRequest } from './request.ts';

/** The config says how long it takes, or that it cannot begin. */
export interface Toy {
  readonly milliseconds?: number;
  readonly fails?: string;
}

const program = `
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
const after = name => process.argv[process.argv.indexOf(name) + 1];
const run = after('--run-dir');
const { milliseconds, fails } = JSON.parse(readFileSync(after('train'), 'utf8'));
const log = line => appendFileSync(join(dirname(after('--origin')), 'trainings.log'), line + '\\n');
if (fails !== undefined) {
  console.error('attention-scope: ' + fails);
  process.exit(1);
}
writeFileSync(join(run, 'writer.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
rmSync(join(run, 'request.json'), { force: true });
log('begins ' + basename(run));
setTimeout(() => {
  log('ends ' + basename(run));
  rmSync(join(run, 'writer.json'));
}, milliseconds);
`;

/** A place for folders of runs, their trainings' program, and what these have done. */
export class ToyTrainings {
  constructor(readonly home: string) {}

  /** Asks that a run be trained. @returns its folder */
  async ask(runs: string, name: string, toy: Toy): Promise<string> {
    const origin = join(this.home, `${name}.attention.json`);
    await writeFile(origin, JSON.stringify(toy));
    return makeRun(join(this.home, runs), name, newRequest({ origin, resume: false, runtime: undefined }));
  }

  /** Keeps a folder's queue in this process. Resolves when nothing waits any more. */
  async keepQueue(runs: string, atOnce: number): Promise<void> {
    await ringQueue(join(this.home, runs), atOnce);
    await keepQueue({ runs: join(this.home, runs), launcher: await this.launcher(), signal: new AbortController().signal, print: () => undefined });
  }

  async launcher(): Promise<{ readonly execArgv: readonly string[]; readonly script: string }> {
    const script = join(this.home, 'program', 'train.mjs');
    await mkdir(dirname(script), { recursive: true });
    await writeFile(script, program);
    return { execArgv: [], script };
  }

  /** What the trainings did, in order. */
  async done(): Promise<string[]> {
    const text = await readFile(join(this.home, 'trainings.log'), 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1);
  }

  /** The most that trained at the same time. */
  async mostAtOnce(): Promise<number> {
    let now = 0;
    return Math.max(0, ...(await this.done()).map(line => (now += line.startsWith('begins') ? 1 : -1)));
  }
}
