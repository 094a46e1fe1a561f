/** Labelled texts made ready: the vocabulary learnt from the training part alone, every text as token ids. */
import { Failure } from '../../../protocol/failure.ts';
import { trainBytePair, type TokenizerJson } from '../../text/byte-pair.ts';
import { encodeForClassifier } from '../../text/classifier-reading.ts';
import { TextTokenizer } from '../../text/tokenizer.ts';
import type { Fold } from '../../training/fold.ts';
import { mapYielding } from '../map-yielding.ts';
import { countLabels, listedCounts, namesOf, weightsOf } from './classes.ts';
import { type ClassificationConfig, type LabelledSources, longestText } from './config.ts';
import { type LabelledParts, readExamples, type TextExample } from './examples.ts';

/** Padding, and what stands for a hidden token in training. */
export const specialTokens = { pad: '<pad>', mask: '<mask>' } as const;

export interface EncodedExample {
  /** At least one, at most as many as the last bucket holds. */
  readonly ids: readonly number[];
  /** Its class' number. */
  readonly label: number;
  /** Its finer label's number; of a text that is only held out, any. */
  readonly finer?: number;
}

export interface Dataset extends LabelledParts<TextExample> {
  /** The classes as they are shown. */
  readonly names: readonly string[];
  /** Finer labels that are learnt beside the classes, in the order of their numbers; none where they are not asked for. */
  readonly finer: readonly string[];
  /** What an example of each class counts in the loss. */
  readonly weights: readonly number[];
  readonly tokenizerJson: TokenizerJson;
  readonly tokenizer: TextTokenizer;
  readonly special: { readonly pad: number; readonly mask: number };
  readonly train: readonly EncodedExample[];
  readonly validation: readonly EncodedExample[];
}

/** @throws Failure `bad-config`, `bad-corpus`, `no-such-file`; AbortError */
export async function prepareDataset(
  sources: LabelledSources,
  config: Pick<ClassificationConfig, 'data' | 'split' | 'vocabulary' | 'training'>,
  print: (line: string) => void,
  signal?: AbortSignal,
  fold?: Fold,
): Promise<Dataset> {
  const examples = await readExamples(sources, config, print, signal, fold);
  const { parts, labels } = examples;
  const counts = countLabels(parts.train);
  const names = namesOf(labels, config.data.labels);
  const weights = weightsOf(labels, labels.map(label => counts.get(label) ?? 0), config.training.classWeights);
  const finer = config.training.finer === 0 ? [] : finerLabels(parts.train);
  print(
    `${parts.train.length} texts to train on (${listedCounts(labels, names, counts)}), ` +
      `${parts.validation.length} to validate, ${parts.test.length} to test`,
  );
  signal?.throwIfAborted();
  const tokenizerJson = trainBytePair(readings(parts.train), { size: config.vocabulary.size, special: Object.values(specialTokens) });
  const tokenizer = TextTokenizer.parse(tokenizerJson, 'the vocabulary just learnt');
  print(`a vocabulary of ${tokenizer.size} tokens`);
  const special = { pad: tokenizer.idOf(specialTokens.pad), mask: tokenizer.idOf(specialTokens.mask) };
  const vocabulary = { tokenizer, spell: config.vocabulary.spell, mask: special.mask };
  const longest = longestText(config);
  const encode = async (texts: readonly TextExample[], purpose: string): Promise<EncodedExample[]> => {
    let cut = 0;
    const encodeOne = ({ reading, label, finer: second }: TextExample): EncodedExample => {
      const { ids } = encodeForClassifier(reading, vocabulary);
      if (ids.length > longest) cut++;
      return { ids: ids.slice(0, longest), label: labels.indexOf(label), finer: Math.max(0, finer.indexOf(second ?? '')) };
    };
    const encoded = await mapYielding(texts, encodeOne, signal);
    if (cut > 0) print(`${cut} ${cut === 1 ? 'text' : 'texts'} ${purpose} of more than ${longest} tokens cut to so many`);
    return encoded;
  };
  return {
    ...examples,
    names,
    finer,
    weights,
    tokenizerJson,
    tokenizer,
    special,
    train: await encode(parts.train, 'to train on'),
    validation: await encode(parts.validation, 'to validate'),
  };
}

/** @throws Failure `bad-config` where a text has none */
function finerLabels(examples: readonly TextExample[]): string[] {
  const found = new Set<string>();
  for (const { finer, from } of examples) {
    if (finer === undefined) {
      throw new Failure(
        'bad-config',
        `"training.finer" asks for finer labels; ${from} names none.`,
        'Name their column with "finerColumn" or "finerKey" in "data.train", or leave "training.finer" out.',
      );
    }
    found.add(finer);
  }
  return [...found].toSorted();
}

function* readings(examples: readonly TextExample[]): Generator<string> {
  for (const { reading } of examples) yield reading;
}
