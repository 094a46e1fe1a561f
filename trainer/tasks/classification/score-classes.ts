/** Scoring, of texts and of images alike: predictions held against the truth, told, and kept beside the model. */
import { Failure } from '../../../protocol/failure.ts';
import { classificationScores, type ClassificationScores } from '../../analysis/classification-scores.ts';
import type { ClassificationManifest } from '../../checkpoints/manifest.ts';
import { saveScores } from '../test-set.ts';
import { classifierCard } from './card.ts';
import { type LeftOut, leftOutLines } from './partition.ts';
import { scoreLines } from './score-table.ts';

/** How often progress is told. */
const toldEvery = 2000;

/**
 * What is predicted of each example, one after the other.
 * @param predict gives the number of a class
 */
export async function predictAll<Example>(
  examples: readonly Example[],
  predict: (example: Example) => Promise<number>,
  print: (line: string) => void,
): Promise<number[]> {
  const predicted: number[] = [];
  for (const example of examples) {
    predicted.push(await predict(example));
    if (predicted.length % toldEvery === 0) print(`  ${predicted.length} of ${examples.length}`);
  }
  return predicted;
}

/** @throws Failure `bad-argument` where the model has other classes than the config */
export function checkSameClasses({ id, labels }: ClassificationManifest, names: readonly string[]): void {
  if (labels.length === names.length && labels.every((label, index) => label === names[index])) return;
  const listed = (all: readonly string[]): string => all.slice(0, 10).join(', ') + (all.length > 10 ? ', …' : '');
  throw new Failure(
    'bad-argument',
    `The model ${id} knows the classes ${listed(labels)}; those of the config are ${listed(names)}.`,
    'Score it with the config that it was trained with.',
  );
}

export interface Predictions {
  /** Numbers of classes, one an example. */
  readonly actual: readonly number[];
  readonly predicted: readonly number[];
  readonly left: LeftOut;
  readonly isNew: boolean;
}

/** Where scores are kept, and what a card says of how the model was made; without it they are only told. */
export interface Keeping {
  /** The model's real folder. */
  readonly folder: string;
  /** As the user named them. */
  readonly named: { readonly config: string; readonly folder: string };
  readonly origin: string | undefined;
  readonly files: readonly string[];
}

/** @param keeping where to save, if it is to be saved */
export async function tellScores(
  manifest: ClassificationManifest,
  { actual, predicted, left, isNew }: Predictions,
  keeping: Keeping | undefined,
  print: (line: string) => void,
): Promise<ClassificationScores> {
  const scores = classificationScores(actual, predicted, manifest.labels.length);
  const lines = scoreLines(scores, manifest.labels);
  for (const line of lines) print(line);
  if (keeping !== undefined) {
    const { folder, named, origin, files } = keeping;
    const what = manifest.task === 'classification' ? (['text', 'texts'] as const) : (['image', 'images'] as const);
    const card = { ...classifierCard(manifest, leftOutLines(left, what), isNew), scores: lines, origin, files, ...named };
    const inPercent = { accuracy: 100 * scores.accuracy, macroF1: 100 * scores.macroF1 };
    await saveScores(folder, manifest, inPercent, card, { confusion: scores.confusion });
  }
  return scores;
}
