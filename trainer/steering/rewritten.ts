/** A text of which stretches are replaced or masked, by offsets into the text as it was given. */
import { Failure } from '../../protocol/failure.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import type { Span } from '../../protocol/trace.ts';

export type TextIntervention = Extract<Intervention, { readonly do: 'replace' | 'mask' }>;

export interface Given {
  readonly text: string;
  /** Where in it a second text begins, behind a line end. */
  readonly second: number | undefined;
}

export interface Rewritten extends Given {
  /** Stretches of it that are to be masked. */
  readonly masked: readonly Span[];
}

/**
 * Of two changes of the same stretch the later one holds.
 * @throws Failure `bad-argument` where a stretch is not in the text, reaches over two texts, or two of them overlap
 */
export function rewritten({ text: given, second }: Given, interventions: readonly TextIntervention[]): Rewritten {
  const last = new Map(interventions.map(one => [`${one.start} ${one.end}`, one]));
  const inOrder = [...last.values()].sort((one, other) => one.start - other.start || one.end - other.end);
  const masked: Span[] = [];
  let [text, at, moved] = ['', 0, 0];
  for (const one of inOrder) {
    const { start, end } = one;
    if (end > given.length || start > end) {
      throw new Failure('bad-argument', `Characters ${start} to ${end} are to be ${one.do === 'mask' ? 'masked' : 'replaced'}; the text has ${given.length}.`, 'Choose a stretch of the text.');
    }
    if (start < at) throw new Failure('bad-argument', `Two interventions change the same characters, ${start} to ${Math.min(at, end)}.`, 'Leave one of them out.');
    if (second !== undefined && start < second && end >= second) {
      throw new Failure('bad-argument', `Characters ${start} to ${end} are of both texts: the second begins at ${second}.`, 'Change each of them by itself.');
    }
    text += given.slice(at, start);
    if (second !== undefined && end < second && one.do === 'replace') moved += one.text.length - (end - start);
    if (one.do === 'replace') text += one.text;
    else {
      masked.push({ start: text.length, end: text.length + end - start });
      text += given.slice(start, end);
    }
    at = end;
  }
  return { text: text + given.slice(at), second: second === undefined ? undefined : second + moved, masked };
}
