/** What to classify. */
export interface ClassifyRequest {
  readonly text: string;
  /** Where in it a second text begins (`protocol/inspection.ts`). */
  readonly second?: number | undefined;
  /** VS Code's language id of the document: decides which comment markers are hidden. */
  readonly languageId?: string;
}

export interface ClassifyImageRequest {
  /** The bytes of a PNG or JPEG file. */
  readonly image: Uint8Array;
  /** What messages call it. */
  readonly name: string;
}
