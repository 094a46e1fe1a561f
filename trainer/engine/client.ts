/** The engine as the rest of the program sees it: it is asked, it answers, and it never takes anyone down with it. */
import { fork, type ChildProcess } from 'node:child_process';
import type { TextAttention } from '../../protocol/checkpoint.ts';
import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Trace } from '../../protocol/trace.ts';
import type { ClassifyImageRequest, ClassifyRequest } from '../classifying/request.ts';
import type { ContinueRequest, ReplyRequest, TranslateOptions, TranslateRequest } from '../decoding/request.ts';
import type { AttendRequest } from '../foreign/facets.ts';
import { engineEntry } from './entry.ts';
import type { EngineCall, EngineCalls, FromEngine, OfModel, ToEngine } from './messages.ts';

const defaultPatience = 1000;

export type EngineState =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' | 'translating'; readonly folder: string }
  /** The process ended; the next call starts another. `wasCancelled`: it was ended since a cancelled run went on. */
  | { readonly state: 'restarted'; readonly reason: string; readonly wasCancelled: boolean };

export interface EngineOptions {
  readonly threads: number;
  readonly onState?: (state: EngineState) => void;
  /** How long one run may go on after it was cancelled, in milliseconds, before the process is killed; default 1000. */
  readonly patience?: number;
}

/** Any of these may say that a model is to be loaded though it is larger than the free memory. */
type Asked<Request> = Request & Omit<OfModel, 'folder'>;

interface Pending {
  readonly id: number;
  /** Begins the wait for a cancelled run; called when the run begins. */
  readonly onRun: () => void;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: TranslateOptions['onProgress'];
  readonly resolve: (result: EngineCalls[EngineCall]['result']) => void;
  readonly reject: (failure: Failure) => void;
}

/**
 * An engine in a process of its own. Calls are answered in the order they were made, one at a time. The process starts
 * with the first call, and again with the next call after it died.
 */
export class Engine {
  readonly #options: EngineOptions;
  #child: ChildProcess | undefined;
  #pending: Pending | undefined;
  /** Ends when every call made so far has. */
  #last: Promise<unknown> = Promise.resolve();
  #calls = 0;
  #disposed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get #patience(): number {
    return this.#options.patience ?? defaultPatience;
  }

  /** The engine's process id, where it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Loads the model in `folder` ahead of its first use; answers with its id.
   * @throws Failure `unknown-model`, `broken-model`, `cancelled`, `worker-lost`
   */
  async load(folder: string, signal?: AbortSignal): Promise<string> {
    return (await this.#inTurn(signal, () => this.#call('load', { folder }, { signal }))).model;
  }

  /**
   * Translates with the model in `folder`.
   * @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, `unknown-model`, `broken-model`, `not-enough-memory`,
   *   `cancelled`, `worker-lost` (its process died; the next call gets a new one)
   */
  async translate(folder: string, request: Asked<TranslateRequest>, options: TranslateOptions = {}): Promise<Trace> {
    return this.#write('translate', { ...request, folder, progress: options.onProgress !== undefined }, options);
  }

  /** Replies with the model in `folder`. @throws Failure as `translate` does */
  async reply(folder: string, request: Asked<ReplyRequest>, options: TranslateOptions = {}): Promise<Trace> {
    return this.#write('reply', { ...request, folder, progress: options.onProgress !== undefined }, options);
  }

  /** Continues a text with the model in `folder`. @throws Failure as `translate` does */
  async continue(folder: string, request: Asked<ContinueRequest>, options: TranslateOptions = {}): Promise<Trace> {
    return this.#write('continue', { ...request, folder, progress: options.onProgress !== undefined }, options);
  }

  /**
   * Classifies a text with the model in `folder`.
   * @throws Failure `empty-text`, `text-too-long`, `unsupported-script`, and as `translate` does for the model and the engine
   */
  async classify(folder: string, request: Asked<ClassifyRequest>, signal?: AbortSignal): Promise<TextClassification> {
    return this.#inTurn(signal, () => this.#call('classify', { ...request, folder }, { signal }));
  }

  /**
   * Classifies an image with the model in `folder`.
   * @throws Failure `bad-corpus` for bytes that are no whole image, and as `translate` does for the model and the engine
   */
  async classifyImage(folder: string, request: Asked<ClassifyImageRequest>, signal?: AbortSignal): Promise<ImageClassification> {
    return this.#inTurn(signal, () => this.#call('classifyImage', { ...request, folder }, { signal }));
  }

  /**
   * Gives one map of what the model in `folder`, or in that file, looks at in a text.
   * @throws Failure `bad-argument` where there is no such map, and as `translate` does
   */
  async attend(folder: string, request: Asked<AttendRequest>, signal?: AbortSignal): Promise<TextAttention> {
    return this.#inTurn(signal, () => this.#call('attend', { ...request, folder }, { signal }));
  }

  /** Ends the engine's process; calls that wait are rejected with `worker-lost`. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
    child.disconnect();
    const kill = setTimeout(() => child.kill('SIGKILL'), this.#patience);
    await gone;
    clearTimeout(kill);
  }

  #write<Call extends 'translate' | 'reply' | 'continue'>(call: Call, params: EngineCalls[Call]['params'], options: TranslateOptions): Promise<Trace> {
    return this.#inTurn(options.signal, () => this.#call(call, params, options));
  }

  /** Waits for earlier calls. A call whose turn has not come is cancelled without reaching the engine. */
  #inTurn<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    if (signal?.aborted === true) return Promise.reject(cancelled());
    const turn = this.#last.then(() => {
      if (signal?.aborted === true) throw cancelled();
      if (this.#disposed) throw lost('The engine was shut down');
      return work();
    });
    this.#last = turn.catch(() => undefined);
    if (signal === undefined) return turn;
    // Whoever cancels is answered at once; the turn lasts until the engine has really stopped.
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  async #call<Call extends EngineCall>(
    call: Call,
    params: EngineCalls[Call]['params'],
    { signal, onProgress }: TranslateOptions,
  ): Promise<EngineCalls[Call]['result']> {
    const child = (this.#child ??= this.#start());
    const id = this.#calls++;
    let kill: NodeJS.Timeout | undefined;
    let runs = false;
    const waitForEnd = (): void => {
      kill ??= setTimeout(() => {
        this.#pending?.reject(cancelled());
        this.#forget(child, 'A cancelled run did not stop, and its process was ended.', true);
        child.kill('SIGKILL');
      }, this.#patience);
    };
    const cancel = (): void => {
      send(child, { kind: 'cancel', id });
      // A process that is still starting or loading goes on: the next call has use for that.
      if (runs) waitForEnd();
    };
    const onRun = (): void => {
      runs = true;
      if (signal?.aborted === true) waitForEnd();
    };
    try {
      return await new Promise<EngineCalls[Call]['result']>((resolve, reject) => {
        this.#pending = { id, onRun, folder: params.folder, signal, onProgress, resolve, reject };
        signal?.addEventListener('abort', cancel, { once: true });
        send(child, { kind: 'call', id, call, params } as ToEngine);
      });
    } finally {
      clearTimeout(kill);
      signal?.removeEventListener('abort', cancel);
      this.#pending = undefined;
      // Whoever waits for the answer hears it first.
      setImmediate(() => {
        if (this.#pending === undefined) this.#options.onState?.({ state: 'idle' });
      });
    }
  }

  #start(): ChildProcess {
    const { module, execArgv } = engineEntry();
    const child = fork(module, [String(this.#options.threads)], {
      execArgv: [...execArgv],
      serialization: 'advanced',
      // Standard output may be a language server's channel: nothing of the engine's goes there.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', message => this.#receive(message as FromEngine));
    child.on('error', error => this.#lose(child, error.message));
    child.on('exit', (code, signal) => this.#lose(child, signal === null ? `it ended with code ${code}` : `killed by ${signal}`));
    return child;
  }

  #receive(message: FromEngine): void {
    const pending = this.#pending;
    if (pending === undefined || pending.id !== message.id) return;
    switch (message.kind) {
      case 'state':
        if (message.state === 'translating') pending.onRun();
        return this.#options.onState?.({ state: message.state, folder: pending.folder });
      case 'progress':
        // Whoever has cancelled has had an answer; nothing comes after it.
        if (pending.signal?.aborted !== true) pending.onProgress?.(message.progress);
        return;
      case 'reply':
        return pending.resolve(message.result);
      case 'failure':
        return pending.reject(Failure.from(message.failure));
    }
  }

  /** The process is gone without having been asked to go. */
  #lose(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#pending?.reject(lost(`The engine stopped while it worked (${reason})`));
    this.#forget(child, reason);
  }

  #forget(child: ChildProcess, reason: string, wasCancelled = false): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (!this.#disposed) this.#options.onState?.({ state: 'restarted', reason, wasCancelled });
  }
}

function send(child: ChildProcess, message: ToEngine): void {
  // A channel that is closed means that the process is gone, which `exit` tells.
  if (child.connected) child.send(message, () => undefined);
}

function cancelled(): Failure {
  return new Failure('cancelled', 'Cancelled.', 'Ask again when you want it.');
}

function lost(what: string): Failure {
  return new Failure('worker-lost', `${what}; this request is lost.`, 'It starts again by itself: ask once more.');
}
