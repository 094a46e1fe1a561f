import { isDeepStrictEqual } from 'node:util';
import type { HistoryEntry } from '../../protocol/inspect-page.ts';
import type { OpenInspectionParams } from '../../protocol/inspection.ts';
import type { Span } from '../../protocol/trace.ts';
import { trackEdits, type Replacement } from '../annotations/track-edits.ts';

/** Where a text stands in a document, in UTF-16 code units. */
export interface TextPlace {
  /** The document, as its URI's string. */
  readonly uri: string;
  readonly span: Span;
}

/** What a model is to be looked at over. */
export interface Subject {
  readonly asked: OpenInspectionParams;
  /** `undefined` of what stands in no document. */
  readonly place: TextPlace | undefined;
  /** Of an image: its file, as its URI's string. */
  readonly file?: string | undefined;
}

/** What was inspected: it can be asked for again at any time. */
export interface Inspected {
  readonly id: string;
  readonly asked: OpenInspectionParams;
  /** What people call the model, once it ran. */
  readonly model: string | undefined;
  /** `undefined` of what stands in no document, or of which that is not known any more. */
  readonly place: TextPlace | undefined;
  /** Of an image: its file, as its URI's string. */
  readonly file: string | undefined;
  /** When it was asked for last, in milliseconds since 1970. */
  readonly at: number;
  readonly isPinned: boolean;
  /** The text has changed since, where it stood. */
  readonly isStale: boolean;
  /** It is looked at in passing: not listed, and gone soon. */
  readonly isPassing: boolean;
}

/** So many are kept besides those that are pinned. */
const mostKept = 20;
/** And so many of those that are looked at in passing. */
const mostPassing = 6;
/** As much of a text as a list shows, in UTF-16 code units. */
const shownText = 300;

/** What was inspected last. Each edit of a document is followed: what stood there moves, or becomes stale. */
export class InspectionHistory {
  /** The newest last. */
  readonly #all = new Map<string, Inspected>();
  readonly #changed: () => void;
  readonly #forgotten: (id: string) => void;

  /** @param forgotten one is in the history no longer */
  constructor(changed: () => void, forgotten: (id: string) => void) {
    this.#changed = changed;
    this.#forgotten = forgotten;
  }

  get(id: string): Inspected | undefined {
    return this.#all.get(id);
  }

  /** One that was asked for in the same words, and whose text still stands. */
  same({ asked, file }: Subject): Inspected | undefined {
    const { image: _, ...inWords } = asked;
    return [...this.#all.values()].findLast(one => !one.isStale
      // An image that was pinned in an earlier session is told by its file alone.
      && (isDeepStrictEqual(one.asked, asked) || (file !== undefined && one.file === file && isDeepStrictEqual(one.asked, inWords))));
  }

  /** Where a text stands that was inspected before. */
  placeOf(text: string): TextPlace | undefined {
    return [...this.#all.values()].findLast(one => !one.isStale && one.asked.text === text && one.place !== undefined)?.place;
  }

  /** Puts one in as the newest, or back there. */
  put(inspected: Inspected): void {
    this.#all.delete(inspected.id);
    this.#all.set(inspected.id, inspected);
    this.#thin();
    this.#changed();
  }

  pin(id: string, isPinned: boolean): void {
    this.#change(id, { isPinned, isPassing: false });
  }

  name(id: string, model: string): void {
    this.#change(id, { model });
  }

  remove(id: string): void {
    if (!this.#all.delete(id)) return;
    this.#forgotten(id);
    this.#changed();
  }

  /** Follows one change of a document. */
  edit(uri: string, replacements: readonly Replacement[]): void {
    let isChanged = false;
    for (const one of this.#all.values()) {
      if (one.place?.uri !== uri || one.isStale) continue;
      const span = trackEdits(one.place.span, replacements);
      if (span === one.place.span) continue;
      this.#all.set(one.id, span === undefined ? { ...one, isStale: true } : { ...one, place: { uri, span } });
      isChanged ||= span === undefined;
    }
    if (isChanged) this.#changed();
  }

  /** A document was opened (again): it may have changed while nobody told us. @param locate where a text stands that stood at a span */
  verify(uri: string, locate: (span: Span, text: string) => Span | undefined): void {
    for (const one of [...this.#all.values()]) {
      if (one.place?.uri !== uri || one.isStale) continue;
      const span = locate(one.place.span, one.asked.text);
      if (span !== one.place.span) this.#change(one.id, span === undefined ? { isStale: true } : { place: { uri, span } });
    }
  }

  /** The newest first. */
  get all(): readonly Inspected[] {
    return [...this.#all.values()].reverse();
  }

  /** As pages list them. */
  get entries(): readonly HistoryEntry[] {
    return this.all.filter(({ isPassing }) => !isPassing).map(({ id, asked, model, at, isPinned, isStale }) => ({
      inspection: id, model: model ?? asked.model, text: asked.text.slice(0, shownText), interventions: asked.interventions.length, at, isPinned, isStale,
    }));
  }

  #change(id: string, change: Partial<Inspected>): void {
    const one = this.#all.get(id);
    if (one === undefined) return;
    this.#all.set(id, { ...one, ...change });
    this.#thin();
    this.#changed();
  }

  #thin(): void {
    const loose = [...this.#all.values()].filter(({ isPinned }) => !isPinned);
    const [passing, kept] = [loose.filter(({ isPassing }) => isPassing), loose.filter(({ isPassing }) => !isPassing)];
    for (const { id } of [...passing.slice(0, -mostPassing), ...kept.slice(0, -mostKept)]) {
      this.#all.delete(id);
      this.#forgotten(id);
    }
  }
}
