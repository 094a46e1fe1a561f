/** What a model can be asked, whoever made it: the same few names whether it was trained here or is a foreign one. */
import { Failure } from '../../protocol/failure.ts';
import type { Task } from '../../protocol/server.ts';
import type { ImageClassifier } from '../classifying/image-classifier.ts';
import type { TextClassifier } from '../classifying/text-classifier.ts';
import type { Continuer } from '../decoding/continuer.ts';
import type { Replier } from '../decoding/replier.ts';
import type { Translator } from '../decoding/translator.ts';
import type { Inspectable } from '../inspection/pass.ts';
import type { Helm } from '../steering/helm.ts';
import type { Scorer } from '../steering/scoring.ts';

/** Each way of asking a model. */
export interface Facets {
  readonly translator: Pick<Translator, 'id' | 'translate'>;
  readonly replier: Pick<Replier, 'id' | 'reply'>;
  readonly continuer: Pick<Continuer, 'id' | 'continue'>;
  readonly textClassifier: Pick<TextClassifier, 'id' | 'classify'>;
  readonly imageClassifier: Pick<ImageClassifier, 'id' | 'classifyFile'>;
  readonly inspector: Inspectable;
  readonly scorer: Scorer;
}
export type Facet = keyof Facets;

/** A loaded model, with what it can be asked. */
export interface OpenModel {
  readonly id: string;
  readonly facets: Partial<Facets>;
  /** What its passes are steered by. */
  readonly helm: Helm;
  release(): Promise<void>;
}

/** The task of a model that can be asked so. */
export const taskOf: { readonly [F in Exclude<Facet, 'inspector' | 'scorer'>]: Task } = {
  translator: 'translation',
  replier: 'dialogue',
  continuer: 'language-modelling',
  textClassifier: 'classification',
  imageClassifier: 'image-classification',
};

/** What each is called in messages, as a config calls its task. */
const tasks: { readonly [F in Facet]: string } = { ...taskOf, inspector: 'attention', scorer: 'the influence of words' };

/** @throws Failure `bad-argument` where it is no model of that kind */
export function facetOf<F extends Facet>({ id, facets }: Pick<OpenModel, 'id' | 'facets'>, facet: F): Facets[F] {
  const found = facets[facet];
  if (found !== undefined) return found;
  const named: string[] = (Object.keys(taskOf) as (keyof typeof taskOf)[]).filter(other => facets[other] !== undefined).map(other => taskOf[other]);
  // What is for no task can still be looked at.
  const others = named.length === 0 ? [`${facets.inspector?.reads ?? tasks.inspector} alone`] : named;
  throw new Failure(
    'bad-argument',
    `The model ${id} is for ${others.join(' and ')}; one for ${tasks[facet]} was expected.`,
    facets.inspector?.reads === 'numbers' ? 'Choose another model, or give it numbers: Inspect Selection… in the editor, attention-scope attend --input in a terminal.' : 'Choose another model.',
  );
}
