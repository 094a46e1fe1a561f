/** Scores a text classifier on the test set of its config, and writes the scores beside it. */
import type { ClassificationScores } from '../../analysis/classification-scores.ts';
import { readManifestOf } from '../../checkpoints/open.ts';
import { bestClass } from '../../classifying/classification.ts';
import { TextClassifierModel } from '../../classifying/model.ts';
import { defaultThreads } from '../../engine/threads.ts';
import { checkTestSet, isNewTo } from '../test-set.ts';
import { namesOf } from './classes.ts';
import { type ClassificationConfig, filesOf, labelledSourcesOf } from './config.ts';
import { readExamples } from './examples.ts';
import { checkSameClasses, predictAll, tellScores } from './score-classes.ts';

export interface ScoreRequest {
  readonly config: ClassificationConfig;
  /** Path of the config. */
  readonly file: string;
  readonly model: string;
  readonly save: boolean;
  readonly print: (line: string) => void;
}

/**
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`; `bad-argument` where the
 *   test set is not the one that was held out when the model was trained, or the model is of another task
 */
export async function scoreClassification({ config, file, model: path, save, print }: ScoreRequest): Promise<ClassificationScores> {
  const { folder, manifest } = await readManifestOf(path, 'classification');
  const { parts, labels, left, hash } = await readExamples(await labelledSourcesOf(config, file), config, print);
  checkSameClasses(manifest, namesOf(labels, config.data.labels));
  const isNew = isNewTo(manifest, { hash, split: config.split }, print);
  checkTestSet(parts.test.length);
  print(`${parts.test.length} texts to test`);
  const model = await TextClassifierModel.open(path, { threads: defaultThreads });
  const most = manifest.limits.sourceTokens;
  const predict = async (reading: string): Promise<number> => bestClass(await model.answer(model.encode(reading).ids.slice(0, most)));
  const predicted = await predictAll(parts.test, ({ reading }) => predict(reading), print);
  await model.release();
  const actual = parts.test.map(({ label }) => labels.indexOf(label));
  const keeping = { folder, named: { config: file, folder: path }, origin: config.data.origin, files: filesOf(config) };
  return tellScores(manifest, { actual, predicted, left, isNew }, save ? keeping : undefined, print);
}
