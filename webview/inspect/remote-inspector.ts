/** The inspector's questions as messages. Every question ends: with its answer, refused, aborted, or with the page. */
import { Failure } from '../../protocol/failure.ts';
import type { FromInspector, InspectMethod, InspectQuestion, InspectRequests, ToInspector } from '../../protocol/inspect-page.ts';
import type { InfluenceProgress } from '../../protocol/inspection.ts';
import { decodeHeads, decodeLines, decodeMap } from './decode.ts';
import type { InspectorHost, Told } from './inspector-host.ts';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly progress: ((at: InfluenceProgress) => void) | undefined;
}

/** What is answered to questions; the page looks after all else. */
export type InspectAnswer = Extract<ToInspector, { readonly id: number }>;

export class RemoteInspector implements InspectorHost {
  readonly #send: (message: FromInspector) => void;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(send: (message: FromInspector) => void) {
    this.#send = send;
  }

  readonly open: InspectorHost['open'] = (params, signal) => this.#ask('open', params, signal);
  readonly peek: InspectorHost['peek'] = (params, signal) => this.#ask('peek', params, signal);
  readonly recall: InspectorHost['recall'] = (inspection, signal) => this.#ask('recall', { inspection }, signal);
  readonly another: InspectorHost['another'] = (params, signal) => this.#ask('another', params, signal);
  readonly export: InspectorHost['export'] = (params, signal) => this.#ask('export', params, signal);
  readonly map: InspectorHost['map'] = async (params, signal) => decodeMap(await this.#ask('map', params, signal));
  readonly heads: InspectorHost['heads'] = async (params, signal) => decodeHeads(await this.#ask('heads', params, signal));
  readonly lines: InspectorHost['lines'] = async (params, signal) => decodeLines(await this.#ask('lines', params, signal));
  readonly arithmetic: InspectorHost['arithmetic'] = (params, signal) => this.#ask('arithmetic', params, signal);
  readonly influence: InspectorHost['influence'] = (params, signal, progress) => this.#ask('influence', params, signal, progress);

  tell(message: Told): void {
    this.#send(message);
  }

  /** Answers that nobody waits for any more are let go. */
  receive(message: InspectAnswer): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.type === 'progress') {
      pending.progress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === 'answer') pending.resolve(message.result);
    else pending.reject(Failure.from(message.failure));
  }

  /** Nobody answers any more. */
  close(): void {
    const failure = new Failure('worker-lost', 'The inspection was closed before it was answered.', 'Inspect the text again.');
    for (const { reject } of this.#pending.values()) reject(failure);
    this.#pending.clear();
  }

  #ask<Method extends InspectMethod>(
    method: Method, params: InspectRequests[Method]['params'], signal: AbortSignal, progress?: (at: InfluenceProgress) => void,
  ): Promise<InspectRequests[Method]['result']> {
    if (signal.aborted) return Promise.reject(aborted());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#pending.delete(id);
        this.#send({ type: 'cancel', id });
        reject(aborted());
      };
      const done = <Value>(settle: (value: Value) => void) => (value: Value): void => {
        signal.removeEventListener('abort', abort);
        settle(value);
      };
      signal.addEventListener('abort', abort, { once: true });
      // The extension answers a method with its own result: the types of messages say so, but only by method.
      this.#pending.set(id, { resolve: done(resolve as (result: unknown) => void), reject: done(reject), progress });
      this.#send({ type: 'ask', id, method, params } as InspectQuestion);
    });
  }
}

function aborted(): DOMException {
  return new DOMException('Nobody waits for it any more.', 'AbortError');
}
