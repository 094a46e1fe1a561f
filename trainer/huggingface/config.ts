/** `config.json` of a Hugging Face folder. */
import * as z from 'zod';
import { type ArchitectureOf, architectures, isKnownModelType, type KnownModelType } from './architectures.ts';
import { check, isRecord, maybe, or, parseJsonFile } from './json.ts';
import { inferTask, type ModelTask } from './model-task.ts';

/** What every model's config may say. */
export interface CommonConfig {
  /** Path of the file. */
  readonly file: string;
  /** `model_type` as it stands there; `''` where it says none. */
  readonly declaredType: string;
  /** Class names: `BertForSequenceClassification`. */
  readonly architectures: readonly string[];
  readonly task: ModelTask | undefined;
  readonly isEncoderDecoder: boolean;
  readonly vocabularySize: number | undefined;
  /** Names of the classes, by id: `id2label`. */
  readonly labels: readonly string[];
  /** Whether the classes exclude each other; several may hold where they don't. */
  readonly multiLabel: boolean;
  /** Whether the output layer has the weights of the embedding. */
  readonly tiedEmbeddings: boolean;
  /** Ids of special tokens. */
  readonly tokens: { readonly pad: number | undefined };
  /** What a text begins with for one of the tasks that the model was trained on: T5's `translate English to German: `. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The whole file. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type ConfigOf<Type extends KnownModelType> = CommonConfig & { readonly modelType: Type; readonly architecture: ArchitectureOf<Type> };
/** A model of a type that nothing here was written for: it runs if it is exported. */
export type OtherConfig = CommonConfig & { readonly modelType: 'other' };
export type HuggingFaceConfig = { readonly [Type in KnownModelType]: ConfigOf<Type> }[KnownModelType] | OtherConfig;

const schema = z.looseObject({
  model_type: or(z.string().max(200), ''),
  architectures: or(z.array(z.string().max(200)).max(100), []),
  is_encoder_decoder: or(z.boolean(), false),
  vocab_size: maybe(z.int().min(0).max(100_000_000)),
  id2label: maybe(z.record(z.string().regex(/^\d{1,6}$/, 'a class is numbered'), z.union([z.string().max(10_000), z.number().transform(String)]))),
  num_labels: maybe(z.int().min(0).max(1_000_000)),
  problem_type: maybe(z.string().max(200)),
  tie_word_embeddings: maybe(z.boolean()),
  pad_token_id: maybe(z.int().min(-1).max(100_000_000)),
  task_specific_params: maybe(z.record(z.string(), z.unknown())),
});

/** Output layers of their own, unless the file says otherwise (transformers' configuration classes). */
const untied: ReadonlySet<string> = new Set(['llama', 'mistral', 'qwen2', 'qwen3', 'mt5']);

/** @throws Failure `broken-model`, naming every wrong key with what was found */
export function parseConfig(text: string, file: string): HuggingFaceConfig {
  const json = parseJsonFile(text, file);
  const found = check(schema, json, file);
  const named = labelsOf(found.id2label, found.num_labels);
  const encoderDecoder = found.is_encoder_decoder || ['t5', 'mt5', 'marian', 'bart', 'mbart', 'm2m_100', 'whisper'].includes(found.model_type);
  const task = inferTask({ architectures: found.architectures, modelType: found.model_type, isEncoderDecoder: encoderDecoder, labels: named.length });
  const common: CommonConfig = {
    file,
    declaredType: found.model_type,
    architectures: found.architectures,
    task,
    isEncoderDecoder: encoderDecoder,
    vocabularySize: found.vocab_size,
    // Two classes are what transformers' classes default to, and then leave out of the file.
    labels: named.length === 0 && task?.endsWith('-classification') === true ? ['LABEL_0', 'LABEL_1'] : named,
    multiLabel: found.problem_type === 'multi_label_classification',
    tiedEmbeddings: found.tie_word_embeddings ?? !untied.has(found.model_type),
    tokens: { pad: idOrNone(found.pad_token_id) },
    prefixes: prefixesOf(found.task_specific_params),
    json: isRecord(json) ? json : {},
  };
  return withArchitecture(common, json);
}

function withArchitecture(common: CommonConfig, json: unknown): HuggingFaceConfig {
  const { declaredType: modelType, file } = common;
  if (!isKnownModelType(modelType)) return { ...common, modelType: 'other' };
  // Each type is paired with its own schema, which a union over all types cannot say.
  return { ...common, modelType, architecture: check(architectures[modelType], json, file) } as HuggingFaceConfig;
}

function labelsOf(named: Readonly<Record<string, string>> | undefined, count: number | undefined): readonly string[] {
  const ids = Object.keys(named ?? {}).map(Number);
  const size = ids.reduce((most, id) => Math.max(most, id + 1), named === undefined ? (count ?? 0) : 0);
  return Array.from({ length: size }, (_, id) => named?.[id] ?? `LABEL_${id}`);
}

function prefixesOf(tasks: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, string>> {
  const prefixes: Record<string, string> = {};
  for (const [task, parameters] of Object.entries(tasks ?? {}).slice(0, 100)) {
    if (isRecord(parameters) && typeof parameters['prefix'] === 'string' && parameters['prefix'].length <= 1000) prefixes[task] = parameters['prefix'];
  }
  return prefixes;
}

function idOrNone(id: number | undefined): number | undefined {
  return id === undefined || id < 0 ? undefined : id;
}
