/** The beginning of a file of text, by which its format is told. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { type Encoding, readChunks } from '../text/lines.ts';
import { parseJson } from '../text/parse-json.ts';
import { unpackedSize } from './sample.ts';

export interface Head {
  readonly file: string;
  /** Lines that are not blank. */
  readonly lines: readonly string[];
  readonly encoding: Encoding;
  /** Of the whole file, unpacked. */
  readonly bytes: number;
  /** Share of the lines that are blank. */
  readonly blank: number;
}

/** Lines that formats are told by, and the bytes they are taken from. */
const headLines = 400;
const headBytes = 1_000_000;
/** How far an encoding is looked after: the first character that is not ASCII may come late. */
const encodingBytes = 8_000_000;

/** The beginning of a file, or why it is no text. @throws Failure `no-such-file` */
export async function readHead(file: string): Promise<Head | string> {
  const chunks: Buffer[] = [];
  let read = 0;
  let encoding: Encoding = 'utf-8';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of readChunks(file, () => undefined)) {
      if (read < headBytes) chunks.push(chunk);
      read += chunk.length;
      if (encoding === 'utf-8' && !isDecoded(decoder, chunk)) encoding = 'latin-1';
      if (read > encodingBytes) break;
    }
  } catch (thrown) {
    const failure = Failure.from(thrown);
    if (failure.code !== 'bad-corpus' || chunks.length === 0) throw thrown;
    // Of a damaged archive what could be unpacked: its reader tells the rest.
  }
  const text = Buffer.concat(chunks).toString(encoding === 'utf-8' ? 'utf8' : 'latin1').replace(/^\uFEFF/, '');
  if (text.includes('\0')) return `${basename(file)} has bytes that are no text; text in UTF-8 is expected`;
  const all = text.replace(/\r?\n$/, '').split(/\r?\n/).slice(0, 4 * headLines);
  const lines = all.filter(line => line.trim() !== '');
  if (lines.length === 0) return `${basename(file)} is empty`;
  return { file, lines: lines.slice(0, headLines), encoding, bytes: await unpackedSize(file), blank: 1 - lines.length / all.length };
}

function isDecoded(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Share of the lines of which something is true. */
export function shareOf({ lines }: Pick<Head, 'lines'>, holds: (line: string) => boolean): number {
  return lines.filter(holds).length / lines.length;
}

/** Whether nearly all lines are JSON values of a kind. */
export function areJson({ lines }: Pick<Head, 'lines'>, isKind: (value: unknown) => boolean): boolean {
  return lines.slice(0, 20).every(line => isKind(parseJson(line)));
}
