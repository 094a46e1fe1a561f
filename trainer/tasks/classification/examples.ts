/** The labelled texts of a config: read, told apart, their classes known. */
import { createHash, type Hash } from 'node:crypto';
import { basename } from 'node:path';
import { type LabelledSource, type LabelledText, readLabelledText } from '../../corpora/labelled-text.ts';
import { checkLabels, labelsOf } from '../../corpora/labels.ts';
import { MemoryBound } from '../../corpora/memory-bound.ts';
import { readingOf } from '../../text/classifier-reading.ts';
import { splitKey } from '../../text/split.ts';
import { joinTreebank } from '../../text/treebank.ts';
import type { Fold } from '../../training/fold.ts';
import type { ClassificationConfig, LabelledSources } from './config.ts';
import { checkClassesLeft, countLabels } from './classes.ts';
import { type Labelled, type LeftOut, leftOutLines, partition, type Parts } from './partition.ts';

export interface TextExample extends Labelled {
  /** As one ordinarily writes it. */
  readonly text: string;
  /** As the model reads it. */
  readonly reading: string;
  /** A second label, finer than that. */
  readonly finer?: string | undefined;
}

export interface LabelledParts<Example> {
  readonly parts: Parts<Example>;
  /** The corpus' labels, in the order of the model's outputs. */
  readonly labels: readonly string[];
  readonly left: LeftOut;
  /** SHA-256 over all data, in the order of the files. */
  readonly hash: string;
}

/** What examples depend on of a config. */
export type ExamplesConfig = Pick<ClassificationConfig, 'split' | 'vocabulary'> & { readonly data: Pick<ClassificationConfig['data'], 'detokenize'> };

/**
 * @param print hears what is left out of the training
 * @throws Failure `bad-corpus`, `no-such-file`; AbortError
 */
export async function readExamples(
  sources: LabelledSources,
  config: ExamplesConfig,
  print: (line: string) => void = () => undefined,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<LabelledParts<TextExample>> {
  const reader = new Reader(config, signal);
  const train: TextExample[] = [];
  for (const source of sources.train) for await (const example of reader.read(source)) train.push(example);
  const labels = labelsOf(countLabels(train), sources.train.map(({ file }) => file).join(', '));
  const heldOut = async (source: LabelledSource | undefined): Promise<TextExample[] | undefined> => {
    if (source === undefined) return undefined;
    const examples: TextExample[] = [];
    for await (const example of checkLabels(reader.read(source), labels, ({ line }) => `${source.file}, line ${line}`)) examples.push(example);
    return examples;
  };
  const given = { train, validation: await heldOut(sources.validation), test: await heldOut(sources.test) };
  if (given.validation === undefined || given.test === undefined) reader.markDraw();
  const keys = { same: ({ reading }: TextExample) => reading, overlap: ({ text }: TextExample) => splitKey(text) };
  const { parts, left } = partition(given, keys, config.split, fold);
  checkClassesLeft(labels, parts.train);
  for (const line of leftOutLines(left, ['text', 'texts'])) print(line);
  return { parts, labels, left, hash: reader.hash.digest('hex') };
}

/** Reads sources one after the other, and takes a hash of all. */
class Reader {
  readonly hash: Hash = createHash('sha256');
  readonly #bound = new MemoryBound('texts');

  constructor(
    private readonly config: ExamplesConfig,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Of the same texts, joined or in capitals, others are drawn, so the hash is another. */
  markDraw(): void {
    const { data, vocabulary } = this.config;
    if (data.detokenize !== 'none') this.hash.update(`\f${data.detokenize}\n`);
    if (!vocabulary.lowercase) this.hash.update('\fcase\n');
  }

  async *read(source: LabelledSource): AsyncGenerator<TextExample & Pick<LabelledText, 'line'>, void, undefined> {
    const { data, vocabulary } = this.config;
    this.hash.update('\f');
    for await (const { label, text: given, finer, line } of readLabelledText(source)) {
      this.signal?.throwIfAborted();
      this.#bound.add(given.length);
      this.hash.update(`${label}\t${given}\n${finer === undefined ? '' : `${finer}\n`}`);
      const text = data.detokenize === 'ptb' ? joinTreebank(given) : given;
      const reading = readingOf(text, vocabulary);
      // Of a text of invisible characters nothing is left to read.
      if (reading !== '') yield { label, text, reading, finer, from: basename(source.file), line };
    }
  }
}
