/** A model that continues a text, loaded: from the ids of a text's beginning to the probabilities of what comes next. */
import { brokenModel, type LanguageModelManifest } from '../checkpoints/manifest.ts';
import { openCheckpoint, openTokenizer } from '../checkpoints/open.ts';
import type { SpecialIds } from '../training/batch.ts';
import type { TextTokenizer } from '../text/tokenizer.ts';
import { type DecoderSignature, decoderSignature } from './decoder-signature.ts';
import { layerMapsOf, seenLayer } from './layer-maps.ts';
import { Helm } from '../steering/helm.ts';
import { OwnGraph } from '../steering/own-graph.ts';
import { type ChosenMap, ModelMaps } from './model-maps.ts';
import { DecoderStep, type MapRow } from './step.ts';
import type { SeenLayer } from './witness.ts';

/** Texts that are read side by side. */
const atOnce = 32;

interface Parts {
  readonly manifest: LanguageModelManifest;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialIds;
  readonly decoder: OwnGraph;
  readonly signature: DecoderSignature;
  readonly helm: Helm;
}

export class LanguageModel {
  readonly manifest: LanguageModelManifest;
  readonly tokenizer: TextTokenizer;
  readonly special: SpecialIds;
  /** The most tokens that it can read: as many as the longest text of its training has. */
  readonly longest: number;
  /** The maps of its self-attention. */
  readonly maps: ModelMaps;

  /** What its passes are steered by. */
  readonly helm: Helm;

  private constructor(private readonly parts: Parts) {
    const { manifest, signature } = parts;
    this.helm = parts.helm;
    this.manifest = manifest;
    this.tokenizer = parts.tokenizer;
    this.special = parts.special;
    this.longest = Math.min(manifest.limits.tokens, manifest.architecture.longest);
    this.maps = new ModelMaps(manifest, signature.maps, 'decoder');
  }

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task
   */
  static async open(folder: string, { threads }: { readonly threads: number }): Promise<LanguageModel> {
    const { manifest, files } = await openCheckpoint(folder, 'language');
    const { vocabulary } = manifest.architecture;
    const tokenizer = await openTokenizer(files.tokenizer, vocabulary);
    const { pad, start, end } = manifest.tokens;
    const special = { pad: tokenizer.idOf(pad), start: tokenizer.idOf(start), end: tokenizer.idOf(end) };
    const helm = new Helm();
    const decoder = await OwnGraph.open({ graph: files.decoder, weights: files.weights, threads }, helm, manifest.attention);
    try {
      const signature = decoderSignature(decoder, files.decoder, vocabulary);
      return new LanguageModel({ manifest, tokenizer, special, decoder, signature, helm });
    } catch (thrown) {
      await decoder.release();
      throw thrown;
    }
  }

  /** A fresh reading, with what each token attends to in a map. */
  step(map: ChosenMap): DecoderStep {
    return this.#step(1, map);
  }

  /**
   * The natural logarithm of the probability of each sequence's tokens but the first, given those before them, summed.
   * @param sequences token ids, at most `longest` and one more each
   * @throws Failure `broken-model` when the model computes what are no numbers; AbortError
   */
  async logProbabilities(sequences: readonly (readonly number[])[], signal?: AbortSignal): Promise<number[]> {
    const sums = sequences.map(() => 0);
    // Those that are done drop out at the end of the row: the longest come first.
    const order = sequences.map((_, index) => index).toSorted((one, other) => lengthAt(sequences, other) - lengthAt(sequences, one));
    for (let first = 0; first < order.length; first += atOnce) {
      const group = order.slice(first, first + atOnce);
      const step = this.#step(group.length);
      for (let time = 0; ; time++) {
        const going = group.filter(index => time + 1 < lengthAt(sequences, index));
        if (going.length === 0) break;
        signal?.throwIfAborted();
        if (time > 0) step.advance(going.map((_, row) => row));
        going.forEach((index, row) => (step.previous[row] = BigInt(sequences[index]?.[time] ?? this.special.pad)));
        await step.run(going.length);
        going.forEach((index, row) => {
          sums[index] = (sums[index] ?? 0) + (step.logProbs(row)[sequences[index]?.[time + 1] ?? -1] ?? -Infinity);
        });
      }
    }
    if (!sums.every(Number.isFinite)) throw this.damaged();
    return sums;
  }

  /** @param steps what each token attended to, `[token read][row]`, all maps of it */
  seenLayers(steps: readonly (readonly MapRow[])[]): SeenLayer[] {
    const { attention: places } = this.manifest;
    return layerMapsOf('decoder', { places, outputs: this.maps.outputs, steps }, steps.length).map(layer => seenLayer(layer, places, () => 0));
  }

  damaged(): Error {
    return brokenModel(`The model ${this.manifest.id} computes values that are no numbers; its weights are damaged.`);
  }

  async release(): Promise<void> {
    await this.parts.decoder.release();
  }

  #step(most: number, map?: ChosenMap): DecoderStep {
    const { decoder, signature } = this.parts;
    return new DecoderStep(decoder, signature, { tensors: {}, length: 0 }, map?.outputs ?? [], most);
  }
}

const lengthAt = (sequences: readonly (readonly number[])[], index: number): number => sequences[index]?.length ?? 0;
