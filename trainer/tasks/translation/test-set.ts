import type { Pair } from '../../text/pairs.ts';
import { pairSourcesOf, type TranslationConfig } from './config.ts';
import { readParts } from './dataset.ts';
import { isStreamed } from './streamed/choice.ts';
import { surveyCorpus } from './streamed/survey.ts';

export interface TranslationTestSet {
  readonly test: readonly Pair[];
  /** Pairs to train on; of a corpus that is not held in memory, those that share a side with the held-out ones are counted too. */
  readonly train: number;
  /** Of all data. */
  readonly hash: string;
}

/**
 * What was held out for the test.
 * @param file path of the config
 * @throws Failure `bad-corpus`, `no-such-file`
 */
export async function readTestSet(
  config: TranslationConfig,
  file: string,
  print: (line: string) => void = () => undefined,
): Promise<TranslationTestSet> {
  const sources = await pairSourcesOf(config, file);
  if (await isStreamed(config, sources)) {
    const { heldOut: { test, validation }, pairs, hash } = await surveyCorpus(sources, config, print);
    const drawn = [...(sources.test === undefined ? test : []), ...(sources.validation === undefined ? validation : [])];
    return { test, train: pairs - drawn.length, hash };
  }
  const { split, hash } = await readParts(sources, config);
  return { test: split.test, train: split.train.length, hash };
}
