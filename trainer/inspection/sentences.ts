/** The sentences of a text that is read whole: those that it would be translated in. */
import { proseOf } from '../../protocol/prose.ts';
import { sentencesOf } from '../../protocol/sentence.ts';
import type { SourceSide, TokenRange } from '../../protocol/trace.ts';

/**
 * Ranges of all tokens, at least one. A token is of the sentence that it begins in; what stands between two of them, or for no
 * text, is of the one before, and of the first where there is none.
 * @param languageId VS Code's id of the document's language
 */
export function sentencesIn({ text, tokens }: Pick<SourceSide, 'text' | 'tokens'>, languageId?: string): readonly TokenRange[] {
  const firsts = [0];
  let next = 0;
  for (const { start } of sentencesOf(proseOf(text, languageId)).slice(1)) {
    while ((tokens[next]?.start ?? Infinity) < start) next++;
    if (next > (firsts.at(-1) ?? 0) && next < tokens.length) firsts.push(next);
  }
  return firsts.map((first, index) => ({ first, end: firsts[index + 1] ?? tokens.length }));
}
