import { badCorpus, excerpt, readLines } from './lines.ts';

/** A text and its translation, as they stand in the corpus. */
export interface Pair {
  readonly source: string;
  readonly target: string;
}

/** Where pairs come from; a file whose name ends in .gz is unpacked. */
export type PairSource =
  /** One pair a line, columns parted by tabs; the first two, source and target, unless others are named. */
  | { readonly kind: 'tsv'; readonly file: string; readonly columns?: { readonly source: number; readonly target: number } | undefined }
  /** Two files with as many lines: line n of the one is the translation of line n of the other. */
  | { readonly kind: 'parallel'; readonly source: string; readonly target: string };

/**
 * Reads pairs one by one, in the order of the file. Lines end in LF or CRLF; a byte-order mark is skipped, and so are
 * pairs with a blank side.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for a line without a tab, one over 1 MB, invalid
 * UTF-8, a damaged archive, or parallel files that differ in length
 */
export async function* readPairs(source: PairSource): AsyncGenerator<Pair, void, undefined> {
  for await (const pair of source.kind === 'tsv' ? readTable(source.file, source.columns) : readParallel(source.source, source.target)) {
    if (pair.source.trim() !== '' && pair.target.trim() !== '') yield pair;
  }
}

async function* readTable(file: string, columns = { source: 0, target: 1 }): AsyncGenerator<Pair, void, undefined> {
  const wanted = 1 + Math.max(columns.source, columns.target);
  let number = 0;
  for await (const line of readLines(file)) {
    number++;
    if (line.trim() === '') continue;
    const cells = line.split('\t', wanted);
    const [source, target] = [cells[columns.source], cells[columns.target]];
    if (source === undefined || target === undefined) {
      const found = cells.length === 1 ? 'one column' : `${cells.length} columns`;
      throw badCorpus(file, number, `${found} found (${excerpt(line)}), ${wanted === 2 ? 'two expected: source, tab, target' : `${wanted} expected`}`);
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
