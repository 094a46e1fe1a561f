/** A model that writes a sequence from another, loaded: from the ids of a sentence to the ids of its translation. */
import { Failure } from '../../protocol/failure.ts';
import type { MapId } from '../../protocol/trace.ts';
import { brokenModel, type DialogueManifest, type SequenceManifest, type TranslationManifest } from '../checkpoints/manifest.ts';
import { openCheckpoint, openTokenizer } from '../checkpoints/open.ts';
import { floats } from '../engine/session.ts';
import { Helm } from '../steering/helm.ts';
import { sum } from '../steering/scoring.ts';
import { OwnGraph } from '../steering/own-graph.ts';
import type { MapPlace } from '../models/map-place.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { Constraints, type SpecialTokens } from './constraints.ts';
import { type DecoderSignature, decoderSignature, type MapOutput } from './decoder-signature.ts';
import { forcedSearch } from './forced.ts';
import type { Hypothesis, Search, SearchOptions } from './hypothesis.ts';
import { ledConstraints } from './led-constraints.ts';
import { byLayer, type LayerMap, layerMapsOf, seenLayer } from './layer-maps.ts';
import { ModelMaps } from './model-maps.ts';
import { checkSignature } from './signature.ts';
import { DecoderStep, type Encoded } from './step.ts';
import type { WitnessedSentence } from './witness.ts';

/** The longest translation of a sentence, in tokens, whatever the sentence: a bound on a model that never ends. */
const longestTranslation = 400;

/** A translation, with one of the model's maps. */
export interface Translation extends Hypothesis {
  /** What each token attended to, `[target][source]`, in the map that was asked for. */
  readonly rows: readonly (readonly number[])[];
  /** Whether it was ended, at the most tokens that it may have, instead of ending by itself. */
  readonly isCut: boolean;
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((best: Translation) => void) | undefined;
  /** Which map the rows are of; left out, the one that aligns best. */
  readonly map?: MapId | undefined;
  /** Is told every map and every step. */
  readonly witness?: WitnessedSentence | undefined;
}

interface Parts<M extends SequenceManifest> {
  readonly manifest: M;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialTokens;
  readonly encoder: OwnGraph;
  readonly decoder: OwnGraph;
  readonly signature: DecoderSignature;
  readonly helm: Helm;
}

export class TranslationModel<M extends SequenceManifest = TranslationManifest> {
  readonly manifest: M;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialTokens;
  /** The maps of its cross-attention. */
  readonly maps: ModelMaps;

  readonly #shiftOf = ({ shift }: MapPlace): 0 | 1 => shift ?? this.manifest.alignment?.shift ?? 0;

  /** What its passes are steered by. */
  readonly helm: Helm;

  private constructor(private readonly parts: Parts<M>) {
    this.helm = parts.helm;
    this.manifest = parts.manifest;
    this.tokenizer = parts.tokenizer;
    this.special = parts.special;
    this.maps = new ModelMaps(parts.manifest, parts.signature.maps);
  }

  /**
   * Loads the translator in a folder.
   * @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task
   */
  static open(folder: string, options: { readonly threads: number }): Promise<TranslationModel> {
    return TranslationModel.openFor('translation', folder, options);
  }

  /** The same for a model of either use. */
  static openFor(use: 'translation', folder: string, options: { readonly threads: number }): Promise<TranslationModel>;
  static openFor(use: 'dialogue', folder: string, options: { readonly threads: number }): Promise<TranslationModel<DialogueManifest>>;
  static async openFor(
    use: 'translation' | 'dialogue',
    folder: string,
    { threads }: { readonly threads: number },
  ): Promise<TranslationModel<SequenceManifest>> {
    const { manifest, files } = await openCheckpoint(folder, use);
    const tokenizer = await openTokenizer(files.tokenizer, manifest.architecture.vocabulary);
    const { tokens } = manifest;
    const special: SpecialTokens = {
      pad: tokenizer.idOf(tokens.pad),
      start: tokenizer.idOf(tokens.start),
      end: tokenizer.idOf(tokens.end),
      slots: tokens.slots.map(slot => tokenizer.idOf(slot)),
    };
    const helm = new Helm();
    const maps = manifest.attention.map(map => ({ ...map, shift: map.shift ?? manifest.alignment?.shift }));
    const open = (graph: string): Promise<OwnGraph> => OwnGraph.open({ graph, weights: files.weights, threads }, helm, maps);
    const encoder = await open(files.encoder);
    try {
      checkSignature(encoder, files.encoder, { inputs: { source: { type: 'int64', shape: [1, 'source'] } }, outputs: {} });
      const decoder = await open(files.decoder);
      try {
        const signature = decoderSignature(decoder, files.decoder, manifest.architecture.vocabulary, encoder);
        return new TranslationModel({ manifest, tokenizer, special, encoder, decoder, signature, helm });
      } catch (thrown) {
        await decoder.release();
        throw thrown;
      }
    } catch (thrown) {
      await encoder.release();
      throw thrown;
    }
  }

  /** The most tokens of a source, and of what is written: as many as a Transformer has positions for. */
  get longest(): number {
    const { architecture } = this.manifest;
    return architecture.kind === 'transformer-translator' ? architecture.longest : Infinity;
  }

  /**
   * Translates one sentence.
   * @param source token ids, the end token last
   * @param slots how many slots there are in `source`; each comes out exactly once
   * @throws Failure `text-too-long` beyond `longest`; `broken-model` when the model computes what are no numbers; `bad-argument` where it has no such map; AbortError
   */
  async decode(source: readonly number[], slots: number, search: Search, { signal, onStep, map, witness }: DecodeOptions = {}): Promise<Translation> {
    const chosen = this.maps.choose(map, witness && this.maps.outputs);
    const constraints = new Constraints(this.special, slots, Math.min(longestFor(source.length), this.longest));
    const translation = (hypothesis: Hypothesis): Translation => ({
      ...hypothesis,
      rows: chosen.rows(hypothesis.maps, source.length),
      isCut: hypothesis.ids.length >= constraints.longest,
    });
    const options: SearchOptions = { signal, onStep: onStep && (hypothesis => onStep(translation(hypothesis))), record: witness?.record };
    const hypothesis = await this.helm.write({
      encode: text => this.tokenizer.encode(text).ids,
      width: search.width,
      search: async (led, isTrial) => search.run(await this.#begin(source, chosen.outputs, search.width), ledConstraints(constraints, led), isTrial ? { signal } : options),
    });
    if (hypothesis.ids.length === 0 || !hypothesis.logProbs.every(Number.isFinite)) {
      throw brokenModel(`The model ${this.manifest.id} computes values that are no numbers; its weights are damaged.`);
    }
    if (witness !== undefined) {
      const layers = await this.#layersOf(source, hypothesis.maps);
      witness.layers = layers.map(layer => seenLayer(layer, this.manifest.attention, this.#shiftOf));
    }
    return translation(hypothesis);
  }

  /**
   * What the model attends to while it is made to write a target: the rows that `maps.every` reads.
   * @param source token ids, the end token last
   * @param target token ids, with the end token or without
   * @throws Failure `text-too-long`; AbortError
   */
  async attendTo(source: readonly number[], target: readonly number[], signal?: AbortSignal): Promise<Hypothesis['maps']> {
    const step = await this.#begin(source, this.maps.outputs, 1);
    const constraints = new Constraints(this.special, 0, target.length);
    return (await forcedSearch(target).run(step, constraints, { signal })).maps;
  }

  /**
   * The natural logarithm of the probability of a target.
   * @param source token ids, the end token last
   * @param target token ids, with the end token or without
   * @throws Failure `text-too-long`; AbortError
   */
  async score(source: readonly number[], target: readonly number[], signal: AbortSignal): Promise<number> {
    const step = await this.#begin(source, [], 1);
    return sum((await forcedSearch(target).run(step, new Constraints(this.special, 0, target.length), { signal })).logProbs);
  }

  /**
   * Every head of the encoder, of the decoder and between them, while the model is made to write a target. A head of
   * cross-attention that is read a step later (`ModelMaps`) is here, too. A row of the decoder's own is of the step that
   * writes a token, over what that step has read: the start token, then the target's tokens before it.
   * @param source token ids, the end token last
   * @param target token ids, with the end token or without
   * @throws Failure `text-too-long`; AbortError
   */
  async layerMaps(source: readonly number[], target: readonly number[], signal?: AbortSignal): Promise<LayerMap[]> {
    return this.#layersOf(source, await this.attendTo(source, target, signal));
  }

  async release(): Promise<void> {
    await this.parts.encoder.release();
    await this.parts.decoder.release();
  }

  /** Reads a source, and stands before the first token of what is to be written. */
  async #begin(source: readonly number[], maps: readonly MapOutput[], width: number): Promise<DecoderStep> {
    const { decoder, signature } = this.parts;
    const wanted = [...signature.looksAt, ...signature.states.flatMap(state => (state.kind === 'fixed' && state.fromEncoder ? state.name : []))];
    return new DecoderStep(decoder, signature, await this.#encode(source, wanted), maps, width);
  }

  /** @param steps of a decoder that was asked for all its outputs */
  async #layersOf(source: readonly number[], steps: Hypothesis['maps']): Promise<LayerMap[]> {
    const seen = { places: this.manifest.attention, outputs: this.maps.outputs, steps };
    const crossed = layerMapsOf('cross', seen, source.length, this.#shiftOf);
    return [...(await this.#encoderMaps(source)), ...layerMapsOf('decoder', seen, steps.length), ...crossed];
  }

  async #encoderMaps(source: readonly number[]): Promise<LayerMap[]> {
    const layers = byLayer(this.manifest.attention, 'encoder');
    if (layers.length === 0) return [];
    const { tensors } = await this.#encode(source, layers.flatMap(({ heads }) => heads.map(({ output }) => output)));
    const size = source.length ** 2;
    return layers.map(({ layer, heads }): LayerMap => {
      const data = new Float32Array(heads.length * size);
      heads.forEach(({ output, head }, index) => {
        const tensor = tensors[output];
        if (tensor !== undefined) data.set(floats(tensor).subarray(head * size, (head + 1) * size), index * size);
      });
      return { kind: 'encoder', layer, shape: [heads.length, source.length, source.length], data };
    });
  }

  /** @param wanted outputs of the encoder */
  async #encode(source: readonly number[], wanted: readonly string[]): Promise<Encoded> {
    const { encoder } = this.parts;
    // Positions beyond the last that there is a row for would be an error of the runtime.
    const { longest } = this;
    if (source.length > longest) {
      throw new Failure(
        'text-too-long',
        `A sentence of ${source.length} tokens is longer than the ${longest} that the model ${this.manifest.id} has places for.`,
        'Select a shorter sentence, or part it by a full stop.',
      );
    }
    const ids = new encoder.runtime.Tensor('int64', BigInt64Array.from(source, BigInt), [1, source.length]);
    const tensors = await encoder.run({ source: ids }, Object.fromEntries(wanted.map(name => [name, null])));
    return { tensors, length: source.length };
  }
}

/** No translation is much more than twice as long as its source; what is, goes round in circles. */
export function longestFor(source: number): number {
  return Math.min(2 * source + 10, longestTranslation);
}
