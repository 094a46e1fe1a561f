import { Failure } from '../../protocol/failure.ts';
import type { Written } from '../../protocol/outcome.ts';

/**
 * What was written, to be copied or put into a document.
 * @throws Failure `empty-text` where the model wrote nothing
 */
export function writtenText({ kind, trace }: Written): string {
  const { text } = trace.target;
  if (text.trim() === '') throw new Failure('empty-text', `The ${kind} is empty.`, 'Ask about another text, or select another model.');
  return text;
}
