/**
 * A program in a race: a process that says once that it is ready and then answers every line with one line of JSON.
 * While it waits for a line it takes no processor time, so that several can take turns in the same run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import * as z from 'zod';
import { endsWithUs } from '../../scripts/stop-tree.ts';

const readySchema = z.object({
  /** Of the engine. */
  version: z.string(),
  /** How many numbers the model learns. */
  parameters: z.int(),
  blas: z.string().optional(),
  /** How long its graph took to build and load, where there is one. */
  loadMilliseconds: z.number().optional(),
});
const timesSchema = z.object({ times: z.array(z.number()), peakMegabytes: z.number() });

export type Ready = z.infer<typeof readySchema>;
export type Times = z.infer<typeof timesSchema>;

export class Contestant {
  private constructor(
    readonly name: string,
    readonly ready: Ready,
    private readonly child: ChildProcess,
    private readonly replies: Replies,
  ) {}

  /** @throws Error with what the process said when it ends before it is ready */
  static async start(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Contestant> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32', env });
    endsWithUs(child);
    const replies = new Replies(name, child);
    return new Contestant(name, readySchema.parse(await replies.next()), child, replies);
  }

  /** Milliseconds of each of the runs asked for. */
  async measure(request: Readonly<Record<string, unknown>>): Promise<Times> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    return timesSchema.parse(await this.replies.next());
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.child.once('close', resolve));
    this.child.stdin?.end();
    if (this.child.exitCode === null && this.child.signalCode === null) await ended;
  }
}

class Replies {
  readonly #lines: Interface;
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  #said = '';
  #ended: Error | undefined;

  constructor(name: string, child: ChildProcess) {
    if (child.stdout === null) throw new Error(`${name} has no output`);
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', line => {
      if (line.startsWith('{')) this.#waiting.shift()?.resolve(JSON.parse(line));
    });
    child.stderr?.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-4_000)));
    const end = (reason: string): void => {
      this.#ended = new Error(`${name} ${reason}${this.#said === '' ? '' : `:\n${this.#said.trim()}`}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
    };
    // What cannot be written to it any more is told by its end.
    child.stdin?.on('error', () => undefined);
    child.once('error', error => end(`could not be started (${error.message})`));
    child.once('close', code => end(`ended with ${code}`));
  }

  next(): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
