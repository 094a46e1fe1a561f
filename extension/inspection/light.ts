import type { Inspection } from '../../protocol/inspection.ts';
import type { Side } from '../../protocol/panel.ts';
import { trackEdits, type Replacement } from '../annotations/track-edits.ts';

/** A word of an axis, by its index there. */
export interface LitWord {
  readonly axis: number;
  readonly word: number;
}

/**
 * Where a word of the document is in a pass that is shown: words may have been left out of its text, and another text written for it.
 * @param given the pass over the text as it stands in the document
 * @param word index into the words of that pass' text, or of what it wrote
 * @returns `undefined` where it is there no more
 */
export function litIn(given: Inspection, shown: Inspection, side: Side, word: number): LitWord | undefined {
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
