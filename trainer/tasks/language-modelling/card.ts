/** What a language model's card says of it. */
import type { LanguageModelManifest } from '../../checkpoints/manifest.ts';
import type { CardText } from '../../checkpoints/model-card.ts';

/** @param isNew whether it was checked that the training saw nothing of the test set */
export function languageModelCard(
  { architecture, language, limits }: LanguageModelManifest,
  isNew: boolean,
): Pick<CardText, 'about' | 'examples' | 'notes' | 'scored' | 'limits'> {
  const { layers, heads, width, inner, norm, positions, vocabulary } = architecture;
  return {
    about: `Continues texts in ${language}. A Transformer decoder without an encoder (Radford et al. 2018) of ${layers} layers, ${heads} heads each,
width ${width}, ${inner} inside the feed-forward layers, normalized ${norm === 'pre' ? 'before' : 'after'} each sub-layer, ${positions} positions. A
byte-pair vocabulary of ${vocabulary}, output weights tied to the embeddings.`,
    examples: 'texts',
    notes: isNew ? [apart] : [],
    scored: `Of this very model as it is stored here, on the held-out texts: −log₂ of their probability, the end of each included, over
their characters, line ends counted. Lower is better. The n-grams are interpolated, with modified Kneser–Ney smoothing, and
were counted on the same training texts.`,
    limits: `It knows texts like those it was trained on, and states nothing that it knows to be true. It reads at most ${limits.tokens} tokens at
once. Its attention shows where it looked, which is not by itself an explanation of what it wrote.`,
  };
}

const apart = 'No text that is held out, letters and digits compared, was seen in training.';
