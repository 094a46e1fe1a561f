/** Two texts that are given as one: where in it the second begins, behind a line end that is of neither. */
import { Failure } from './failure.ts';

export interface TwoTexts {
  readonly first: string;
  readonly second: string;
  /** Where the second begins. */
  readonly at: number;
}

/** As one. */
export const joined = (first: string, second: string): { readonly text: string; readonly second: number } => ({ text: `${first}\n${second}`, second: first.length + 1 });

/** @throws Failure `bad-argument` where no line end stands before it */
export function twoTexts(text: string, at: number): TwoTexts {
  if (text[at - 1] !== '\n') {
    throw new Failure('bad-argument', `A second text is to begin at character ${at} of ${text.length}, and no line end stands before it.`, 'Give two texts with a line end between them.');
  }
  return { first: text.slice(0, at - 1), second: text.slice(at), at };
}
