import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { arithmeticMethod, influenceMethod, openInspectionMethod, type Inspection, type MapOf } from '../../protocol/inspection.ts';
import { abortable } from '../abortable.ts';
import type { Ask, InspectionMethod, Methods } from '../worker/methods.ts';
import { InspectionHistory, type Inspected, type Subject, type TextPlace } from './history.ts';
import type { Pinned } from './pinned.ts';

/** What inspections need of the rest of the extension. */
export interface InspectionsHost {
  /** Asks the worker to read what it holds. */
  readonly ask: Ask<InspectionMethod>;
  /** Asks it to run a model, which may be larger than the free memory. */
  readonly askModel: Ask<typeof openInspectionMethod | typeof influenceMethod>;
  /** Another text once the model was saved anew. */
  version(model: string, signal: AbortSignal): Promise<string>;
  /** The worker need not hold it any more. @param held the worker's id */
  close(held: string): void;
  /** Where a text stands that stood there; of a document that is not open nobody knows better. `undefined`: nowhere any more. */
  locate(place: TextPlace, text: string): TextPlace | undefined;
  /** The bytes of an image's file, in base64. @throws Failure `no-such-file`, `bad-argument` */
  readImage(file: string): Promise<string>;
  /** @throws Failure `untrusted-workspace` when a model's file or folder may not be run */
  assertMayRun(path: string): void;
  /** The history is another one. */
  changed(): void;
  /** The model was saved anew and run again: what was known by an id is no more, and this is there instead. */
  replaced(id: string, by: Inspection): void;
}

/** A pass that ran. */
interface Held {
  /** By which the history has it. */
  readonly id: string;
  /** As the worker knows it. */
  readonly inspection: Inspection;
  /** Of its model, as it ran. */
  readonly version: string;
}

/** Of a run that several may wait for: none of them ends it. */
const unending = new AbortController().signal;

/**
 * What is inspected, over the life of any worker. Ids are our own and stay: what the worker has forgotten is run again by what was
 * asked, and nobody notices but by the time that it takes.
 */
export class Inspections {
  readonly history: InspectionHistory;
  readonly #host: InspectionsHost;
  readonly #held = new Map<string, Promise<Held>>();
  /** Those that run now. */
  readonly #running = new Set<string>();
  /** The last pass of each, also of one that the worker has forgotten. */
  readonly #passes = new Map<string, Held>();

  constructor(host: InspectionsHost) {
    this.#host = host;
    this.history = new InspectionHistory(() => host.changed(), id => this.#release(id));
  }

  /**
   * Runs a model; what was asked for in the same words before is not run again, unless the model was saved anew.
   * @throws Failure `untrusted-workspace`, and those of the worker
   */
  async open(subject: Subject, signal: AbortSignal): Promise<Inspection> {
    const known = await this.#known(subject, signal);
    if (known === undefined) return this.#runNew(subject, false, signal);
    this.history.put(this.#standing({ ...known, place: subject.place ?? known.place, file: subject.file ?? known.file, at: Date.now(), isPassing: false }));
    return this.recall(known.id, signal);
  }

  /** The same in passing, as one of many that are gone through: until it is opened it displaces nothing of the user's. @throws as `open` */
  async peek(subject: Subject, signal: AbortSignal): Promise<Inspection> {
    const known = await this.#known(subject, signal);
    if (known === undefined) return this.#runNew({ ...subject, place: undefined }, true, signal);
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

  /** What came of it when it ran last; `undefined` where it has not yet. */
  pass(id: string): Inspection | undefined {
    const known = this.#passes.get(id);
    return known && told(known);
  }

  /** Of a model that was saved anew since, another inspection in its place. @throws as `inspected` and `open` */
  async recall(id: string, signal: AbortSignal): Promise<Inspection> {
    return told(await abortable(this.#heldOf(this.inspected(id)), signal));
  }

  /** Asks something of one or two inspections. @throws as `recall`; Failure `inspection-gone` where the model was saved anew since */
  async ask<M extends InspectionMethod>(
    method: M, params: Methods[M]['params'], signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    const ids = idsIn(params);
    if (method === influenceMethod || method === arithmeticMethod) {
      // It runs the model once more, to be laid beside the maps of what ran before.
      for (const id of ids) await this.#look(this.inspected(id).asked.model, signal);
    }
    const held = new Map<string, Promise<Held>>();
    for (const id of ids) held.set(id, this.#heldOf(this.inspected(id)));
    try {
      return await this.#ask(method, params, held, signal, onProgress);
    } catch (error) {
      if (Failure.from(error).code !== 'inspection-gone' || ids.some(id => this.history.get(id) === undefined)) throw error;
      // Of two it is not told which: what another question has had run again meanwhile is not run once more.
      for (const [id, gone] of held) if (this.#held.get(id) === gone) this.#held.delete(id);
      for (const id of ids) held.set(id, this.#heldOf(this.inspected(id)));
      return this.#ask(method, params, held, signal, onProgress);
    }
  }

  async #ask<M extends InspectionMethod>(
    method: M, params: Methods[M]['params'], held: ReadonlyMap<string, Promise<Held>>, signal: AbortSignal, onProgress?: (progress: Methods[M]['progress']) => void,
  ): Promise<Methods[M]['result']> {
    const names = new Map<string, string>();
    for (const [id, one] of held) {
      const { id: now, inspection } = await abortable(one, signal);
      if (now !== id) throw new Failure('inspection-gone', 'The model was saved anew since, and was run again.', 'Look at what it does now.');
      names.set(id, inspection.id);
    }
    const ask = (method === influenceMethod ? this.#host.askModel : this.#host.ask) as Ask<InspectionMethod>;
    return ask(method, renamed(params, names), signal, onProgress);
  }

  /** What was asked for in the same words before. */
  async #known(subject: Subject, signal: AbortSignal): Promise<Inspected | undefined> {
    const known = this.history.same(subject);
    if (known === undefined) return undefined;
    await this.#look(known.asked.model, signal);
    // Meanwhile it may have been pinned, replaced or forgotten, or its text changed.
    return this.history.same(subject);
  }

  #heldOf(inspected: Inspected): Promise<Held> {
    const { id } = inspected;
    const known = this.#held.get(id);
    if (known !== undefined) return known;
    this.#running.add(id);
    const running = this.#runAgain(inspected).finally(() => this.#running.delete(id));
    this.#held.set(id, running);
    running.catch(() => {
      if (this.#held.get(id) === running) this.#held.delete(id);
    });
    return running;
  }

  async #runAgain(inspected: Inspected): Promise<Held> {
    const { id } = inspected;
    const before = this.#passes.get(id)?.version;
    const ran = await this.#run(inspected, unending);
    const listed = this.history.get(id);
    // What pages know of it is of the model as it was: its maps may be of other sizes, and what it wrote another text.
    const isAnother = listed !== undefined && before !== undefined && before !== ran.version;
    const held = { ...ran, id: isAnother ? randomUUID() : id };
    if (isAnother) {
      this.#held.delete(id);
      // First: with both in it the history would forget one that has nothing to do with it.
      this.history.remove(id);
      this.#keep(held, listed);
      this.#host.replaced(id, told(held));
    } else {
      if (listed !== undefined) this.#passes.set(id, held);
      this.history.name(id, held.inspection.model);
    }
    return held;
  }

  async #runNew(subject: Subject, isPassing: boolean, signal: AbortSignal): Promise<Inspection> {
    const held = { ...await this.#run(subject, signal), id: randomUUID() };
    this.#keep(held, { ...subject, file: subject.file, at: Date.now(), isPinned: false, isStale: false, isPassing });
    return told(held);
  }

  #keep(held: Held, as: Omit<Inspected, 'id' | 'model'>): void {
    const { id } = held;
    this.#held.set(id, Promise.resolve(held));
    this.#passes.set(id, held);
    this.history.put(this.#standing({ ...as, id, model: held.inspection.model }));
  }

  async #run({ asked, file }: Subject, signal: AbortSignal): Promise<Omit<Held, 'id'>> {
    if (isAbsolute(asked.model)) this.#host.assertMayRun(asked.model);
    const image = asked.image ?? (file === undefined ? undefined : await this.#host.readImage(file));
    // Asked for first: of a model that is saved meanwhile the run is repeated once too often, rather than not.
    const version = await this.#host.version(asked.model, signal);
    const inspection = await this.#host.askModel(openInspectionMethod, { ...asked, ...(image === undefined ? {} : { image }) }, signal);
    this.#letGoOthers(asked.model, version);
    return { version, inspection };
  }

  /** Looks whether a model was saved anew. */
  async #look(model: string, signal: AbortSignal): Promise<void> {
    this.#letGoOthers(model, await this.#host.version(model, signal));
  }

  /** What a model did as another version is run again when it is looked at: two versions are never laid side by side. */
  #letGoOthers(model: string, version: string): void {
    for (const [id, { inspection, version: ran }] of this.#passes) {
      if (inspection.asked.model !== model || ran === version || !this.#held.has(id) || this.#running.has(id)) continue;
      this.#held.delete(id);
      this.#host.close(inspection.id);
    }
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
    this.#passes.delete(id);
    held?.then(({ inspection }) => this.#host.close(inspection.id), () => undefined);
  }
}

/** As pages know it: an image's bytes are theirs already. */
function told({ id, inspection: { asked: { image: _, ...asked }, ...inspection } }: Held): Inspection {
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
