import { Failure } from '../../protocol/failure.ts';
import { listModelsMethod, type ListModelsResult, type ServerStatus } from '../../protocol/server.ts';
import { abortable } from '../abortable.ts';
import type { WorkerConnection } from './connection.ts';
import type { Method, Methods, Notes } from './methods.ts';
import { restartsAtOnce } from './restart-policy.ts';

export type WorkerState = 'stopped' | 'starting' | 'running';

/** How the methods of inspections begin. */
const inspections = 'attentionScope/inspection/';

export interface WorkerHost {
  /** Starts a process; `onLost` is called when it goes away by itself. */
  connect(onStatus: (status: ServerStatus) => void, onLost: () => void): Promise<WorkerConnection>;
  onState(state: WorkerState): void;
  onStatus(status: ServerStatus): void;
  /** Says to the user that the worker went away, or could not be started. Requests that die with it say nothing. */
  sayLost(message: string): void;
}

/** The worker as the rest of the extension sees it: started by the first request, and again when it is lost. */
export class Worker {
  readonly #host: WorkerHost;
  readonly #losses: number[] = [];
  #connection: Promise<WorkerConnection> | undefined;
  #pid: number | undefined;
  #requests = 0;
  #state: WorkerState = 'stopped';

  constructor(host: WorkerHost) {
    this.#host = host;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** The process' id while it runs. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** How many answers were asked for; what is looked at of them besides is not counted. */
  get requests(): number {
    return this.#requests;
  }

  async ask<M extends Method>(
    method: M, params: Methods[M]['params'], signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    if (!method.startsWith(inspections)) this.#requests++;
    return (await abortable(this.#connect(), signal)).ask(method, params, signal, onProgress);
  }

  /** Tells the process something, if there is one. */
  async tell<N extends keyof Notes>(note: N, params: Notes[N]): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.tell(note, params).catch(() => undefined);
  }

  /** The models there are. @param folders absolute; looked in besides those of the settings */
  async models(signal: AbortSignal, folders: readonly string[] = []): Promise<ListModelsResult> {
    return (await abortable(this.#connect(), signal)).ask(listModelsMethod, { folders }, signal);
  }

  /** Ends the process if there is one; the next request starts another, with the settings of that time. */
  async stop(): Promise<void> {
    const connection = this.#connection;
    this.#forget();
    if (connection !== undefined) await connection.then(one => one.stop(), () => undefined);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#connect();
  }

  #connect(): Promise<WorkerConnection> {
    if (this.#connection !== undefined) return this.#connection;
    this.#enter('starting');
    const connection = this.#host.connect(status => this.#host.onStatus(status), () => this.#onLost(connection));
    this.#connection = connection;
    connection.then(
      one => {
        if (this.#connection !== connection) return;
        this.#pid = one.pid;
        this.#enter('running');
      },
      (error: unknown) => {
        if (this.#connection !== connection) return;
        this.#forget();
        const { code, message, hint } = Failure.from(error);
        if (code === 'worker-lost') this.#host.sayLost(`${message} ${hint}`);
      },
    );
    return connection;
  }

  #enter(state: WorkerState): void {
    this.#state = state;
    this.#host.onState(state);
  }

  #forget(): void {
    this.#connection = undefined;
    this.#pid = undefined;
    this.#enter('stopped');
  }

  #onLost(connection: Promise<WorkerConnection>): void {
    if (this.#connection !== connection) return;
    this.#forget();
    this.#losses.push(Date.now());
    if (!restartsAtOnce(this.#losses)) {
      this.#host.sayLost('Attention Scope’s worker stopped unexpectedly again. The next request starts it.');
      return;
    }
    this.#host.sayLost('Attention Scope’s worker stopped unexpectedly and is being restarted. You can ask again.');
    this.#connect().catch(() => undefined);
  }
}
