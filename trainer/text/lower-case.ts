/** Lower case, character by character, so that a text and the same text with its origins become the same. */
import { rewrite, type TracedText } from './traced.ts';

/**
 * Not the whole text at once, which spells a sigma by what follows it, where words may be cut and hidden. A character may
 * become two: their origin is its own.
 */
const upper = /\p{Changes_When_Lowercased}/gu;

export function lowerCase(text: string): string {
  return text.replace(upper, found => found.toLowerCase());
}

export function lowerCaseTraced(source: TracedText): TracedText {
  return rewrite(source, upper, found => found.toLowerCase());
}
