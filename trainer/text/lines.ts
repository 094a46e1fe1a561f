/** The lines of a corpus, one at a time, and how a corpus is refused: both name the file and the line. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';

/** How a file's bytes spell its characters. Latin-1 is what some older corpora come in. */
export type Encoding = 'utf-8' | 'latin-1';

/** No sentence is this long: a file without line ends is not read into memory. */
export const maximumLine = 1_000_000;

/**
 * The lines of a file without their ends, LF or CRLF; a file whose name ends in .gz is unpacked, and a byte-order mark is
 * skipped. A line end at the end of the file starts no further line.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for one over 1 MB, invalid UTF-8 or a damaged archive
 */
export async function* readLines(file: string, encoding: Encoding = 'utf-8'): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  const decode = (bytes: Buffer): string => {
    number++;
    const content = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
    // Not TextDecoder's "latin1", which is windows-1252.
    if (encoding === 'latin-1') return content.toString('latin1');
    try {
      const line = decoder.decode(content);
      return number === 1 && line.startsWith('\uFEFF') ? line.slice(1) : line;
    } catch (cause) {
      throw badCorpus(file, number, 'bytes found that are not UTF-8, which is expected', cause);
    }
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(file, () => number + 1)) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const line = chunk.subarray(start, end);
      yield decode(rest.length === 0 ? line : Buffer.concat([rest, line]));
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > maximumLine) {
      throw badCorpus(file, number + 1, 'a line of over 1 MB found; one sentence or paragraph a line is expected');
    }
  }
  if (rest.length > 0) yield decode(rest);
}

/**
 * The bytes of a file as they come; a file whose name ends in .gz is unpacked.
 * @param line the line to name when the archive is damaged; undefined in a file without lines
 * @throws Failure `no-such-file`; `bad-corpus` for a damaged archive
 */
export async function* readChunks(file: string, line: () => number | undefined): AsyncGenerator<Buffer, void, undefined> {
  const stream = createReadStream(file);
  const unpacked = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  stream.on('error', error => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    const code = errnoOf(error) ?? '';
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') {
      const why = { ENOENT: 'does not exist', EISDIR: 'is a folder', EACCES: 'may not be read' }[code];
      throw new Failure('no-such-file', `${file} ${why}.`, 'Check the path of the corpus.', { cause: error });
    }
    if (code.startsWith('Z_')) {
      throw badCorpus(file, line(), 'the archive is damaged or cut off; a whole .gz file is expected', error);
    }
    throw error;
  } finally {
    stream.destroy();
    unpacked.destroy();
  }
}

/** The beginning of a line, in quotes, for a message. */
export function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}

/** @param line counted from 1; undefined in a file without lines */
export function badCorpus(file: string, line: number | undefined, found: string, cause?: unknown): Failure {
  const place = line === undefined ? file : `${file}, line ${line}`;
  const hint = /\.(?:png|jpe?g)$/i.test(file) ? 'Mend the image, or choose another one.' : 'Mend the file and start again.';
  return new Failure('bad-corpus', `${place}: ${found}.`, hint, { cause });
}
