import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import type { ShownMap } from '../../protocol/inspect-page.ts';
import { mapMethod, type Inspection } from '../../protocol/inspection.ts';
import type { FollowedMap } from '../annotations/followed.ts';
import { OneAtATime } from '../checkpoint/one-at-a-time.ts';
import type { Inspections } from './inspections.ts';
import { followedOf, inWords, layerOf, mostWords, nameOf, wordMapOf, type WordMap } from './word-map.ts';

export interface FollowerHost {
  readonly inspections: Pick<Inspections, 'ask' | 'recall' | 'history'>;
  /** The documents are to show something else. */
  redraw(): void;
  /** It could not be read: the documents show what they show without it. */
  failed(failure: Failure): void;
}

interface Read {
  readonly of: Pick<ShownMap, 'inspection' | 'choice' | 'reading'>;
  readonly inspection: Inspection;
  readonly map: WordMap;
}

/** Lets the documents show the map that an inspector shows. */
export class Follower {
  readonly #host: FollowerHost;
  readonly #reading = new OneAtATime('reading of the map');
  #shown: ShownMap | undefined;
  #read: Read | undefined;
  /** What is made of it, until something else is read or pointed at. */
  #words: ReturnType<typeof followedOf>;

  constructor(host: FollowerHost) {
    this.#host = host;
  }

  /** What an inspector shows, or that it shows nothing any more. */
  follow(shown: ShownMap | undefined): void {
    const isSame = shown !== undefined && this.#shown !== undefined && isDeepStrictEqual(whatOf(shown), whatOf(this.#shown));
    this.#shown = shown;
    this.#words = undefined;
    if (isSame) {
      this.#host.redraw();
      return;
    }
    this.#reading.drop();
    // Of another text nothing of the old one is to be seen; of the same, it stays until the new map is there.
    if (shown?.inspection !== this.#read?.of.inspection) this.#set(undefined);
    if (shown !== undefined) void this.#readMap(whatOf(shown));
  }

  /** The map that the documents are to show, if its text still stands. */
  get followed(): FollowedMap | undefined {
    const read = this.#read;
    const entry = read === undefined ? undefined : this.#host.inspections.history.get(read.of.inspection);
    if (read === undefined || entry?.place === undefined || entry.isStale) return undefined;
    this.#words ??= followedOf(read.inspection, read.map, this.#shown?.pointed, entry.asked.text);
    if (this.#words === undefined) return undefined;
    // What is written with interventions are other words than those that the document tells of.
    const map = entry.asked.interventions.length === 0 ? this.#words.map : undefined;
    return { ...entry.place, ...this.#words, map, name: nameOf(read.of.choice, read.of.reading) };
  }

  async #readMap(of: Read['of']): Promise<void> {
    const { inspections } = this.#host;
    await this.#reading.run(async signal => {
      const inspection = await inspections.recall(of.inspection, signal);
      const layer = layerOf(inspection, of.choice);
      if (layer === undefined || inspection.image !== undefined) return undefined;
      const most = { rows: mostWords, columns: mostWords };
      const window = await inspections.ask(mapMethod, { map: of, reading: inWords(of.reading), most, pooled: 'mean', values: 'floats' }, signal);
      return { of, inspection, map: wordMapOf(inspection, layer, window) };
    }, {
      done: read => this.#set(read),
      failed: failure => {
        // Told once more, it is tried once more.
        this.#shown = undefined;
        this.#set(undefined);
        this.#host.failed(failure);
      },
    });
  }

  #set(read: Read | undefined): void {
    if (read === undefined && this.#read === undefined) return;
    this.#read = read;
    this.#words = undefined;
    this.#host.redraw();
  }
}

function whatOf({ inspection, choice, reading }: ShownMap): Read['of'] {
  return { inspection, choice, reading };
}
