/** What a classifier's card says of it. */
import type { ClassificationManifest } from '../../checkpoints/manifest.ts';
import type { CardText } from '../../checkpoints/model-card.ts';
import { summaryOf } from '../../models/summary.ts';

/** Labels that are named one by one. */
const mostNamed = 30;

/**
 * @param leftOut what was left out of the training, and why
 * @param isNew whether it was checked that the training saw nothing of the test set
 */
export function classifierCard(
  manifest: ClassificationManifest,
  leftOut: readonly string[],
  isNew: boolean,
): Pick<CardText, 'about' | 'examples' | 'notes' | 'scored' | 'limits'> {
  const { labels, architecture } = manifest;
  const [one, many] = manifest.task === 'classification' ? ['text', 'texts'] : ['image', 'images'];
  const named = labels.slice(0, mostNamed).join(', ');
  const rest = labels.length > mostNamed ? `, … (${labels.length} in all)` : '';
  return {
    about: `Says which class ${manifest.task === 'classification' ? `a text in "${manifest.language}"` : 'an image'} belongs to: ${named}${rest}.\n${summaryOf(architecture)}.`,
    examples: many,
    notes: [...leftOut.map(line => `${line}.`), ...(isNew ? [apart[manifest.task]] : [])],
    scored: `Of this very model as it is stored here, on the ${many} of the test set, in percent.`,
    limits: `${
      manifest.task === 'classification'
        ? `It knows texts like those it was trained on, and reads the first ${manifest.limits.sourceTokens} tokens of a longer one.`
        : `It knows images like those it was trained on, and sees every image as ${manifest.architecture.width} × ${manifest.architecture.height} pixels.`
    }
Whatever it is given, it takes for one of its classes: a probability is of one against the others, not of its being right.
Its attention shows where it looked, and its evidence what that added to a class; of an encoder's output, in which
neighbours have a part, neither is by itself an explanation of the ${one}'s class.`,
  };
}

const apart = {
  classification: 'No text of the test set, letters and digits alone, was a training text.',
  'image-classification': 'No image of the test set was a training image, pixel by pixel.',
} as const;
