/** What to classify. */
export interface ClassifyRequest {
  readonly text: string;
  /** VS Code's language id of the document: decides which comment markers are hidden. */
  readonly languageId?: string;
}

export interface ClassifyImageRequest {
  /** The bytes of a PNG or JPEG file. */
  readonly image: Uint8Array;
  /** What messages call it. */
  readonly name: string;
}
