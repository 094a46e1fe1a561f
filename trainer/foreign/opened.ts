/** Loaded models of every kind, and what each can be asked. */
import type { Tensors, TensorType } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { ClassifyImageRequest, ClassifyRequest } from '../classifying/request.ts';
import { inspectNumbers } from '../inspection/inspect-numbers.ts';
import { inspectImage, inspectText, inspectWriting } from '../inspection/inspectable.ts';
import type { Attention, Wanted } from './attention.ts';
import type { CausalModel } from './causal-model.ts';
import type { EncoderModel } from './encoder-model.ts';
import type { OpenModel } from './facets.ts';
import type { PlainGraph } from './plain-graph.ts';
import type { SequenceModel } from './sequence-model.ts';
import type { TextRecogniser } from './text-recogniser.ts';
import type { VisionModel } from './vision-model.ts';

/** Ways of looking at all of a model's maps, by what it is given. */
export interface Attending {
  /** Two texts are read as a pair. */
  readonly readsPairs?: true;
  readonly text?: (request: ClassifyRequest, wanted: Wanted, signal?: AbortSignal) => Promise<Attention>;
  readonly image?: (request: ClassifyImageRequest, wanted: Wanted) => Promise<Attention>;
  readonly numbers?: NumbersAttending;
}

export interface NumbersAttending {
  readonly inputs: readonly TensorType[];
  readonly runtime: Runtime;
  readonly attend: (feeds: Tensors, wanted: Wanted) => Promise<Attention>;
}

/** What its passes are steered by, whoever opens it says. */
export interface ForeignModel extends Omit<OpenModel, 'helm'> {
  readonly attending: Attending;
}

type AttendsText = NonNullable<Attending['text']>;

export function openedEncoder(model: EncoderModel): ForeignModel {
  const text: AttendsText = (request, wanted) => model.attend(request, wanted);
  const classifies = model.classifies ? { textClassifier: model } : {};
  const inspector = inspectText(model.id, model.classifies ? ['classification'] : [], request => model.inspect(request), model);
  return { id: model.id, facets: { ...classifies, inspector, scorer: model }, attending: { text, ...(model.readsPairs && { readsPairs: true }) }, release: () => model.release() };
}

export function openedCausal(model: CausalModel): ForeignModel {
  const text: AttendsText = (request, wanted) => model.attend(request, wanted);
  const replies = model.converses ? { replier: model } : {};
  const inspector = inspectWriting(model.id, {
    'language-modelling': (request, options) => model.continue(request, options),
    ...(model.converses ? { dialogue: (request, options) => model.reply(request, options) } : {}),
  });
  return { id: model.id, facets: { continuer: model, ...replies, inspector, scorer: model }, attending: { text }, release: () => model.release() };
}

export function openedSequence(model: SequenceModel): ForeignModel {
  const text: AttendsText = (request, wanted, signal) => model.attend(request, wanted, signal);
  const inspector = inspectWriting(model.id, { translation: (request, options) => model.translate(request, options) });
  return { id: model.id, facets: { translator: model, inspector, scorer: model }, attending: { text }, release: () => model.release() };
}

export function openedVision(model: VisionModel | TextRecogniser): ForeignModel {
  const classifies = model.classifies ? { imageClassifier: model } : {};
  const inspector = inspectImage(model.id, model.classifies ? ['image-classification'] : [], request => model.inspect(request));
  return { id: model.id, facets: { ...classifies, inspector }, attending: { image: (request, wanted) => model.attend(request, wanted) }, release: () => model.release() };
}

export function openedPlain(model: PlainGraph): ForeignModel {
  const { source, runtime, helm } = model.graph;
  const numbers = { inputs: source.inputs, runtime, attend: (feeds: Tensors, wanted: Wanted) => model.attend(feeds, wanted) };
  return { id: model.id, facets: { inspector: inspectNumbers(model.id, { ...numbers, helm }) }, attending: { numbers }, release: () => model.release() };
}
