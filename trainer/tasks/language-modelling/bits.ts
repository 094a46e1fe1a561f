/** What a language model makes of texts. */
import { bitsOf } from '../../analysis/bits-per-character.ts';
import type { LanguageModel } from '../../decoding/language-model.ts';
import { sequencesOf } from './sequence.ts';

/** @param texts normalised */
export async function modelBits(model: LanguageModel, texts: readonly string[]): Promise<number> {
  const sequences = texts.flatMap(text => sequencesOf(model.tokenizer.encodeIds(text), model.special, model.longest));
  const logProbabilities = await model.logProbabilities(sequences);
  return bitsOf(texts, logProbabilities.reduce((sum, one) => sum + one, 0));
}
