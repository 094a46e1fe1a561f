/** A model that classifies images: a picture of any size goes in, a classification with what it looked at comes out. */
import type { ImageClassification } from '../../protocol/classification.ts';
import { decodeImage, type Image, resize, toColour, toGrey } from '../corpora/image.ts';
import { patchCount, patchRectangle } from '../models/classifier/patches.ts';
import { classifiedAs } from './classification.ts';
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

  /**
   * A file's image; one with an alpha channel is laid over white.
   * @throws Failure `bad-corpus` for bytes that are no PNG or JPEG image, a damaged or too large one; `broken-model`
   */
  async classifyFile({ image, name }: ClassifyImageRequest): Promise<ImageClassification> {
    return this.classify(decodeImage(image, name, 'white'));
  }

  /** @throws Failure `broken-model` */
  async classify(image: Image): Promise<ImageClassification> {
    const { manifest } = this.model;
    const { architecture, pixels } = manifest;
    const { width, height, channels } = architecture;
    const fitted = resize(channels === 1 ? toGrey(image) : toColour(image), width, height);
    const answer = await this.model.answer(pixels.invert ? inverted(fitted) : fitted);
    // From the model's pixels to those of the image that was given.
    const [across, down] = [image.width / width, image.height / height];
    const patches = Array.from({ length: patchCount(architecture) }, (_, index) => {
      const patch = patchRectangle(index, architecture);
      return { x: patch.x * across, y: patch.y * down, width: patch.width * across, height: patch.height * down };
    });
    return { ...classifiedAs(manifest, answer), image: { width: image.width, height: image.height }, patches };
  }

  release(): Promise<void> {
    return this.model.release();
  }
}

function inverted(image: Image): Image {
  return { ...image, pixels: image.pixels.map(value => 255 - value) };
}
