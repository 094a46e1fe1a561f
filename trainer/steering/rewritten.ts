/** A text of which stretches are replaced or masked, by offsets into the text as it was given. */
import { Failure } from '../../protocol/failure.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import type { Span } from '../../protocol/trace.ts';

export type TextIntervention = Extract<Intervention, { readonly do: 'replace' | 'mask' }>;

export interface Rewritten {
  readonly text: string;
  /** Stretches of it that are to be masked. */
  readonly masked: readonly Span[];
}

/**
 * Of two changes of the same stretch the later one holds.
 * @throws Failure `bad-argument` where a stretch is not in the text, or two of them overlap
 */
export function rewritten(given: string, interventions: readonly TextIntervention[]): Rewritten {
  const last = new Map(interventions.map(one => [`${one.start} ${one.end}`, one]));
  const inOrder = [...last.values()].sort((one, other) => one.start - other.start || one.end - other.end);
  const masked: Span[] = [];
  let [text, at] = ['', 0];
  for (const one of inOrder) {
    const { start, end } = one;
    if (end > given.length || start > end) {
      throw new Failure('bad-argument', `Characters ${start} to ${end} are to be ${one.do === 'mask' ? 'masked' : 'replaced'}; the text has ${given.length}.`, 'Choose a stretch of the text.');
    }
    if (start < at) throw new Failure('bad-argument', `Two interventions change the same characters, ${start} to ${Math.min(at, end)}.`, 'Leave one of them out.');
    text += given.slice(at, start);
    if (one.do === 'replace') text += one.text;
    else {
      masked.push({ start: text.length, end: text.length + end - start });
      text += given.slice(start, end);
    }
    at = end;
  }
  return { text: text + given.slice(at), masked };
}
