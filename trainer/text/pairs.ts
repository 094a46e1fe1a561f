import { parsePharaoh, type WordPair } from '../analysis/alignment-error-rate.ts';
import { badCorpus, excerpt, readLines } from './lines.ts';

/** A text and its translation, as they stand in the corpus. */
export interface Pair {
  readonly source: string;
  readonly target: string;
  /** Which of its words belong together, counted from 0; words are what white space parts. */
  readonly links?: readonly WordPair[];
  /** Links that may be left out, where there are some. */
  readonly possible?: readonly WordPair[];
}

/** Links in Pharaoh notation, as many lines as the pairs have. */
export interface LinkSource {
  readonly file: string;
  /** What it calls a sentence's first word. */
  readonly firstIndex: 0 | 1;
}

/** Where pairs come from; a file whose name ends in .gz is unpacked. */
export type PairSource = { readonly links?: LinkSource | undefined } & (
  /** One pair a line, columns parted by tabs; the first two, source and target, unless others are named. */
  | { readonly kind: 'tsv'; readonly file: string; readonly columns?: { readonly source: number; readonly target: number } | undefined }
  /** Two files with as many lines: line n of the one is the translation of line n of the other. */
  | { readonly kind: 'parallel'; readonly source: string; readonly target: string }
);

/**
 * Reads pairs one by one, in the order of the file. Lines end in LF or CRLF; a byte-order mark is skipped, and so are
 * pairs with a blank side.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for a line without a tab, one over 1 MB, invalid
 * UTF-8, a damaged archive, or parallel files that differ in length
 */
export async function* readPairs(source: PairSource): AsyncGenerator<Pair, void, undefined> {
  const numbered = source.kind === 'tsv' ? readTable(source.file, source.columns) : readParallel(source.source, source.target);
  for await (const { pair } of source.links === undefined ? numbered : withLinks(numbered, source.links)) {
    if (pair.source.trim() !== '' && pair.target.trim() !== '') yield pair;
  }
}

interface NumberedPair {
  readonly pair: Pair;
  /** Its line in the corpus, counted from 1. */
  readonly line: number;
}

/** Line n of the links is of line n of the corpus, blank ones counted. */
async function* withLinks(pairs: AsyncIterable<NumberedPair>, { file, firstIndex }: LinkSource): AsyncGenerator<NumberedPair, void, undefined> {
  const lines = readLines(file);
  let read = 0;
  let line: IteratorResult<string, void> | undefined;
  try {
    for await (const numbered of pairs) {
      for (; read < numbered.line; read++) line = await lines.next();
      if (line === undefined || line.done === true) {
        throw badCorpus(file, read - 1, `the file ends here, but line ${numbered.line} of the corpus is a pair; as many lines as the corpus has are expected`);
      }
      const { sure: links, possible } = parsePharaoh(line.value, firstIndex, `${file}, line ${read}`);
      yield { ...numbered, pair: { ...numbered.pair, links, ...(possible.length > 0 && { possible }) } };
    }
    // Blank lines of a corpus have blank ones for links, and may be its last.
    for (let rest = await lines.next(); rest.done !== true; rest = await lines.next()) {
      read++;
      if (rest.value.trim() !== '') throw badCorpus(file, read, `${excerpt(rest.value)} found after the links of the last pair; as many lines as the corpus has are expected`);
    }
  } finally {
    await lines.return();
  }
}

async function* readTable(file: string, columns = { source: 0, target: 1 }): AsyncGenerator<NumberedPair, void, undefined> {
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
    yield { pair: { source, target }, line: number };
  }
}

async function* readParallel(sourceFile: string, targetFile: string): AsyncGenerator<NumberedPair, void, undefined> {
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
      yield { pair: { source: source.value, target: target.value }, line: number + 1 };
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
