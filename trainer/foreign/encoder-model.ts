/** A model of others that reads a text and writes none: BERT and its kin. It classifies, where it was made to. */
import type { LabelProbability, TextClassification } from '../../protocol/classification.ts';
import { Failure } from '../../protocol/failure.ts';
import type { SourceSide, TokenRange } from '../../protocol/trace.ts';
import { twoTexts } from '../../protocol/two-texts.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { Looked } from '../classifying/looked.ts';
import type { ClassifyRequest } from '../classifying/request.ts';
import { checkText } from '../decoding/request.ts';
import type { Tensors, TensorType } from '../engine/session.ts';
import { readerKeys } from '../steering/masked-ids.ts';
import type { ScoredPart, ScoreRequest, Scoring } from '../steering/scoring.ts';
import { wordsOfProse } from '../text/words.ts';
import { type Attention, chooseLayers, type LayerInfo, type Wanted } from './attention.ts';
import { encoderMaps, meanOfRows, mostNumbers, poolingMaps } from './classifier-maps.ts';
import { type Choice, ranked } from './labels.ts';
import { type LayerMaps, type MapWeights, unrounded } from './layer-maps.ts';
import { floatsOf, tensorOf } from './numbers.ts';
import { namesOf, type StateOutputs, stateOutputs, statesIn } from './output-states.ts';
import type { RunSettings, TappedGraph } from './tapped-graph.ts';
import { cosine } from './cosine.ts';
import { type ForeignTokenizer, masked, maskOf, proseFor, readPair, type ReadText, readTokens } from './tokens.ts';
import { whatFits } from './what-fits.ts';

export interface EncoderOptions {
  readonly id: string;
  readonly graph: TappedGraph;
  readonly tokenizer: ForeignTokenizer;
  /** Names of the classes, by number; `undefined` of a model that does not classify texts. */
  readonly labels: readonly string[] | undefined;
  readonly choice: Choice;
  /** The most tokens that it has places for. */
  readonly longest: number | undefined;
  /** Where its inputs and outputs are not called as those of transformers: the only input, of token ids, and what it is read from. */
  readonly named?: { readonly input: string; readonly output: string } | undefined;
}

/** Where nothing says how long a text may be. */
const usualLongest = 4096;

export class EncoderModel {
  constructor(private readonly options: EncoderOptions) {}

  get id(): string {
    return this.options.id;
  }

  get layers(): readonly LayerInfo[] {
    return this.options.graph.layers;
  }

  get classifies(): boolean {
    return this.options.labels !== undefined;
  }

  /** Whether two texts are read as one. A graph whose ports have names of their own is given words, with nothing between. */
  get readsPairs(): boolean {
    return this.options.named === undefined;
  }

  /** @throws Failure `empty-text`, `text-too-long`, `broken-model`; `bad-argument` where it does not classify */
  async classify(request: ClassifyRequest): Promise<TextClassification> {
    const { id, labels, choice } = this.options;
    if (labels === undefined) {
      throw new Failure('bad-argument', `${id} does not classify texts.`, 'Choose another model, or look at its attention.');
    }
    const { read, source, warnings } = this.#read(request);
    const { logits, maps } = await this.#run(read, this.layers, this.#outputs);
    const found = this.#ranked(labels, logits);
    const count = read.ids.length;
    const shown = maps.map(unrounded).filter(({ queries, keys }) => queries === count && keys === count);
    const last = shown.at(-1);
    // The class is read from the first token; of a model that reads only what stands before, from the last.
    const pooling = last === undefined ? { maps: [], weights: [] } : poolingMaps(last, last.kind === 'decoder' ? count - 1 : 0);
    const isPartial = shown.reduce((sum, { weights }) => sum + weights.length, 0) > mostNumbers;
    const encoder = encoderMaps(isPartial ? [] : shown);
    return {
      model: id,
      ...found,
      evidence: [],
      attention: pooling.weights.length > 0 ? meanOfRows(pooling.weights) : read.ids.map(() => 0),
      maps: [...pooling.maps, ...encoder.maps],
      weights: [...pooling.weights, ...encoder.weights],
      warnings: [
        ...warnings,
        ...(choice === 'each' ? ['Each label has a probability of its own: several may hold.'] : []),
        ...(last === undefined ? ['No attention of this model can be read, so none is shown.'] : []),
        ...(isPartial ? ['The encoder’s maps are too many to be shown; only what the class was read from is.'] : []),
      ],
      source,
    };
  }

  /** @throws Failure `empty-text`, `text-too-long`, `broken-model`; `bad-argument` where there is no such layer */
  async attend(request: ClassifyRequest, wanted: Wanted): Promise<Attention> {
    const { read, source, warnings } = this.#read(request);
    const { maps } = await this.#run(read, chooseLayers(wanted, this.layers, this.id), []);
    return { model: this.id, source, maps: maps.map(unrounded), layers: this.layers, warnings };
  }

  /** Every map there is room for, and the labels where it classifies. @throws Failure as `classify` does */
  async inspect(request: ClassifyRequest): Promise<Looked> {
    const { id, labels } = this.options;
    const { read, source, sentences, warnings } = this.#read(request);
    const fitting = whatFits(this.layers, () => read.ids.length ** 2);
    const { logits, maps, tensors } = await this.#run(read, fitting.layers, labels === undefined ? namesOf(this.#states) : this.#outputs, fitting.gives);
    const told = labels === undefined ? { states: statesIn(tensors, this.#states) } : this.#ranked(labels, logits);
    return { model: id, source, sentences, maps, ...told, warnings: [...warnings, ...fitting.warnings] };
  }

  /** @throws Failure as `classify` does; `bad-argument` where it gives neither classes nor a vector */
  async scoring({ text, second, languageId, said }: ScoreRequest): Promise<Scoring> {
    const { tokenizer, labels } = this.options;
    const { read, source } = this.#read({ text, second, languageId });
    const reading = (ids: readonly number[], kept: readonly number[]): ReadText => ({ ...read, ids, typeIds: kept.map(index => read.typeIds[index] ?? 0) });
    const mask = maskOf(tokenizer);
    if (labels !== undefined && said.kind === 'labelled') {
      const score: ScoredPart['score'] = async (ids, _, kept) => {
        const { logits } = await this.#run(reading(ids, kept), [], this.#outputs);
        return Math.log(this.#ranked(labels, logits).labels.find(({ label }) => label === said.label)?.probability ?? 0);
      };
      return { parts: [{ ids: read.ids, tokens: source.tokens, first: 0, score }], mask, keysOf: readerKeys, measure: 'log-probability' };
    }
    if (namesOf(this.#states).length === 0) {
      throw new Failure('bad-argument', `${this.id} reads and says nothing: it has no class, and no vector of a whole text, that a word could change.`, 'Choose a model that classifies or writes.');
    }
    const whole = await this.#vector(read);
    const score: ScoredPart['score'] = async (ids, _, kept) => cosine(whole, await this.#vector(reading(ids, kept)));
    return { parts: [{ ids: read.ids, tokens: source.tokens, first: 0, score }], mask, keysOf: readerKeys, measure: 'cosine' };
  }

  release(): Promise<void> {
    return this.options.graph.release();
  }

  async #vector(read: ReadText): Promise<Float32Array> {
    const { graph, named } = this.options;
    const { tensors } = await graph.run(textFeeds(read, graph.source.inputs, graph, named?.input), namesOf(this.#states));
    const { vector } = statesIn(tensors, this.#states);
    if (vector === undefined) throw brokenModel(`${graph.file} gives no ${namesOf(this.#states).join(' and no ')}.`);
    return vector;
  }

  #read(request: ClassifyRequest): { readonly read: ReadText; readonly source: SourceSide; readonly sentences: readonly TokenRange[] | undefined; readonly warnings: string[] } {
    const { text, languageId } = request;
    checkText(text, 'read', 'read');
    const { tokenizer, longest } = this.options;
    const most = Math.min(longest ?? usualLongest, tokenizer.maxTokens ?? usualLongest);
    const { texts, ...tokens } = this.#tokens(request, most);
    const read = masked(tokens, tokenizer, this.options.graph.helm, { keysOf: readerKeys, first: 0, model: this.id });
    const warnings = read.cut > 0 ? [`The text has ${read.ids.length + read.cut} tokens; the model reads at most ${most}: what comes after them counts for nothing.`] : [];
    return { read, source: { text, tokens: read.tokens, words: wordsOfProse(text, languageId, 'en') }, sentences: texts, warnings };
  }

  #tokens({ text, second: at, languageId }: ClassifyRequest, maxTokens: number): ReadText & { readonly texts?: readonly TokenRange[] } {
    const { tokenizer } = this.options;
    if (at === undefined) return readTokens(proseFor(text, languageId), tokenizer, { maxTokens });
    const { first, second } = twoTexts(text, at);
    return readPair({ first: proseFor(first, languageId), second: proseFor(second, languageId), at }, tokenizer, { maxTokens });
  }

  /** What it gives where it does not classify. */
  get #states(): StateOutputs {
    const { vector, tokens } = stateOutputs(this.options.graph.source.outputs);
    return { vector, tokens };
  }

  /** Where the classes are read from. */
  get #outputs(): readonly string[] {
    return [this.options.named?.output ?? 'logits'];
  }

  #ranked(labels: readonly string[], logits: Float32Array | undefined): { readonly labels: readonly LabelProbability[] } {
    const { id, choice } = this.options;
    if (logits === undefined || logits.length === 0 || !logits.every(Number.isFinite)) {
      throw brokenModel(`${id} computes ${logits === undefined ? 'no logits' : 'values that are no numbers'}; it may be damaged.`);
    }
    return ranked(labels, logits, logits.length === 1 && choice === 'one' ? 'each' : choice);
  }

  async #run(
    read: ReadText, layers: readonly LayerInfo[], outputs: readonly string[], gives?: RunSettings['maps'],
  ): Promise<{ logits: Float32Array | undefined; maps: readonly LayerMaps<MapWeights>[]; tensors: Tensors }> {
    const { graph, named } = this.options;
    const { inputs } = graph.source;
    const wanted = graph.source.outputs.filter(({ name }) => outputs.includes(name)).map(({ name }) => name);
    // A run that wants nothing is none.
    const fetched = wanted.length > 0 || layers.length > 0 ? wanted : graph.source.outputs.slice(0, 1).map(({ name }) => name);
    const { tensors, maps } = await graph.runStored(textFeeds(read, inputs, graph, named?.input), fetched, layers, { gives });
    const logits = tensors[named?.output ?? 'logits'];
    return { logits: logits === undefined ? undefined : floatsOf(logits), maps: maps[0] ?? [], tensors };
  }
}

/** What each input of an encoder is fed, for one text. */
const fed: Readonly<Record<string, (read: Pick<ReadText, 'ids' | 'typeIds'>) => readonly number[]>> = {
  input_ids: ({ ids }) => ids,
  attention_mask: ({ ids }) => ids.map(() => 1),
  input_mask: ({ ids }) => ids.map(() => 1),
  token_type_ids: ({ typeIds }) => typeIds,
  segment_ids: ({ typeIds }) => typeIds,
  position_ids: ({ ids }) => ids.map((_, index) => index),
};

/** Whether a graph takes a text and nothing else. */
export function takesText(inputs: readonly TensorType[]): boolean {
  return inputs.some(({ name }) => name === 'input_ids') && inputs.every(({ name, shape }) => Object.hasOwn(fed, name) && shape.length <= 2);
}

/** @throws Failure `broken-model`, naming an input that nobody knows how to feed */
function textFeeds(read: ReadText, inputs: readonly TensorType[], { runtime, file }: TappedGraph, ids?: string): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, type, shape }) => {
      const values = name === ids ? read.ids : fed[name]?.(read);
      if (values === undefined) throw brokenModel(`${file} wants an input "${name}" (${type} [${shape.join(', ')}]) that a model of texts is not known to have.`);
      return [name, tensorOf(runtime, type, values, [1, values.length])];
    }),
  );
}
