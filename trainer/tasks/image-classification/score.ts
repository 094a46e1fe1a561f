/** Scores an image classifier on the test set of its config, and writes the scores beside it. */
import { Failure } from '../../../protocol/failure.ts';
import type { ClassificationScores } from '../../analysis/classification-scores.ts';
import type { ImageClassificationManifest } from '../../checkpoints/manifest.ts';
import { readManifestOf } from '../../checkpoints/open.ts';
import { bestClass } from '../../classifying/classification.ts';
import { ImageClassifierModel } from '../../classifying/model.ts';
import { defaultThreads } from '../../engine/threads.ts';
import { namesOf } from '../classification/classes.ts';
import { checkSameClasses, predictAll, tellScores } from '../classification/score-classes.ts';
import { checkTestSet, isNewTo } from '../test-set.ts';
import { filesOf, type ImageClassificationConfig, imageSourcesOf } from './config.ts';
import { type ImageFormat, readExamples } from './examples.ts';

export interface ScoreRequest {
  readonly config: ImageClassificationConfig;
  /** Path of the config. */
  readonly file: string;
  readonly model: string;
  readonly save: boolean;
  readonly print: (line: string) => void;
}

/** @throws Failure as `scoreClassification` does */
export async function scoreImageClassification({ config, file, model: path, save, print }: ScoreRequest): Promise<ClassificationScores> {
  const { folder, manifest } = await readManifestOf(path, 'image-classification');
  const { parts, labels, left, hash, format } = await readExamples(await imageSourcesOf(config, file), config, print);
  checkSameClasses(manifest, namesOf(labels, config.data.labels));
  checkSameFormat(manifest, format);
  const isNew = isNewTo(manifest, { hash, split: config.split }, print);
  checkTestSet(parts.test.length);
  print(`${parts.test.length} images to test`);
  const model = await ImageClassifierModel.open(path, { threads: defaultThreads });
  const predicted = await predictAll(parts.test, async ({ pixels }) => bestClass(await model.answer({ ...format, pixels })), print);
  await model.release();
  const actual = parts.test.map(({ label }) => labels.indexOf(label));
  const keeping = { folder, named: { config: file, folder: path }, origin: config.data.origin, files: filesOf(config) };
  return tellScores(manifest, { actual, predicted, left, isNew }, save ? keeping : undefined, print);
}

function checkSameFormat({ id, architecture }: ImageClassificationManifest, found: ImageFormat): void {
  const { width, height, channels } = architecture;
  if (found.width === width && found.height === height && found.channels === channels) return;
  const shown = (format: ImageFormat): string => `${format.width} × ${format.height} pixels in ${format.channels === 1 ? 'grey' : 'colour'}`;
  throw new Failure(
    'bad-argument',
    `The model ${id} was trained on images of ${shown(architecture)}; those of the config have ${shown(found)}.`,
    'Score it with the config that it was trained with.',
  );
}
