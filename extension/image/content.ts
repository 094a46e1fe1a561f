import type { ImageClassification } from '../../protocol/classification.ts';
import type { ToImagePanel } from '../../protocol/image-panel.ts';

/** What the image panel shows, as the messages that bring a fresh page to the same picture. */
export class ImageContent {
  #picture: ToImagePanel | undefined;
  #said: ToImagePanel | undefined;

  record(message: ToImagePanel): void {
    if (message.type === 'picture') {
      this.#picture = message;
      this.#said = undefined;
    } else this.#said = message;
  }

  /** Nobody looks any more: a picture may be large. */
  clear(): void {
    this.#picture = undefined;
    this.#said = undefined;
  }

  /** What is said of the picture, once it is. */
  get classification(): ImageClassification | undefined {
    return this.#said?.type === 'classified' ? this.#said.classification : undefined;
  }

  /** The URI of the image that is shown. */
  get uri(): string | undefined {
    return this.#picture?.type === 'picture' ? this.#picture.picture.uri : undefined;
  }

  replay(): readonly ToImagePanel[] {
    return [this.#picture, this.#said].filter(message => message !== undefined);
  }
}
