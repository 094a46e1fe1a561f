/** A text from standard input, or its lines, as far as any are read. */
import { Failure } from '../../protocol/failure.ts';
import { longestText } from '../../protocol/longest-text.ts';
import { maximumLine } from '../text/lines.ts';

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

/**
 * Its lines without their ends, LF or CRLF, as they come; a line end at the end starts no further line.
 * @throws Failure `text-too-long`, naming the line, before it has come to its end
 */
export async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  let [number, rest] = [0, ''];
  for await (const part of input) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    number += lines.length;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    if (rest.length <= maximumLine) continue;
    const message = `Line ${number + 1} of standard input has more than ${maximumLine.toLocaleString('en')} characters, which are the most that are read of one.`;
    throw new Failure('text-too-long', message, 'Give a sentence or a paragraph a line.');
  }
  if (rest !== '') yield rest;
}
