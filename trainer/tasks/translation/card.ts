/** What a translator's card says of it. */
import type { TranslationManifest } from '../../checkpoints/manifest.ts';
import type { CardText } from '../../checkpoints/model-card.ts';
import { describeTranslator } from '../../models/describe.ts';

/**
 * @param isNew whether it was checked that the training saw nothing of the test set
 * @param isGiven whether the test set has a file of its own, which is scored line by line
 */
export function translatorCard(
  { architecture, languages, limits }: TranslationManifest,
  isNew: boolean,
  isGiven: boolean,
): Pick<CardText, 'about' | 'examples' | 'notes' | 'scored' | 'limits'> {
  return {
    about: `Translates ${languages.source} to ${languages.target}. ${describeTranslator(architecture)}`,
    examples: 'pairs',
    notes: isNew ? [apart] : [],
    scored: `Of this very model as it is stored here, on ${isGiven ? 'the test set line by line, against the one reference of each' : 'the held-out sources, against all references of each'}.`,
    limits: `It knows sentences like those it was trained on; names, rare words and other kinds of text go wrong. Sentences of more than
${limits.sourceTokens} tokens are longer than any it was trained on. Its attention shows where it looked, which is not by
itself an explanation of what it wrote.`,
  };
}

const apart = `Everything that shares a source or a target, after normalisation, lies on one side of the split: neither side of a test
pair was seen in training.`;
