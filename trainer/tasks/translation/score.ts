/** Scores a model on the test set of its config, and writes the scores beside it. */
import { Failure, type FailureCode } from '../../../protocol/failure.ts';
import { joinCases, scoreOf, type Scores, scoresByLength, type TestCase, testCases } from '../../analysis/test-scores.ts';
import { readManifestOf } from '../../checkpoints/open.ts';
import { greedySearch } from '../../decoding/greedy.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { Translator } from '../../decoding/translator.ts';
import { defaultThreads } from '../../engine/threads.ts';
import { normalizeForModel } from '../../text/normalize.ts';
import type { Pair } from '../../text/pairs.ts';
import { checkTestSet, isNewTo, saveScores } from '../test-set.ts';
import { translatorCard } from './card.ts';
import { filesOf, type TranslationConfig } from './config.ts';
import { readTestSet } from './test-set.ts';

export interface ScoreRequest {
  readonly config: TranslationConfig;
  /** Path of the config. */
  readonly file: string;
  readonly model: string;
  readonly beam: number;
  readonly save: boolean;
  readonly print: (line: string) => void;
}

/** What is kept of a scoring, in `attention-model.json`. */
export interface ScoreTable {
  readonly greedy: Scores;
  readonly beam: Scores & { readonly width: number };
  /** Greedy, by words of the source. */
  readonly byLength: readonly ({ readonly words: string } & Scores)[];
  /** Greedy, two to four test sources given as one sentence. */
  readonly joined: Scores;
}

/**
 * @throws Failure `bad-config`, `bad-corpus`, `no-such-file`, `unknown-model`, `broken-model`; `bad-argument` where the
 *   test set is not the one that was held out when the model was trained
 */
export async function scoreTranslation(request: ScoreRequest): Promise<ScoreTable> {
  const { config } = request;
  const { folder, manifest } = await readManifestOf(request.model, 'translation');
  const { test, hash } = await readTestSet(config, request.file, request.print);
  const isNew = isNewTo(manifest, { hash, split: config.split }, request.print);
  checkTestSet(test.length);
  const cases = casesOf(config, test);
  request.print(`${cases.length} sources held out, ${test.length} references`);

  const translator = await Translator.open(request.model, { threads: defaultThreads });
  const greedy = await translateAll(translator, cases, 1, request.print);
  const beam = await translateAll(translator, cases, request.beam, request.print);
  await translator.release();
  const joinedCases = joinCases(cases);
  const table: ScoreTable = {
    greedy: scoreOf(cases, greedy),
    beam: { ...scoreOf(cases, beam), width: request.beam },
    byLength: scoresByLength(cases, greedy),
    joined: scoreOf(joinedCases, await translateWhole(request.model, joinedCases, request.print)),
  };
  for (const line of tableLines(table)) request.print(line);
  if (request.save) {
    const scores = { bleu: table.greedy.bleu, bleuBeam: table.beam.bleu, bleuSingleReference: table.greedy.bleuSingle, chrf: table.greedy.chrf };
    await saveScores(folder, manifest, scores, {
      ...translatorCard(manifest, isNew, config.data.test !== undefined),
      scores: tableLines(table),
      origin: config.data.origin,
      files: filesOf(config),
      config: request.file,
      folder: request.model,
    });
  }
  return table;
}

/** A set of its own is scored line by line, as published scores are; of what was held out, all references count. */
export function casesOf({ data }: Pick<TranslationConfig, 'data'>, test: readonly Pair[]): TestCase[] {
  return data.test === undefined ? testCases(test) : test.map(({ source, target }) => ({ source, references: [target] }));
}

/** What cannot be translated, such as a line of nothing but symbols, counts as translated into nothing. */
export async function translateAll(
  translator: Translator,
  cases: readonly TestCase[],
  beam: number,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  const translate = async (text: string): Promise<string> => (await translator.translate({ text, beam }, { signal })).target.text;
  return translateEach(cases, translate, `beam ${beam}`, print);
}

async function translateEach(
  cases: readonly TestCase[],
  translate: (source: string) => Promise<string>,
  how: string,
  print: (line: string) => void,
): Promise<string[]> {
  const translations: string[] = [];
  const refused: Failure[] = [];
  for (const { source } of cases) {
    const translation = await translate(source).catch((thrown: unknown) => {
      const failure = Failure.from(thrown);
      if (!refusals.has(failure.code)) throw thrown;
      refused.push(failure);
      return '';
    });
    translations.push(translation);
    if (translations.length % 500 === 0) print(`  ${how}: ${translations.length} of ${cases.length}`);
  }
  const [first] = refused;
  if (first !== undefined) print(`  ${refused.length} of ${cases.length} sources were not translated, the first since: ${first.message}`);
  return translations;
}

/** What a text itself is to blame for. */
const refusals: ReadonlySet<FailureCode> = new Set(['empty-text', 'text-too-long', 'unsupported-script']);

/** Without cutting a text into sentences first: shows what the model itself can hold in mind. */
async function translateWhole(folder: string, cases: readonly TestCase[], print: (line: string) => void): Promise<string[]> {
  const model = await TranslationModel.open(folder, { threads: defaultThreads });
  const translate = async (source: string): Promise<string> => {
    const { ids } = await model.decode([...model.tokenizer.encodeIds(normalizeForModel(source)), model.special.end], 0, greedySearch);
    return model.tokenizer.decode(ids).text.trim();
  };
  return translateEach(cases, translate, 'joined', print).finally(() => model.release());
}

/** The table as text. */
export function tableLines({ greedy, beam, byLength, joined }: ScoreTable): string[] {
  const row = (name: string, scores: Scores): string =>
    `${name.padEnd(28)} ${String(scores.sentences).padStart(9)} ${scores.bleu.toFixed(1).padStart(6)} ` +
    `${scores.bleuSingle.toFixed(1).padStart(16)} ${scores.chrf.toFixed(1).padStart(6)}`;
  return [
    `${''.padEnd(28)} ${'sources'.padStart(9)} ${'BLEU'.padStart(6)} ${'single reference'.padStart(16)} ${'chrF'.padStart(6)}`,
    row('greedy', greedy),
    row(`beam ${beam.width}`, beam),
    ...byLength.map(scores => row(`greedy, ${scores.words} words`, scores)),
    row('greedy, 2–4 sources joined', joined),
    `BLEU ${greedy.signatures.bleu}`,
    `chrF ${greedy.signatures.chrf}`,
  ];
}
