/**
 * Bits per character, by which language models of whatever vocabulary are compared: −log₂ of the probability of all texts,
 * the end of each included, over their characters. Characters are Unicode code points of the normalised text
 * (`normalizeForModel`), and one more a text for its end, as a line end would be.
 */
import { bitsPerCharacter } from './kneser-ney.ts';

/** The characters of texts, their ends counted. */
export function characterCount(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + [...text].length + 1, 0);
}

/** @param logProbability natural logarithm, of all texts and their ends together */
export function bitsOf(texts: readonly string[], logProbability: number): number {
  return bitsPerCharacter(logProbability, characterCount(texts));
}
