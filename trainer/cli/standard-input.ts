/** A text from standard input, as far as any is read. */
import { Failure } from '../../protocol/failure.ts';
import { longestText } from '../decoding/request.ts';

/**
 * Without the end of its last line.
 * @throws Failure `text-too-long`, before it has come to its end
 */
export async function textOf(input: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += part;
    if (text.length > longestText + '\r\n'.length) {
      throw new Failure('text-too-long', `Standard input has more than ${longestText.toLocaleString('en')} characters, which are the most that are read at once.`, 'Give a part of it.');
    }
  }
  return text.replace(/\r?\n$/, '');
}
