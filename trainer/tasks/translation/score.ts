/** Scores a model on the test set of its config, and writes the scores beside it. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure, type FailureCode } from '../../protocol/failure.ts';
import { joinCases, scoreOf, type Scores, scoresByLength, type TestCase, testCases } from '../analysis/test-scores.ts';
import { type Manifest, manifestName } from '../checkpoints/manifest.ts';
import { cardName, type CardText, modelCard } from '../checkpoints/model-card.ts';
import { readManifest } from '../checkpoints/open.ts';
import { greedySearch } from '../decoding/greedy.ts';
import { TranslationModel } from '../decoding/model.ts';
import { Translator } from '../decoding/translator.ts';
import { defaultThreads } from '../engine/threads.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { pairSourceOf, readConfig, type TrainingConfig } from './config.ts';
import { readSplit } from './dataset.ts';

export interface ScoreRequest {
  readonly config: string;
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
export async function scoreModel(request: ScoreRequest): Promise<ScoreTable> {
  const config = await readConfig(request.config);
  const { manifest } = await readManifest(request.model);
  const { split, hash } = await readSplit(await pairSourceOf(config, request.config), config);
  const isNew = isNewTo(manifest, hash, config);
  if (!isNew) request.print('The model does not say what it was trained on, so that it never saw the test set cannot be checked.');
  const cases = testCases(split.test);
  request.print(`${cases.length} sources held out, ${split.test.length} references`);

  const translator = await Translator.open(request.model, { threads: defaultThreads });
  const greedy = await translateAll(translator, cases, 1, request.print);
  const beam = await translateAll(translator, cases, request.beam, request.print);
  await translator.release();
  const joinedCases = joinCases(cases);
  const table: ScoreTable = {
    greedy: scoreOf(cases, greedy),
    beam: { ...scoreOf(cases, beam), width: request.beam },
    byLength: scoresByLength(cases, greedy),
    joined: scoreOf(joinedCases, await translateWhole(request.model, joinedCases)),
  };
  for (const line of tableLines(table)) request.print(line);
  if (request.save) {
    const { data } = config;
    await saveScores(request.model, table, {
      origin: data.origin,
      files: data.format === 'tsv' ? [data.file] : [data.source, data.target],
      config: request.config,
      folder: request.model,
      isNew,
    });
  }
  return table;
}

/**
 * Whether the test set is known to be new to the model; not where the model does not say what it was trained on.
 * @throws Failure `bad-argument` where it is known to be another one
 */
function isNewTo({ training: { dataHash, split } }: Manifest, hash: string, config: TrainingConfig): boolean {
  if (dataHash === undefined || split === undefined) return false;
  const differs = dataHash !== hash ? 'the corpus' : isDeepStrictEqual(split, config.split) ? undefined : '"split"';
  if (differs === undefined) return true;
  throw new Failure(
    'bad-argument',
    `The model was trained with another config: ${differs} differs, so the test set may hold what the model was trained on.`,
    'Score it with the config and the corpus that it was trained with.',
  );
}

/** What cannot be translated, such as a line of nothing but symbols, counts as translated into nothing. */
async function translateAll(
  translator: Translator,
  cases: readonly TestCase[],
  beam: number,
  print: (line: string) => void,
): Promise<string[]> {
  const translations: string[] = [];
  const refused: Failure[] = [];
  for (const { source } of cases) {
    const translation = await translator.translate({ text: source, beam }).catch((thrown: unknown) => {
      const failure = Failure.from(thrown);
      if (!refusals.has(failure.code)) throw thrown;
      refused.push(failure);
      return undefined;
    });
    translations.push(translation?.target.text ?? '');
    if (translations.length % 500 === 0) print(`  beam ${beam}: ${translations.length} of ${cases.length}`);
  }
  const [first] = refused;
  if (first !== undefined) print(`  ${refused.length} of ${cases.length} sources were not translated, the first since: ${first.message}`);
  return translations;
}

/** What a text itself is to blame for. */
const refusals: ReadonlySet<FailureCode> = new Set(['empty-text', 'text-too-long', 'unsupported-script']);

/** Without cutting a text into sentences first: shows what the model itself can hold in mind. */
async function translateWhole(folder: string, cases: readonly TestCase[]): Promise<string[]> {
  const model = await TranslationModel.open(folder, { threads: defaultThreads });
  const translations: string[] = [];
  for (const { source } of cases) {
    const { ids } = await model.decode([...model.tokenizer.encodeIds(source), model.special.end], 0, greedySearch);
    translations.push(model.tokenizer.decode(ids).text.trim());
  }
  await model.release();
  return translations;
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

async function saveScores(model: string, table: ScoreTable, card: Omit<CardText, 'scores'>): Promise<void> {
  const { folder, manifest } = await readManifest(model);
  const scored: Manifest = {
    ...manifest,
    training: {
      ...manifest.training,
      scores: {
        bleu: round(table.greedy.bleu),
        bleuBeam: round(table.beam.bleu),
        bleuSingleReference: round(table.greedy.bleuSingle),
        chrf: round(table.greedy.chrf),
      },
    },
  };
  await writeFileAtomically(join(folder, manifestName), `${JSON.stringify(scored, undefined, 2)}\n`);
  await writeFileAtomically(join(folder, cardName), await modelCard(folder, scored, { ...card, scores: tableLines(table) }));
}

const round = (score: number): number => Math.round(score * 100) / 100;
