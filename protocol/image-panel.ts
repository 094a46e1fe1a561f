/** Messages between the extension and the webview that shows a classified image. */
import type { ImageClassification } from './classification.ts';
import type { FailureData } from './failure.ts';

/** An image as the webview gets it. */
export interface Picture {
  /** Its URI, by which a restored panel finds it again. */
  readonly uri: string;
  readonly name: string;
  /** The bytes of a PNG or JPEG file: an array of their own, as only such cross to a page as what they are. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Extension → webview. */
export type ToImagePanel =
  /** A new image: forget the old one; what is said of it follows. */
  | { readonly type: 'picture'; readonly picture: Picture }
  /** A model is asked what it shows. */
  | { readonly type: 'begin' }
  | { readonly type: 'classified'; readonly classification: ImageClassification }
  | { readonly type: 'failed'; readonly failure: FailureData };

export type ImageCommand = 'copy' | 'cancel' | 'again' | 'select-model';

/** Webview → extension. */
export type FromImagePanel =
  /** Its script is alive and wants its state. */
  | { readonly type: 'ready' }
  /** The user pressed a button. */
  | { readonly type: 'run'; readonly command: ImageCommand };
