import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure } from '../../protocol/failure.ts';

/** A text and its translation, as they stand in the corpus. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** Where pairs come from; a file whose name ends in .gz is unpacked. */
export type PairSource =
  /** One pair a line: source, tab, target; further columns are ignored. */
  | { readonly kind: 'tsv'; readonly file: string }
  /** Two files with as many lines: line n of the one is the translation of line n of the other. */
  | { readonly kind: 'parallel'; readonly source: string; readonly target: string };

/** No sentence is this long: a file without line ends is not read into memory. */
const maximumLine = 1_000_000;

/**
 * Reads pairs one by one, in the order of the file. Lines end in LF or CRLF; a byte-order mark is skipped, and so are
 * pairs with a blank side.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for a line without a tab, one over 1 MB, invalid
 * UTF-8, a damaged archive, or parallel files that differ in length
 */
export async function* readPairs(source: PairSource): AsyncGenerator<Pair, void, undefined> {
  for await (const pair of source.kind === 'tsv' ? readTable(source.file) : readParallel(source.source, source.target)) {
    if (pair.source.trim() !== '' && pair.target.trim() !== '') yield pair;
  }
}

async function* readTable(file: string): AsyncGenerator<Pair, void, undefined> {
  let number = 0;
  for await (const line of readLines(file)) {
    number++;
    if (line.trim() === '') continue;
    const [source, target] = line.split('\t', 2);
    if (source === undefined || target === undefined) {
      throw badCorpus(file, number, `one column found (${excerpt(line)}), two expected: source, tab, target`);
    }
    yield { source, target };
  }
}

async function* readParallel(sourceFile: string, targetFile: string): AsyncGenerator<Pair, void, undefined> {
  const sources = readLines(sourceFile);
  const targets = readLines(targetFile);
  try {
    for (let number = 0; ; number++) {
      const source = await sources.next();
      const target = await targets.next();
      if (source.done === true && target.done === true) return;
      if (source.done === true || target.done === true) {
        const sourceLines = number + (await count(source, sources));
        const targetLines = number + (await count(target, targets));
        throw badCorpus(
          source.done === true ? sourceFile : targetFile, Math.min(sourceLines, targetLines),
          `the file ends here: ${sourceFile} has ${lines(sourceLines)} and ${targetFile} has ${lines(targetLines)}; ` +
          'equal numbers were expected',
        );
      }
      yield { source: source.value, target: target.value };
    }
  } finally {
    await Promise.all([sources.return(), targets.return()]);
  }
}

/** How many lines are left, the one already read included. */
async function count(read: IteratorResult<string, void>, rest: AsyncIterable<string>): Promise<number> {
  if (read.done === true) return 0;
  let left = 1;
  for await (const _ of rest) left++;
  return left;
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`;
}

/** The lines of a UTF-8 file without their ends. A line end at the end of the file starts no further line. */
async function* readLines(file: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  const decode = (bytes: Buffer): string => {
    number++;
    try {
      const line = decoder.decode(bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes);
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

async function* readChunks(file: string, line: () => number): AsyncGenerator<Buffer, void, undefined> {
  const stream = createReadStream(file);
  const unpacked = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  stream.on('error', error => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
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

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}

function badCorpus(file: string, line: number, found: string, cause?: unknown): Failure {
  return new Failure('bad-corpus', `${file}, line ${line}: ${found}.`, 'Mend the file and start again.', { cause });
}
