import { join } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { CancellationTokenSource } from 'vscode';
import {
  CloseAction, ErrorAction, ErrorCodes, LanguageClient, LSPErrorCodes, ProgressType, ResponseError, RevealOutputChannelOn,
  TransportKind, type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { Failure } from '../../protocol/failure.ts';
import { runsChangedMethod, type RunsChanged } from '../../protocol/runs.ts';
import {
  failureErrorCode, statusMethod, type InitializationOptions, type ServerStatus,
} from '../../protocol/server.ts';
import { abortable } from '../abortable.ts';
import type { Method, Methods, Notes } from './methods.ts';

export interface ConnectionOptions {
  readonly extensionPath: string;
  readonly initialization: InitializationOptions;
  readonly log: LogOutputChannel;
  readonly onStatus: (status: ServerStatus) => void;
  readonly onRunsChanged: (change: RunsChanged) => void;
  /** The process is gone though nobody asked for it. Called at most once, and only after a successful start. */
  readonly onLost: () => void;
}

/**
 * One life of the worker's process: started once, never restarted. The class imports the language client, so it is
 * loaded with the first request only.
 */
export class WorkerConnection {
  readonly #client: LanguageClient;
  readonly #onLost: () => void;
  #lost = false;
  #running = false;

  private constructor(options: ConnectionOptions) {
    this.#onLost = options.onLost;
    const clientOptions: LanguageClientOptions = {
      // No document goes to the worker: requests carry the text they are about.
      documentSelector: [],
      outputChannel: options.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: options.initialization,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.#lose();
          return { action: CloseAction.DoNotRestart, handled: true, message: 'The worker is gone.' };
        },
      },
    };
    this.#client = new QuietClient(
      'attentionScope',
      'Attention Scope',
      {
        command: process.execPath,
        args: [join(options.extensionPath, 'dist', 'attention-scope.mjs'), 'serve'],
        transport: TransportKind.stdio,
        options: { cwd: options.extensionPath, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
      },
      clientOptions,
    );
    this.#client.onNotification(statusMethod, options.onStatus);
    this.#client.onNotification(runsChangedMethod, options.onRunsChanged);
  }

  /** Starts the process and shakes hands with it; throws `worker-lost` when that fails. */
  static async start(options: ConnectionOptions): Promise<WorkerConnection> {
    const connection = new WorkerConnection(options);
    try {
      await connection.#client.start();
      // A process that dies during the handshake closes the connection without rejecting the start.
      if (connection.#lost) throw new Error('It ended while it was starting.');
      connection.#running = true;
      return connection;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure('worker-lost', `The worker could not be started: ${reason}`, 'The log tells more.', { cause: error });
    }
  }

  get pid(): number | undefined {
    return this.#client.serverProcess?.pid;
  }

  /** Sends a request; partial results arrive at `onProgress`, where a method has any. */
  async ask<M extends Method>(
    method: M, params: Methods[M]['params'], signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    if (onProgress === undefined) return this.#request(method, params, signal);
    const token = `progress-${nextToken++}`;
    const listening = this.#client.onProgress(new ProgressType<Methods[M]['progress']>(), token, onProgress);
    try {
      return await this.#request(method, { ...params, partialResultToken: token }, signal);
    } finally {
      listening.dispose();
    }
  }

  tell<N extends keyof Notes>(note: N, params: Notes[N]): Promise<void> {
    return this.#client.sendNotification(note, params);
  }

  /** Ends the process: politely, then by force. */
  async stop(): Promise<void> {
    this.#running = false;
    const process = this.#client.serverProcess;
    await this.#client.stop().catch(() => process?.kill('SIGKILL'));
  }

  /** Rejects as soon as the signal aborts, without waiting for the worker to notice. */
  async #request<Result>(method: string, params: unknown, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const cancellation = new CancellationTokenSource();
    const reply = this.#client.sendRequest<Result>(method, params, cancellation.token);
    const onAbort = () => cancellation.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await abortable(reply, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failureOf(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      cancellation.dispose();
    }
  }

  #failureOf(error: unknown): Failure {
    if (!(error instanceof ResponseError) || connectionErrors.has(error.code)) {
      // A write may fail before the end of the process is known.
      this.#lose();
      return new Failure('worker-lost', 'The worker stopped before it could answer.', 'It starts again by itself: try again.', { cause: error });
    }
    if (error.code === failureErrorCode) return Failure.from(error.data);
    if (error.code === LSPErrorCodes.RequestCancelled) {
      return new Failure('cancelled', 'The worker cancelled the request.', 'Ask again when you want it.', { cause: error });
    }
    return Failure.from(error);
  }

  #lose(): void {
    this.#lost = true;
    if (!this.#running) return;
    this.#running = false;
    this.#client.serverProcess?.kill('SIGKILL');
    this.#onLost();
  }
}

/** The language client would show its own errors beside ours: they go to the log only. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** The codes of errors that are the connection's, not the worker's answer. */
const connectionErrors: ReadonlySet<number> = new Set([
  ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive, ErrorCodes.MessageWriteError, ErrorCodes.MessageReadError,
]);

let nextToken = 1;
