import { joined } from './two-texts.ts';

/**
 * The longest text that a model is asked about in VS Code at a time, in UTF-16 code units: some 150 sentences. The worker reads longer
 * ones, of a command line.
 */
export const longestPassage = 10_000;

/**
 * Why a text cannot be read at a time; empty where it can.
 * @param before of a pair: the text before it
 */
export function whyTooLong(text: string, before?: string): string {
  const isPair = before !== undefined && text.trim() !== '';
  const { length } = isPair ? joined(before, text).text : text;
  if (length <= longestPassage) return '';
  const [found, most] = [length, longestPassage].map(count => count.toLocaleString('en'));
  return `${isPair ? 'Both together have' : 'It has'} ${found} characters; at most ${most} can be read at a time.`;
}
