/** The engine as the rest of the program sees it: it is asked, it answers, and it never takes anyone down with it. */
import { fork, type ChildProcess } from 'node:child_process';
import type { ImageClassification, TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import type {
  Arithmetic, ArithmeticParams, ExportParams, ExportResult, HeadsParams, Influence, InfluenceParams, InfluenceProgress, Inspection, LinesParams, MapParams,
} from '../../protocol/inspection.ts';
import type { Trace } from '../../protocol/trace.ts';
import type { ClassifyImageRequest, ClassifyRequest } from '../classifying/request.ts';
import type { ContinueRequest, ReplyRequest, TranslateOptions, TranslateRequest } from '../decoding/request.ts';
import { inspectionGone } from '../inspection/gone.ts';
import type { HeadArrays, LineArrays, MapArrays } from '../inspection/held.ts';
import type { OpenRequest } from '../inspection/inspector.ts';
import { engineEntry } from './entry.ts';
import type { EngineCall, EngineCalls, FromEngine, OfModel, ProgressOf, ToEngine } from './messages.ts';

const defaultPatience = 1000;

/** Calls that run no model. */
const readingCalls: ReadonlySet<EngineCall> = new Set(['closeInspection', 'inspectionMap', 'inspectionHeads', 'inspectionLines', 'inspectionExport']);

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
  readonly runsModel: boolean;
  readonly onState: (state: 'loading' | 'translating', folder: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ProgressOf<EngineCall>) => void) | undefined;
  readonly resolve: (result: EngineCalls[EngineCall]['result']) => void;
  readonly reject: (failure: Failure) => void;
}

interface CallOptions<Call extends EngineCall> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProgressOf<Call>) => void) | undefined;
}

/**
 * An engine in a process of its own. Calls that run a model are answered in the order they were made, one at a time; what only
 * reads the maps that it holds is answered meanwhile. The process starts with the first call that runs a model, and again with the
 * next one after it died.
 */
export class Engine {
  readonly #options: EngineOptions;
  #child: ChildProcess | undefined;
  readonly #pending = new Map<number, Pending>();
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
   * Runs the model in `folder` with every map looked at, and holds them: what it answers names them in the calls below.
   * @throws Failure `bad-argument` where it cannot be looked at, or takes no such thing; and as `translate` does
   */
  async openInspection(request: Asked<OpenRequest>, signal?: AbortSignal): Promise<Inspection> {
    return this.#inTurn(signal, () => this.#call('openInspection', request, { signal }));
  }

  closeInspection(id: string): void {
    if (this.#child !== undefined) this.#call('closeInspection', { id }, {}).catch(() => undefined);
  }

  /** Reads a map that is held. @throws Failure `inspection-gone`; `bad-argument` where there is no such map; `cancelled`, `worker-lost` */
  async inspectionMap(params: MapParams, signal?: AbortSignal): Promise<MapArrays> {
    return this.#beside('inspectionMap', params, signal);
  }

  /** Every head in little. @throws Failure as `inspectionMap` does */
  async inspectionHeads(params: HeadsParams, signal?: AbortSignal): Promise<HeadArrays> {
    return this.#beside('inspectionHeads', params, signal);
  }

  /** The strongest lines of some heads. @throws Failure as `inspectionMap` does */
  async inspectionLines(params: LinesParams, signal?: AbortSignal): Promise<LineArrays> {
    return this.#beside('inspectionLines', params, signal);
  }

  /** Writes a map to a file. @throws Failure as `inspectionMap` does; `disk-full`, `no-such-file` */
  async inspectionExport(params: ExportParams, signal?: AbortSignal): Promise<ExportResult> {
    return this.#beside('inspectionExport', params, signal);
  }

  /** The numbers behind one row of one head. @throws Failure as `inspectionMap` does, and as `translate` does */
  async inspectionArithmetic(params: ArithmeticParams, signal?: AbortSignal): Promise<Arithmetic> {
    return this.#inTurn(signal, () => this.#ofHeld('inspectionArithmetic', params, { signal }));
  }

  /** How much each word of the source counts. @throws Failure as `inspectionMap` does, and as `translate` does */
  async inspectionInfluence(params: InfluenceParams, options: { readonly signal: AbortSignal; readonly onProgress?: ((progress: InfluenceProgress) => void) | undefined }): Promise<Influence> {
    return this.#inTurn(options.signal, () => this.#ofHeld('inspectionInfluence', params, options));
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

  #write<Call extends 'translate' | 'reply' | 'continue'>(call: Call, params: EngineCalls[Call]['params'], options: CallOptions<Call>): Promise<Trace> {
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
    // The turn lasts until the engine has really stopped.
    return untilAborted(turn, signal);
  }

  /** What runs no model waits for none. */
  async #beside<Call extends EngineCall>(call: Call, params: EngineCalls[Call]['params'], signal: AbortSignal | undefined): Promise<EngineCalls[Call]['result']> {
    if (signal?.aborted === true) throw cancelled();
    return untilAborted(this.#ofHeld(call, params, { signal }), signal);
  }

  async #ofHeld<Call extends EngineCall>(call: Call, params: EngineCalls[Call]['params'], options: CallOptions<Call>): Promise<EngineCalls[Call]['result']> {
    // A process that is still to start holds nothing.
    if (this.#child === undefined) throw inspectionGone();
    return this.#call(call, params, options);
  }

  async #call<Call extends EngineCall>(
    call: Call,
    params: EngineCalls[Call]['params'],
    { signal, onProgress }: CallOptions<Call>,
  ): Promise<EngineCalls[Call]['result']> {
    const child = (this.#child ??= this.#start());
    const id = this.#calls++;
    const runsModel = !readingCalls.has(call);
    let kill: NodeJS.Timeout | undefined;
    let runs = false;
    const waitForEnd = (): void => {
      kill ??= setTimeout(() => {
        this.#pending.get(id)?.reject(cancelled());
        this.#forget(child, 'A cancelled run did not stop, and its process was ended.', true);
        child.kill('SIGKILL');
      }, this.#patience);
    };
    const cancel = (): void => {
      send(child, { kind: 'cancel', id });
      // A process that is still starting or loading goes on: the next call has use for that.
      if (runs) waitForEnd();
    };
    const onState = (state: 'loading' | 'translating', folder: string): void => {
      runs ||= state === 'translating';
      if (runs && signal?.aborted === true) waitForEnd();
      this.#options.onState?.({ state, folder });
    };
    try {
      return await new Promise<EngineCalls[Call]['result']>((resolve, reject) => {
        this.#pending.set(id, { runsModel, onState, signal, onProgress: onProgress as Pending['onProgress'], resolve, reject });
        signal?.addEventListener('abort', cancel, { once: true });
        send(child, { kind: 'call', id, call, params } as ToEngine);
      });
    } finally {
      clearTimeout(kill);
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      // Whoever waits for the answer hears it first.
      if (runsModel) setImmediate(() => this.#tellIdle());
    }
  }

  #tellIdle(): void {
    if (![...this.#pending.values()].some(({ runsModel }) => runsModel)) this.#options.onState?.({ state: 'idle' });
  }

  #start(): ChildProcess {
    const { module, execArgv } = engineEntry();
    const child = fork(module, [String(this.#options.threads)], {
      execArgv: [...execArgv],
      // glibc gives what was large back to the system as it is freed: maps that were looked at, above all.
      env: { ...process.env, MALLOC_MMAP_THRESHOLD_: String(8 * 2 ** 20) },
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
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    switch (message.kind) {
      case 'state':
        return pending.onState(message.state, message.folder);
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
    this.#forget(child, reason);
  }

  #forget(child: ChildProcess, reason: string, wasCancelled = false): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const { runsModel, reject } of this.#pending.values()) {
      // Who looks at another pass has nothing to do with what was cancelled: it is run again, and nobody is told of a loss.
      reject(wasCancelled && !runsModel ? inspectionGone() : lost(`The engine stopped while it worked (${reason})`));
    }
    if (!this.#disposed) this.#options.onState?.({ state: 'restarted', reason, wasCancelled });
  }
}

/** Whoever cancels is answered at once. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
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
