import {
  compareCheckpointsMethod, inspectMethod, tensorStatisticsMethod, tracedAttentionMethod, type CheckpointSummary, type TensorStatistics,
} from '../../protocol/checkpoint.ts';
import type { ToCheckpointPage } from '../../protocol/checkpoint-page.ts';
import { Failure } from '../../protocol/failure.ts';
import type { MapId } from '../../protocol/trace.ts';
import type { Ask } from '../worker/methods.ts';
import { CheckpointContent } from './content.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { CheckpointPlace } from './place.ts';

/** What the dialogue needs of the rest of the extension. */
export interface DialogueHost {
  /** Asks the worker to read. */
  readonly ask: Ask<typeof inspectMethod | typeof tensorStatisticsMethod | typeof compareCheckpointsMethod | typeof tracedAttentionMethod>;
  post(message: ToCheckpointPage): void;
}

/** So many tensors' statistics are kept; each is some hundred numbers. */
const mostMeasured = 2_000;

/** One editor's questions about its checkpoint, and what the page is told of the answers. */
export class CheckpointDialogue {
  readonly #place: CheckpointPlace;
  readonly #host: DialogueHost;
  readonly #content = new CheckpointContent();
  readonly #reading = new OneAtATime('reading');
  readonly #measuring = new OneAtATime('measurement');
  readonly #comparing = new OneAtATime('comparison');
  readonly #tracing = new OneAtATime('reading of the map');
  readonly #measured = new Map<string, TensorStatistics>();
  #summary: CheckpointSummary | undefined;

  constructor(place: CheckpointPlace, host: DialogueHost) {
    this.#place = place;
    this.#host = host;
  }

  /** What stands in the checkpoint, once it is read. */
  get summary(): CheckpointSummary | undefined {
    return this.#summary;
  }

  /** What brings a fresh page up to date. */
  replay(): readonly ToCheckpointPage[] {
    return this.#content.replay();
  }

  /** Reads the checkpoint, also once more: what was known of it is forgotten. */
  async read(): Promise<void> {
    for (const running of [this.#measuring, this.#comparing, this.#tracing]) running.drop();
    this.#measured.clear();
    this.#summary = undefined;
    this.#say({ type: 'reading', name: this.#place.name });
    await this.#reading.run(signal => this.#host.ask(inspectMethod, { path: this.#place.path }, signal), {
      done: summary => {
        this.#summary = summary;
        this.#say({ type: 'read', summary });
        if (summary.isTrace) void this.readTrace();
      },
      failed: failure => this.#say({ type: 'unreadable', failure: failure.toData() }),
    });
  }

  /** What stands on the disk is another one. */
  changed(): void {
    if (this.#summary !== undefined || this.#content.replay().some(({ type }) => type === 'unreadable')) this.#say({ type: 'changed' });
  }

  /** Measures a tensor, instead of the one before it. */
  async measure(tensor: string | undefined): Promise<void> {
    this.#measuring.drop();
    if (tensor === undefined) return;
    const known = this.#measured.get(tensor);
    if (known !== undefined) {
      this.#say({ type: 'measured', tensor, statistics: known });
      return;
    }
    await this.#measuring.run(signal => this.#host.ask(tensorStatisticsMethod, { path: this.#place.path, tensor }, signal), {
      done: statistics => {
        this.#keep(tensor, statistics);
        this.#say({ type: 'measured', tensor, statistics });
      },
      failed: failure => this.#say({ type: 'unmeasurable', tensor, failure: failure.toData() }),
    });
  }

  /** Compares the checkpoint with another one. */
  async compare({ path, name: other }: CheckpointPlace): Promise<void> {
    this.#say({ type: 'comparing', other, progress: undefined, begins: true });
    const ask = (signal: AbortSignal) => this.#host.ask(compareCheckpointsMethod, { path: this.#place.path, other: path }, signal, progress => {
      // What a cancelled comparison still sends must not follow its end.
      if (!signal.aborted) this.#say({ type: 'comparing', other, progress });
    });
    await this.#comparing.run(ask, {
      done: comparison => this.#say({ type: 'compared', other, comparison }),
      failed: failure => this.#say({ type: 'incomparable', other, failure: failure.toData() }),
    });
  }

  cancelComparing(): void {
    this.#comparing.cancel();
  }

  /** Reads a map of a trace file, which is of a text of its own. @param map left out, the first there is */
  async readTrace(map?: MapId): Promise<void> {
    this.#say({ type: 'attending' });
    const params = { path: this.#place.path, ...(map === undefined ? {} : { map }) };
    await this.#tracing.run(signal => this.#host.ask(tracedAttentionMethod, params, signal), {
      done: attention => this.#say({ type: 'attended', attention }),
      failed: failure => this.#say({ type: 'unattended', failure: failure.toData() }),
    });
  }

  /** It cannot be read at all, and why. */
  refuse(name: string, failure: Failure): void {
    this.#say({ type: 'reading', name });
    this.#say({ type: 'unreadable', failure: failure.toData() });
  }

  /** Nobody looks any more. */
  dispose(): void {
    for (const running of [this.#reading, this.#measuring, this.#comparing, this.#tracing]) running.drop();
    this.#content.clear();
  }

  #keep(tensor: string, statistics: TensorStatistics): void {
    const [oldest] = this.#measured.keys();
    if (this.#measured.size >= mostMeasured && oldest !== undefined) this.#measured.delete(oldest);
    this.#measured.set(tensor, statistics);
  }

  #say(message: ToCheckpointPage): void {
    this.#content.record(message);
    this.#host.post(message);
  }
}
