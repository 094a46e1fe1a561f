import { Failure } from '../../protocol/failure.ts';

/** The longest text that is classified at once, in UTF-16 units. */
export const longestText = 20_000;

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

/**
 * Refuses a text that no model could classify.
 * @throws Failure `empty-text`, `text-too-long`
 */
export function checkText({ text }: ClassifyRequest): void {
  if (text.length > longestText) {
    throw new Failure(
      'text-too-long',
      `The text has ${text.length.toLocaleString('en')} characters; at most ${longestText.toLocaleString('en')} are classified at once.`,
      'Select less of it.',
    );
  }
  if (text.trim() === '') throw nothingThere();
}

export function nothingThere(): Failure {
  return new Failure('empty-text', 'There is nothing to classify: the text has no words.', 'Select some words.');
}
