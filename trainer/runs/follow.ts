/** A run's events, read as they come. */
import { join } from 'node:path';
import { parseEvent } from './event.ts';
import { type FoldOptions, RunFold } from './fold.ts';
import { readIndex, writeIndex } from './index-file.ts';
import { Tail, type TailReader } from './tail.ts';

export const eventsName = 'events.jsonl';
/** Bytes before the end of the file in which every line is read, though only an outline is wanted. */
const outlined = 1 << 12;
/** Fewer bytes than these are read faster than an index is kept. */
const leastIndexed = 4 << 20;

export class RunFollower {
  readonly #folder: string;
  readonly #events: string;
  readonly #options: FoldOptions;
  #tail: Tail;
  #fold: RunFold;
  #indexed = 0;
  #indexing: Promise<void> = Promise.resolve();
  #isOpen = false;
  #reading: Promise<unknown> = Promise.resolve();
  /** The newest step that was left out of an outline, as it lies in the buffer that is being read. */
  #leftOut: { readonly buffer: Buffer; readonly start: number; readonly end: number; readonly offset: number } | undefined;

  /** @param options with steps all curves are read; without, what an outline of the run needs */
  constructor(folder: string, options: FoldOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#events = join(folder, eventsName);
    this.#tail = new Tail(this.#events);
    this.#fold = new RunFold(options);
  }

  get fold(): RunFold {
    return this.#fold;
  }

  /** Lines that are no events, or too long to be one. */
  get passedOver(): number {
    return this.#fold.passedOver + this.#tail.tooLong;
  }

  /** Until the index is written that the last update began: nobody else need wait for it. */
  indexed(): Promise<void> {
    return this.#indexing;
  }

  /** Reads what came since the last time. @returns whether there was anything */
  async update(signal?: AbortSignal): Promise<boolean> {
    const turn = this.#reading.then(() => this.#update(signal));
    this.#reading = turn.catch(() => undefined);
    return turn;
  }

  async #update(signal: AbortSignal | undefined): Promise<boolean> {
    if (!this.#isOpen && this.#options.steps) await this.#open();
    this.#isOpen = true;
    const hasChanged = await this.#tail.read(this.#reader, signal);
    this.#leftOut = undefined;
    if (hasChanged && this.#options.steps) this.#index();
    return hasChanged;
  }

  async #open(): Promise<void> {
    const index = await readIndex(this.#folder, this.#events);
    if (index === undefined) return;
    this.#fold = index.fold;
    this.#tail = new Tail(this.#events, index.place);
    this.#indexed = index.place.offset;
  }

  /** Only where so much is new that reading it again would take longer than writing this. */
  #index(): void {
    const { place, isBetweenLines } = this.#tail;
    if (!isBetweenLines || place.offset - this.#indexed < Math.max(leastIndexed, this.#indexed / 4)) return;
    this.#indexed = place.offset;
    this.#indexing = Promise.all([this.#indexing, writeIndex(this.#folder, this.#events, { fold: this.#fold, place })]).then(() => undefined);
  }

  readonly #reader: TailReader = {
    reset: () => {
      this.#fold = new RunFold(this.#options);
      this.#indexed = 0;
      this.#leftOut = undefined;
    },
    line: (buffer, start, end, offset, last) => {
      if (!this.#options.steps && last - offset > outlined) {
        const kind = usualKind(buffer, start);
        if (kind === 'step') this.#leftOut = { buffer, start, end, offset };
        if (kind !== undefined) return;
      }
      const before = this.#leftOut;
      this.#leftOut = undefined;
      // What lay in the buffer before is overwritten.
      if (before !== undefined && before.buffer === buffer && before.offset - before.start === offset - start) this.#take(before.buffer, before.start, before.end, before.offset);
      this.#take(buffer, start, end, offset);
    },
  };

  #take(buffer: Buffer, start: number, end: number, offset: number): void {
    if (start === end) return;
    const event = parseEvent(buffer.toString('utf8', start, end));
    if (event === undefined) this.#fold.passedOver++;
    else this.#fold.add(event, offset);
  }
}

const typeKey = Buffer.from('{"type":');
const usual = (['step', 'sample'] as const).map(kind => ({ kind, bytes: Buffer.from(`"${kind}"`) }));

/** Which of the events that there are many of a line is, where its type comes first; told from its bytes, without reading it. */
function usualKind(buffer: Buffer, start: number): 'step' | 'sample' | undefined {
  if (!hasAt(buffer, start, typeKey)) return undefined;
  const space = 0x20;
  const value = start + typeKey.length + Number(buffer[start + typeKey.length] === space);
  return usual.find(({ bytes }) => hasAt(buffer, value, bytes))?.kind;
}

function hasAt(buffer: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (buffer[at + index] !== bytes[index]) return false;
  }
  return true;
}
