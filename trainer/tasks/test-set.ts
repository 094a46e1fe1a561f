/** What scoring a model on its test set asks whatever the task: whether the set is new to it, and where scores are kept. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../protocol/failure.ts';
import { type Manifest, manifestName } from '../checkpoints/manifest.ts';
import { cardName, type CardText, modelCard } from '../checkpoints/model-card.ts';
import { writeFileAtomically } from '../files/atomic.ts';

/** How the test set came about, of the config that a model is scored with. */
export interface TestSet {
  /** SHA-256 over all data. */
  readonly hash: string;
  readonly split: { readonly validation: number; readonly test: number; readonly seed: number } | undefined;
}

/**
 * Whether the test set is known to be new to the model; not where the model does not say what it was trained on.
 * @throws Failure `bad-argument` where it is known to be another one
 */
export function isNewTo({ training: { dataHash, split } }: Manifest, testSet: TestSet, print: (line: string) => void): boolean {
  if (dataHash === undefined) {
    print('The model does not say what it was trained on, so that it never saw the test set cannot be checked.');
    return false;
  }
  const differs = dataHash !== testSet.hash ? 'the corpus' : isDeepStrictEqual(split, testSet.split) ? undefined : '"split"';
  if (differs === undefined) return true;
  throw new Failure(
    'bad-argument',
    `The model was trained with another config: ${differs} differs, so the test set may hold what the model was trained on.`,
    'Score it with the config and the corpus that it was trained with.',
  );
}

/**
 * Writes scores into a model's manifest, and its card.
 * @param also what else of the scoring the manifest keeps
 */
export async function saveScores(
  folder: string,
  manifest: Manifest,
  scores: Readonly<Record<string, number>>,
  card: CardText,
  also: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const rounded = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, Math.round(score * 100) / 100]));
  const scored: Manifest = { ...manifest, training: { ...manifest.training, ...also, scores: rounded } };
  await writeFileAtomically(join(folder, manifestName), `${JSON.stringify(scored, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, cardName), await modelCard(folder, scored, card));
}
