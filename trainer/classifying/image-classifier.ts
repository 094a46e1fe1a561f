/** A model that classifies images: a picture of any size goes in, a classification with what it looked at comes out. */
import type { ImageClassification } from '../../protocol/classification.ts';
import { decodeImage, type Image, resize, toColour, toGrey } from '../corpora/image.ts';
import { patchCount, patchRectangle } from '../models/classifier/patches.ts';
import type { Helm } from '../steering/helm.ts';
import { classifiedAs, rankedLabels } from './classification.ts';
import type { Looked } from './looked.ts';
import { ImageClassifierModel, type OpenOptions } from './model.ts';
import type { ClassifyImageRequest } from './request.ts';

export class ImageClassifier {
  private constructor(private readonly model: ImageClassifierModel) {}

  /**
   * Loads the checkpoint in a folder.
   * @throws Failure `unknown-model`, `broken-model`, `bad-argument`
   */
  static async open(folder: string, options: OpenOptions): Promise<ImageClassifier> {
    return new ImageClassifier(await ImageClassifierModel.open(folder, options));
  }

  get id(): string {
    return this.model.manifest.id;
  }

  /** What its passes are steered by. */
  get helm(): Helm {
    return this.model.helm;
  }

  /**
   * A file's image; one with an alpha channel is laid over white.
   * @throws Failure `bad-corpus` for bytes that are no PNG or JPEG image, a damaged or too large one; `broken-model`
   */
  async classifyFile({ image, name }: ClassifyImageRequest): Promise<ImageClassification> {
    return this.classify(decodeImage(image, name, 'white'));
  }

  /** @throws Failure `broken-model` */
  async classify(image: Image): Promise<ImageClassification> {
    const answer = await this.model.answer(this.#fitted(image));
    return { ...classifiedAs(this.model.manifest, answer), ...this.#places(image) };
  }

  /** Every map there is of a file's image. @throws Failure as `classifyFile` does */
  async inspect({ image, name }: ClassifyImageRequest): Promise<Looked> {
    const decoded = decodeImage(image, name, 'white');
    const { logProbabilities, maps } = await this.model.look(this.#fitted(decoded));
    const { image: size, patches } = this.#places(decoded);
    return { model: this.id, image: { ...size, patches }, maps, labels: rankedLabels(this.model.manifest, logProbabilities), warnings: [] };
  }

  release(): Promise<void> {
    return this.model.release();
  }

  /** As the model wants it. */
  #fitted(image: Image): Image {
    const { architecture: { width, height, channels }, pixels } = this.model.manifest;
    const fitted = resize(channels === 1 ? toGrey(image) : toColour(image), width, height);
    return pixels.invert ? inverted(fitted) : fitted;
  }

  #places(image: Image): Pick<ImageClassification, 'image' | 'patches'> {
    const { architecture } = this.model.manifest;
    // From the model's pixels to those of the image that was given.
    const [across, down] = [image.width / architecture.width, image.height / architecture.height];
    const patches = Array.from({ length: patchCount(architecture) }, (_, index) => {
      const patch = patchRectangle(index, architecture);
      return { x: patch.x * across, y: patch.y * down, width: patch.width * across, height: patch.height * down };
    });
    return { image: { width: image.width, height: image.height }, patches };
  }
}

function inverted(image: Image): Image {
  return { ...image, pixels: image.pixels.map(value => 255 - value) };
}
