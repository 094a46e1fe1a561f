/** Configs for data that nobody has trained on before: the architecture by the task and the size wanted, all else by how much there is. */
import { isAbsolute, relative, sep } from 'node:path';
import { modelSizes, type ConfigProposal, type ModelSize, type ProposeConfigParams } from '../../protocol/config.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Task } from '../../protocol/server.ts';
import { detectData } from '../corpora/detect.ts';
import { type Detected, rolesOf } from '../corpora/detected.ts';
import { isIn } from '../files/is-in.ts';
import { elementCount } from '../graph/value.ts';
import { parametersOf } from '../models/model.ts';
import { parseConfig, type TrainingConfig } from './config.ts';
import { proposedModel } from './proposed-model.ts';

/**
 * One config for each size of model.
 * @throws Failure `bad-corpus` where the data cannot be read as wanted; `no-such-file`; `bad-argument` for a name or language
 * that is none; AbortError
 */
export async function proposeConfigs(params: ProposeConfigParams, signal?: AbortSignal): Promise<ConfigProposal[]> {
  const { detected, problems } = await detectData(params.task, params.files, signal);
  const data = params.reading === undefined ? detected[0] : detected.find(({ reading }) => reading.id === params.reading);
  if (data === undefined) {
    throw new Failure('bad-corpus', problems[0] ?? `The data cannot be read as "${params.reading ?? ''}".`, 'Choose other data.');
  }
  return modelSizes.map(size => proposalOf(params, data, size));
}

function proposalOf(params: ProposeConfigParams, data: Detected, size: ModelSize): ConfigProposal {
  const { task } = params;
  const { title, model, learningRate, dropout } = proposedModel(task, size, data.image);
  const json = { name: params.name, task, ...languagesOf(params), ...partsOf(params, data), model, training: { ...trainingOf(task, data, model), learningRate, dropout } };
  const config = wellFormed(json);
  return { size, title, text: textOf(json), parameters: parametersIn(config, data), recommended: size === sizeFor(data.reading.rows) };
}

function wellFormed(json: unknown): TrainingConfig {
  try {
    return parseConfig(json, 'The config');
  } catch (thrown) {
    const { message } = Failure.from(thrown);
    throw new Failure('bad-argument', message, 'Choose another name, language or column.', { cause: thrown });
  }
}

/** More weights than examples can teach are learnt by heart. */
function sizeFor(rows: number): ModelSize {
  return rows < 10_000 ? 'small' : rows < 100_000 ? 'medium' : 'large';
}

function languagesOf({ task, languages: [first = 'en', second = 'en'] }: ProposeConfigParams): Readonly<Record<string, unknown>> {
  if (task === 'image-classification') return {};
  return task === 'translation' ? { languages: { source: first, target: second } } : { language: first };
}

/** What is held out, the vocabulary, and where the data are. */
function partsOf({ task, folder, roles }: ProposeConfigParams, data: Detected): Readonly<Record<string, unknown>> {
  const source = relativeTo(folder, data.source(rolesOf(data, roles)));
  const { rows } = data.reading;
  const held = clamp(Math.round(rows / 20), 1, 1000);
  return {
    data: task === 'translation' ? source : { train: source },
    split: { validation: held, test: held },
    ...(task !== 'image-classification' && { vocabulary: { size: vocabularyFor(rows) } }),
  };
}

/** Files below the config's folder are named from there, so that both can be moved together. */
function relativeTo(folder: string, source: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(source).map(([key, value]) => {
      if (typeof value !== 'string' || !isAbsolute(value)) return [key, value];
      const path = relative(folder, value);
      return [key, path !== '' && isIn(value, folder) ? path.split(sep).join('/') : value];
    }),
  );
}

function vocabularyFor(rows: number): number {
  return rows < 2000 ? 600 : rows < 10_000 ? 2000 : rows < 50_000 ? 4000 : 8000;
}

/** Examples that are gone through in all, where there are enough of them, and the epochs that this may be at most. */
const wanted: Readonly<Record<Task, { readonly examples: number; readonly least: number; readonly most: number }>> = {
  translation: { examples: 1_000_000, least: 6, most: 60 },
  classification: { examples: 300_000, least: 5, most: 40 },
  'image-classification': { examples: 1_000_000, least: 5, most: 40 },
  dialogue: { examples: 600_000, least: 6, most: 60 },
  'language-modelling': { examples: 1_000_000, least: 5, most: 40 },
};

function trainingOf(task: Task, data: Detected, model: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { rows } = data.reading;
  const { examples, least, most } = wanted[task];
  const epochs = clamp(Math.round(examples / Math.max(1, rows)), least, most);
  const tokensPerBatch = rows < 3000 ? 512 : task === 'classification' ? 2048 : 1024;
  const batchSize = rows < 3000 ? 32 : 64;
  const places = data.lengths(rolesOf(data)).map(lengths => lengths.map(length => tokensIn(length, data)));
  const written = places.at(-1) ?? [];
  const mean = written.reduce((sum, length) => sum + length, 0) / Math.max(1, written.length);
  const stepsAnEpoch = Math.max(1, Math.round(task === 'image-classification' ? rows / batchSize : (rows * mean) / tokensPerBatch));
  const steps = epochs * stepsAnEpoch;
  return {
    epochs,
    ...(task === 'image-classification' ? { batchSize } : { tokensPerBatch, buckets: bucketsFor(task, places) }),
    warmupSteps: clamp(Math.round(steps / 20), 10, 1000),
    ...(model['kind'] === 'text-classifier' && { wordDropout: 0.1 }),
    // About once an epoch: often enough to see it learn, seldom enough to cost little.
    validateEvery: clamp(stepsAnEpoch, 20, 1000),
    logEvery: clamp(Math.round(stepsAnEpoch / 20), 1, 50),
  };
}

/** A vocabulary of byte pairs spells so many characters by a token, about; scripts of words in one character fewer. */
function tokensIn(characters: number, { reading: { columns, rows } }: Detected): number {
  const shown = columns.flatMap(({ examples }) => examples).join('');
  const wide = (shown.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu) ?? []).length;
  const each = wide * 2 > shown.length ? 1.1 : rows < 2000 ? 2.2 : rows < 10_000 ? 3 : 3.5;
  return Math.ceil(characters / each) + 2;
}

/** The most tokens that a bucket has: attention and its memory grow with them. */
const longest: Readonly<Record<Task, number>> = { translation: 100, classification: 200, 'image-classification': 1, dialogue: 80, 'language-modelling': 200 };

/** The longest text of each bucket by where half, three quarters, nine tenths and nearly all of them lie. */
function bucketsFor(task: Task, places: readonly (readonly number[])[]): readonly (number | readonly number[])[] {
  const bounds = [0.5, 0.75, 0.9, 0.98].map(share =>
    places.map(lengths => clamp(4 * Math.ceil((lengths[Math.floor(share * (lengths.length - 1))] ?? 8) / 4), 8, longest[task])),
  );
  const distinct = bounds.filter((bucket, index) => index === 0 || bucket.some((length, side) => length > (bounds[index - 1]?.[side] ?? 0)));
  return task === 'translation' || task === 'dialogue' ? distinct.map(([source = 8, target = 8]) => [source, target]) : distinct.flat();
}

function parametersIn(config: TrainingConfig, data: Detected): number {
  const classes = Math.max(2, data.reading.columns.length);
  const count = (architecture: Parameters<typeof parametersOf>[0]): number =>
    parametersOf(architecture).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  switch (config.task) {
    case 'classification':
      return count({ ...config.model, vocabulary: config.vocabulary.size, classes });
    case 'image-classification':
      return count({ ...config.model, classes, channels: 1, ...(data.image ?? { width: 1, height: 1 }) });
    case 'language-modelling':
      return count({ ...config.model, vocabulary: config.vocabulary.size });
    case 'translation':
    case 'dialogue':
      return count({ ...config.model, vocabulary: config.vocabulary.size });
  }
}

/** Lists of numbers stay in their line. */
function textOf(json: unknown): string {
  const flat = (text: string): string => text.replaceAll(/\[\s+((?:[\d.]+|\[[\d., ]+\])(?:,\s+(?:[\d.]+|\[[\d., ]+\]))*)\s+\]/g, (_, inner: string) => `[${inner.replaceAll(/\s+/g, ' ')}]`);
  // First the inner lists, then those of them.
  return `${flat(flat(JSON.stringify(json, undefined, 2)))}\n`;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
