import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import {
  influenceMethod, openInspectionMethod, type Inspection, type MapOf, type OpenInspectionParams,
} from '../../protocol/inspection.ts';
import { abortable } from '../abortable.ts';
import type { Ask, InspectionMethod, Methods } from '../worker/methods.ts';
import { InspectionHistory, type Inspected, type TextPlace } from './history.ts';
import type { Pinned } from './pinned.ts';

/** What inspections need of the rest of the extension. */
export interface InspectionsHost {
  /** Asks the worker to read what it holds. */
  readonly ask: Ask<InspectionMethod>;
  /** Asks it to run a model, which may be larger than the free memory. */
  readonly askModel: Ask<typeof openInspectionMethod | typeof influenceMethod>;
  /** The worker need not hold it any more. @param held the worker's id */
  close(held: string): void;
  /** Where a text stands that stood there; of a document that is not open nobody knows better. `undefined`: nowhere any more. */
  locate(place: TextPlace, text: string): TextPlace | undefined;
  /** @throws Failure `untrusted-workspace` when a model's file or folder may not be run */
  assertMayRun(path: string): void;
}

/**
 * What is inspected, over the life of any worker. Ids are our own and stay: what the worker has forgotten is run again by what was
 * asked, and nobody notices but by the time that it takes.
 */
export class Inspections {
  readonly history: InspectionHistory;
  readonly #host: InspectionsHost;
  /** As the worker knows them. */
  readonly #held = new Map<string, Promise<Inspection>>();

  /** @param changed the history is another one */
  constructor(host: InspectionsHost, changed: () => void) {
    this.#host = host;
    this.history = new InspectionHistory(changed, id => this.#release(id));
  }

  /**
   * Runs a model; what was asked for in the same words before is not run again.
   * @param place where the text stands, if it does
   * @throws Failure `untrusted-workspace`, and those of the worker
   */
  async open(asked: OpenInspectionParams, place: TextPlace | undefined, signal: AbortSignal): Promise<Inspection> {
    const known = this.history.same(asked);
    if (known === undefined) return this.#runNew({ asked, place, isPassing: false }, signal);
    this.history.put(this.#standing({ ...known, place: place ?? known.place, isPassing: false }));
    return this.recall(known.id, signal);
  }

  /** The same in passing, as one of many that are gone through: until it is opened it displaces nothing of the user's. @throws as `open` */
  async peek(asked: OpenInspectionParams, signal: AbortSignal): Promise<Inspection> {
    const known = this.history.same(asked);
    if (known === undefined) return this.#runNew({ asked, place: undefined, isPassing: true }, signal);
    if (known.isPassing) this.history.put(known);
    return this.recall(known.id, signal);
  }

  /** What an earlier session pinned is in the history again, and run when it is looked at. */
  remember(pinned: readonly Pinned[]): void {
    for (const one of [...pinned].reverse()) this.history.put(this.#standing({ ...one, id: randomUUID(), model: undefined, isPinned: true, isStale: false, isPassing: false }));
  }

  /** @throws Failure `inspection-gone` where the history has it no longer */
  inspected(id: string): Inspected {
    const found = this.history.get(id);
    if (found !== undefined) return found;
    throw new Failure('inspection-gone', 'This inspection is in the history no longer.', 'Inspect the text again.');
  }

  /** @throws as `inspected` and `open` */
  async recall(id: string, signal: AbortSignal): Promise<Inspection> {
    return told(await abortable(this.#heldOf(this.inspected(id)), signal), id);
  }

  /** Asks something of one or two inspections. @throws as `recall` */
  async ask<M extends InspectionMethod>(
    method: M, params: Methods[M]['params'], signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    const ids = idsIn(params);
    const held = new Map<string, Promise<Inspection>>();
    for (const id of ids) held.set(id, this.#heldOf(this.inspected(id)));
    try {
      return await this.#ask(method, params, held, signal, onProgress);
    } catch (error) {
      if (Failure.from(error).code !== 'inspection-gone') throw error;
      // Of two it is not told which: what another question has had run again meanwhile is not run once more.
      for (const [id, gone] of held) if (this.#held.get(id) === gone) this.#held.delete(id);
      for (const id of ids) held.set(id, this.#heldOf(this.inspected(id)));
      return this.#ask(method, params, held, signal, onProgress);
    }
  }

  async #ask<M extends InspectionMethod>(
    method: M, params: Methods[M]['params'], held: ReadonlyMap<string, Promise<Inspection>>, signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    const names = new Map<string, string>();
    for (const [id, one] of held) names.set(id, (await abortable(one, signal)).id);
    const ask = (method === influenceMethod ? this.#host.askModel : this.#host.ask) as Ask<InspectionMethod>;
    return ask(method, renamed(params, names), signal, onProgress);
  }

  #heldOf({ id, asked }: Inspected): Promise<Inspection> {
    const known = this.#held.get(id);
    if (known !== undefined) return known;
    const running = this.#run(asked, new AbortController().signal);
    this.#held.set(id, running);
    running.then(({ model }) => this.history.name(id, model), () => {
      if (this.#held.get(id) === running) this.#held.delete(id);
    });
    return running;
  }

  async #runNew(what: Pick<Inspected, 'asked' | 'place' | 'isPassing'>, signal: AbortSignal): Promise<Inspection> {
    const held = await this.#run(what.asked, signal);
    const id = randomUUID();
    this.#held.set(id, Promise.resolve(held));
    this.history.put(this.#standing({ ...what, id, model: held.model, isPinned: false, isStale: false }));
    return told(held, id);
  }

  async #run(asked: OpenInspectionParams, signal: AbortSignal): Promise<Inspection> {
    if (isAbsolute(asked.model)) this.#host.assertMayRun(asked.model);
    return this.#host.askModel(openInspectionMethod, asked, signal);
  }

  /** It is stale at once where its text was changed while the model ran, or while the window was closed. */
  #standing(inspected: Inspected): Inspected {
    if (inspected.place === undefined) return inspected;
    const place = this.#host.locate(inspected.place, inspected.asked.text);
    return place === undefined ? { ...inspected, isStale: true } : { ...inspected, place };
  }

  #release(id: string): void {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.then(one => this.#host.close(one.id), () => undefined);
  }
}

/** As pages know it: an image's bytes are theirs already. */
function told({ asked: { image: _, ...asked }, ...inspection }: Inspection, id: string): Inspection {
  return { ...inspection, asked, id };
}

type Params = Methods[InspectionMethod]['params'];

function idsIn(params: Params): readonly string[] {
  if ('inspection' in params) return [params.inspection];
  return [...new Set([params.map.inspection, ...(params.minus === undefined ? [] : [params.minus.inspection])])];
}

/** The same of the inspections of these names. */
function renamed<P extends Params>(params: P, names: ReadonlyMap<string, string>): P {
  const nameOf = (id: string): string => names.get(id) ?? id;
  if ('inspection' in params) return { ...params, inspection: nameOf(params.inspection) };
  const of = (map: MapOf): MapOf => ({ ...map, inspection: nameOf(map.inspection) });
  return { ...params, map: of(params.map), ...(params.minus === undefined ? {} : { minus: of(params.minus) }) };
}
