import { isDeepStrictEqual } from 'node:util';
import type { PointedTokens } from '../../protocol/inspect-page.ts';
import type { Inspection } from '../../protocol/inspection.ts';
import type { Side } from '../../protocol/panel.ts';
import { wordOfTokens } from '../../protocol/words.ts';
import { trackEdits, type Replacement } from '../annotations/track-edits.ts';

/** A word of an axis, by its index there. */
export interface LitWord {
  readonly axis: number;
  readonly word: number;
}

/** A word of the document, by its index on a side of what was made of it. */
export interface PointedWord {
  readonly side: Side;
  readonly word: number;
}

/** Between which passes a word is followed. */
export interface LitPasses {
  /** Its words are those of the document. */
  readonly given: Inspection | undefined;
  /** What the page shows. */
  readonly shown: Inspection | undefined;
}

/** The word of the document that the pointer rests on, as a page is told of it. */
export class Light {
  readonly #tell: (word: LitWord | undefined) => void;
  #pointed: PointedWord | undefined;
  #told: LitWord | undefined;

  constructor(tell: (word: LitWord | undefined) => void) {
    this.#tell = tell;
  }

  /** The pointer rests on it; `undefined`: on none any more. */
  point(word: PointedWord | undefined, passes: LitPasses): void {
    this.#pointed = word;
    this.#told = this.#find(passes);
    this.#tell(this.#told);
  }

  /** Another pass is shown: the word may be elsewhere. */
  follow(passes: LitPasses): void {
    const word = this.#find(passes);
    if (isDeepStrictEqual(word, this.#told)) return;
    this.#told = word;
    this.#tell(word);
  }

  /** The page begins with something else, and knows of no word there. */
  forget(): void {
    this.#told = undefined;
  }

  /** The document is another one. */
  clear(): void {
    this.#pointed = undefined;
    this.#told = undefined;
  }

  /** The document need not be told what it told itself: its tints stay. What a word looks at is news, where it looks at its own text. */
  isOwn(pointed: PointedTokens | undefined, shown: Inspection | undefined): boolean {
    const lit = this.#told;
    const axis = shown?.axes[lit?.axis ?? -1];
    if (pointed === undefined || axis === undefined || pointed.as !== 'key' || pointed.axis !== lit?.axis) return false;
    return wordOfTokens(axis.tokens, axis.words).indexOf(lit.word) === pointed.tokens.first;
  }

  #find({ given, shown }: LitPasses): LitWord | undefined {
    if (this.#pointed === undefined || given === undefined || shown === undefined) return undefined;
    return litIn(given, shown, this.#pointed.side, this.#pointed.word);
  }
}

/**
 * Where a word of the document is in a pass that is shown: words may have been left out of its text, and another text written for it.
 * @param given the pass over the text as it stands in the document
 * @param word index into the words of that pass' text, or of what it wrote
 * @returns `undefined` where it is there no more
 */
function litIn(given: Inspection, shown: Inspection, side: Side, word: number): LitWord | undefined {
  const before = given.axes.find(axis => axis.side === side);
  const span = before?.words[word];
  const axis = shown.axes.findIndex(one => one.side === side);
  const after = shown.axes[axis];
  if (before === undefined || span === undefined || after === undefined) return undefined;
  const moved = side === 'source' && shown.asked.text === given.asked.text
    ? trackEdits(span, replacementsOf(shown))
    // Of another text, or of something else that was written, a word that looks the same is another one.
    : after.text.startsWith(before.text.slice(0, span.end)) ? span : undefined;
  const found = moved === undefined ? -1 : after.words.findIndex(({ start, end }) => start === moved.start && end === moved.end);
  return found < 0 ? undefined : { axis, word: found };
}

/** Of two changes of the same stretch the later one holds; one that masks leaves the text as it is. */
function replacementsOf({ asked }: Inspection): Replacement[] {
  const last = new Map(asked.interventions.flatMap(one => (one.do === 'replace' || one.do === 'mask' ? [[`${one.start} ${one.end}`, one] as const] : [])));
  return [...last.values()].flatMap(one => (one.do === 'replace' ? [{ rangeOffset: one.start, rangeLength: one.end - one.start, text: one.text }] : []));
}
