/** What scoring a model on its test set asks whatever the task: whether the set is new to it, and where scores are kept. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import { brokenModel, type Manifest, manifestName } from '../checkpoints/manifest.ts';
import { cardName, type CardText, modelCard } from '../checkpoints/model-card.ts';
import { writeFileAtomically } from '../files/atomic.ts';

/** How the test set came about, of the config that a model is scored with. */
export interface TestSet {
  /** SHA-256 over all data. */
  readonly hash: string;
  readonly split: { readonly validation: number; readonly test: number; readonly seed: number } | undefined;
}

/** What of a test set differs from the one that a model's training held out; `unknown` where the model does not say. */
export function differenceFrom({ training: { dataHash, split } }: Manifest, testSet: TestSet): 'unknown' | 'the corpus' | '"split"' | undefined {
  if (dataHash === undefined) return 'unknown';
  return dataHash !== testSet.hash ? 'the corpus' : isDeepStrictEqual(split, testSet.split) ? undefined : '"split"';
}

/**
 * Whether the test set is known to be new to the model; not where the model does not say what it was trained on.
 * @throws Failure `bad-argument` where it is known to be another one
 */
export function isNewTo(manifest: Manifest, testSet: TestSet, print: (line: string) => void): boolean {
  const differs = differenceFrom(manifest, testSet);
  if (differs === 'unknown') {
    print('The model does not say what it was trained on, so that it never saw the test set cannot be checked.');
    return false;
  }
  if (differs === undefined) return true;
  throw new Failure(
    'bad-argument',
    `The model was trained with another config: ${differs} differs, so the test set may hold what the model was trained on.`,
    'Score it with the config and the corpus that it was trained with.',
  );
}

/**
 * @param count examples of the test set
 * @throws Failure `bad-corpus` where there are none: no measure is defined on nothing
 */
export function checkTestSet(count: number): void {
  if (count > 0) return;
  throw new Failure(
    'bad-corpus',
    'The test set is empty; at least one example to score is expected.',
    'Name a test set as "data.test" of the config, or hold one out with "split".',
  );
}

/**
 * Writes scores into a model's manifest, and its card.
 * @param also what else of the scoring the manifest keeps
 * @throws Failure `broken-model` for a score that is no number: JSON has none, and the model could not be opened again
 */
export async function saveScores(
  folder: string,
  manifest: Manifest,
  scores: Readonly<Record<string, number>>,
  card: CardText,
  also: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const wrong = Object.entries(scores).find(([, score]) => !Number.isFinite(score));
  if (wrong !== undefined) throw brokenModel(`The score ${wrong[0]} of the model ${manifest.id} is ${wrong[1]}; a number was expected, and nothing was saved.`);
  const rounded = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, Math.round(score * 100) / 100]));
  const scored: Manifest = { ...manifest, training: { ...manifest.training, ...also, scores: rounded } };
  await writeFileAtomically(join(folder, manifestName), `${JSON.stringify(scored, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, cardName), await modelCard(folder, scored, card));
}
