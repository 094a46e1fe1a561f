/** Scores a language model on the test set of its config, next to what n-grams of the same training texts make of it. */
import { characterCount } from '../../analysis/bits-per-character.ts';
import { characterSymbols, kneserNeyBits } from '../../analysis/kneser-ney-bits.ts';
import { readManifestOf } from '../../checkpoints/open.ts';
import { LanguageModel } from '../../decoding/language-model.ts';
import { defaultThreads } from '../../engine/threads.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import { checkTestSet, isNewTo, saveScores } from '../test-set.ts';
import { modelBits } from './bits.ts';
import { languageModelCard } from './card.ts';
import { filesOf, type LanguageModellingConfig, textSourcesOf } from './config.ts';
import { readParts } from './dataset.ts';

export interface ScoreRequest {
  readonly config: LanguageModellingConfig;
  /** Path of the config. */
  readonly file: string;
  readonly model: string;
  readonly save: boolean;
  readonly print: (line: string) => void;
}

/** Bits per character of the test set (`analysis/bits-per-character.ts`); lower is better. */
export interface BitsTable {
  readonly model: number;
  /** Of an interpolated modified Kneser–Ney 5-gram model of characters, and one of the model's own tokens. */
  readonly characters: number;
  readonly tokens: number;
}

/** The n-grams that a model is held against: as long as the best of them usually are on as much text. */
const order = 5;

/**
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`; `bad-argument` where the
 *   test set is not the one that was held out when the model was trained
 */
export async function scoreLanguageModel({ config, file, model: path, save, print }: ScoreRequest): Promise<BitsTable> {
  const { folder, manifest } = await readManifestOf(path, 'language-modelling');
  const { split, hash } = await readParts(await textSourcesOf(config, file), config, print);
  const isNew = isNewTo(manifest, { hash, split: config.split }, print);
  checkTestSet(split.test.length);
  const characters = characterCount(split.test);
  print(`${split.test.length} texts to test, ${characters} characters`);
  const model = await LanguageModel.open(path, { threads: defaultThreads });
  const bits = await modelBits(model, split.test).finally(() => model.release());
  print(`bits per character: ${bits.toFixed(3)}; counting n-grams …`);
  const table: BitsTable = {
    model: bits,
    characters: kneserNeyBits(split.train, split.test, characterSymbols(split.train), order),
    tokens: kneserNeyBits(split.train, split.test, tokenSymbols(model.tokenizer), order),
  };
  for (const line of tableLines(table)) print(line);
  if (save) {
    const scores = { bitsPerCharacter: table.model, kneserNeyCharacters: table.characters, kneserNeyTokens: table.tokens };
    await saveScores(folder, manifest, scores, {
      ...languageModelCard(manifest, isNew),
      scores: tableLines(table),
      origin: config.data.origin,
      files: filesOf(config),
      config: file,
      folder: path,
    });
  }
  return table;
}

export const tokenSymbols = (tokenizer: TextTokenizer): { count: number; of: (text: string) => number[] } => ({
  count: tokenizer.size,
  of: text => tokenizer.encodeIds(text),
});

/** The table as text. */
export function tableLines({ model, characters, tokens }: BitsTable): string[] {
  const row = (name: string, bits: number): string => `${name.padEnd(44)} ${bits.toFixed(3).padStart(18)}`;
  return [
    `${''.padEnd(44)} ${'bits per character'}`,
    row('this model', model),
    row(`Kneser–Ney ${order}-grams of characters`, characters),
    row(`Kneser–Ney ${order}-grams of its byte-pair tokens`, tokens),
  ];
}
