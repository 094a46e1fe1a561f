/** Classifiers, loaded: from the ids of a text, or the pixels of an image, to an answer. */
import { brokenModel, type ImageClassificationManifest, type TextClassificationManifest } from '../checkpoints/manifest.ts';
import { openCheckpoint, openTokenizer } from '../checkpoints/open.ts';
import type { Image } from '../corpora/image.ts';
import type { Tensor } from '../engine/session.ts';
import { cutPatches, patchCount, patchFeatures } from '../models/classifier/patches.ts';
import { imageClassifierProblems, textClassifierProblems } from '../models/classifier/problems.ts';
import type { Helm } from '../steering/helm.ts';
import type { MaskToken } from '../steering/masked-ids.ts';
import { encodeForClassifier } from '../text/classifier-reading.ts';
import type { EncodedText, TextTokenizer } from '../text/tokenizer.ts';
import { type Answer, ClassifierGraph } from './graph.ts';

export interface OpenOptions {
  readonly threads: number;
}

export class TextClassifierModel {
  private constructor(
    readonly manifest: TextClassificationManifest,
    readonly tokenizer: TextTokenizer,
    private readonly graph: ClassifierGraph,
  ) {}

  /** @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task */
  static async open(path: string, { threads }: OpenOptions): Promise<TextClassifierModel> {
    const { manifest, files } = await openCheckpoint(path, 'text');
    checkArchitecture(manifest.id, textClassifierProblems(manifest.architecture, manifest.limits.sourceTokens));
    const tokenizer = await openTokenizer(files.tokenizer, manifest.architecture.vocabulary);
    const input = { name: 'source', expected: { type: 'int64', shape: [1, 'source'] }, positions: undefined } as const;
    return new TextClassifierModel(manifest, tokenizer, await ClassifierGraph.open(manifest, files, input, threads));
  }

  /** The token that stands for a word which is hidden. */
  get mask(): MaskToken {
    const name = this.manifest.tokens.mask;
    return { id: this.tokenizer.idOf(name), name };
  }

  /** Tokens of a text as it is read (`classifier-reading.ts`), and where they stand in it; none where it is blank. */
  encode(reading: string): EncodedText {
    const { tokenizer, manifest: { spell } } = this;
    return encodeForClassifier(reading, { tokenizer, spell, mask: this.mask.id });
  }

  /**
   * @param ids at least one, at most `limits.sourceTokens`
   * @throws Failure `broken-model`
   */
  answer(ids: readonly number[]): Promise<Answer> {
    return this.graph.run(this.#tensorOf(ids), ids.length);
  }

  /** Every map; as `answer`. */
  look(ids: readonly number[]): ReturnType<ClassifierGraph['look']> {
    return this.graph.look(this.#tensorOf(ids), ids.length);
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.graph.helm;
  }

  release(): Promise<void> {
    return this.graph.release();
  }

  #tensorOf(ids: readonly number[]): Tensor {
    const { Tensor: TensorClass } = this.graph.session.runtime;
    return new TensorClass('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  }
}

export class ImageClassifierModel {
  private constructor(
    readonly manifest: ImageClassificationManifest,
    private readonly graph: ClassifierGraph,
  ) {}

  /** @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task */
  static async open(path: string, { threads }: OpenOptions): Promise<ImageClassifierModel> {
    const { manifest, files } = await openCheckpoint(path, 'image');
    const { architecture } = manifest;
    checkArchitecture(manifest.id, imageClassifierProblems(architecture, architecture));
    const positions = patchCount(architecture);
    const input = { name: 'patches', expected: { type: 'float32', shape: [positions, patchFeatures(architecture)] }, positions } as const;
    return new ImageClassifierModel(manifest, await ClassifierGraph.open(manifest, files, input, threads));
  }

  /**
   * @param image of the model's own size and channels
   * @throws Failure `broken-model`
   */
  answer(image: Image): Promise<Answer> {
    return this.graph.run(this.#tensorOf(image), patchCount(this.manifest.architecture));
  }

  /** Every map; as `answer`. */
  look(image: Image): ReturnType<ClassifierGraph['look']> {
    return this.graph.look(this.#tensorOf(image), patchCount(this.manifest.architecture));
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.graph.helm;
  }

  release(): Promise<void> {
    return this.graph.release();
  }

  #tensorOf({ pixels }: Image): Tensor {
    const { architecture, pixels: scale } = this.manifest;
    const { Tensor: TensorClass } = this.graph.session.runtime;
    const patches = cutPatches(pixels, architecture, scale);
    return new TensorClass('float32', patches, [patchCount(architecture), patchFeatures(architecture)]);
  }
}

function checkArchitecture(id: string, problems: readonly string[]): void {
  const [problem] = problems;
  if (problem !== undefined) throw brokenModel(`The model ${id} cannot be: "architecture": ${problem}.`);
}
