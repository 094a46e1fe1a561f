/** `attention-model.json`: what a checkpoint's folder says of itself (format version 1; docs/formats.md). */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { shortened } from '../formats/broken.ts';
import { imageClassifierSchema, pixelScaleSchema, textClassifierSchema } from '../models/classifier/config.ts';
import { transformerLanguageModelSchema } from '../models/language-model-config.ts';
import { currentTranslator, recurrentTranslatorSchema, transformerTranslatorSchema } from '../models/translator-config.ts';

export const manifestName = 'attention-model.json';
export const formatVersion = 1;

/** A file of the checkpoint: a plain name in the checkpoint's own folder, never a path. */
const fileName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, 'a plain file name (letters, digits, ".", "_", "-")');
const name = z.string().min(1).max(200);
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language tag such as "en"');
const size = z.int().min(1).max(1_000_000);
const token = z.string().min(1).max(100);

/** Shifted by 1, a token's row is that of the step which reads the token, not of the one which writes it. */
const shift = z.union([z.literal(0), z.literal(1)]).optional();

/** The maps that a model gives: their place in the architecture, and the output of a graph that they are read from. */
const maps = z
  .array(
    z.object({
      kind: z.enum(['cross', 'encoder', 'decoder']),
      layer: z.int().min(0).max(1000),
      head: z.int().min(0).max(1000),
      output: name,
      shift,
    }),
  )
  .max(10_000);

const common = {
  format: z.literal('attention-scope'),
  formatVersion: z.literal(formatVersion),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id such as "en-fr"'),
  name,
  attention: maps,
  precision: z.enum(['float32', 'int8']),
  training: z
    .object({
      data: z.string().max(2000),
      /** Pairs or examples that it was trained on. */
      pairs: z.int().min(0),
      steps: z.int().min(0),
      scores: z.record(z.string(), z.number()),
      /** Of the corpus, as in the run's record, and what was held out of it: whether a test set is new to the model. */
      dataHash: z.string().max(200).optional(),
      split: z.object({ validation: z.int(), test: z.int(), seed: z.int() }).optional(),
    })
    .loose(),
};

/**
 * Which of a model's maps, of cross-attention where it has any, stands for what it looked at; the first where this is left
 * out. Its shift is also that of the maps that name none of their own.
 */
const chosenMap = z.object({ layer: z.int().min(0), head: z.union([z.int().min(0), z.literal('mean')]), shift: z.union([z.literal(0), z.literal(1)]) });

const sequence = {
  ...common,
  files: z.object({ encoder: fileName, decoder: fileName, weights: fileName, tokenizer: fileName }),
  /** Special tokens of the vocabulary, by name. A slot stands for a piece of text that passes through untouched. */
  tokens: z.object({ pad: token, start: token, end: token, slots: z.array(token).max(16) }),
  /** The longest sentences seen in training, in tokens, the end token counted. */
  limits: z.object({ sourceTokens: size, targetTokens: size }),
  architecture: z.preprocess(
    currentTranslator,
    z.discriminatedUnion('kind', [
      recurrentTranslatorSchema.extend({ vocabulary: size }),
      transformerTranslatorSchema.extend({ vocabulary: size }),
    ]),
  ),
  alignment: chosenMap.optional(),
};

const translation = z.object({ ...sequence, task: z.literal('translation'), languages: z.object({ source: language, target: language }) });

const dialogue = z.object({
  ...sequence,
  task: z.literal('dialogue'),
  language,
  /** Also the token that stands between two turns. */
  tokens: sequence.tokens.extend({ turn: token }),
  /** How many turns before a reply were read in training. */
  history: z.int().min(1).max(100),
});

const languageModelling = z.object({
  ...common,
  task: z.literal('language-modelling'),
  language,
  files: z.object({ decoder: fileName, weights: fileName, tokenizer: fileName }),
  tokens: z.object({ pad: token, start: token, end: token }),
  /** The longest texts seen in training, in tokens, the end token counted. */
  limits: z.object({ tokens: size }),
  architecture: transformerLanguageModelSchema.extend({ vocabulary: size }),
  alignment: chosenMap.optional(),
});

/** The classes, as they are shown, in the order of the model's outputs. Their maps of pooling are told as `cross` ones. */
const labels = z.array(name).min(2).max(10_000);

const textClassification = z.object({
  ...common,
  task: z.literal('classification'),
  language,
  labels,
  files: z.object({ classifier: fileName, weights: fileName, tokenizer: fileName }),
  tokens: z.object({ pad: token, mask: token }),
  /** Whether texts are read in lower case. */
  lowercase: z.boolean(),
  /** Whether words that are not one token are spelled by several; otherwise they are read as the mask. */
  spell: z.boolean().default(true),
  /** The longest texts seen in training, in tokens; longer ones are cut. */
  limits: z.object({ sourceTokens: z.int().min(1).max(1024) }),
  architecture: textClassifierSchema.extend({ vocabulary: size, classes: size }),
});

const imageClassification = z.object({
  ...common,
  task: z.literal('image-classification'),
  labels,
  files: z.object({ classifier: fileName, weights: fileName }),
  /** What pixels are scaled by, and whether an image is inverted before. */
  pixels: pixelScaleSchema.extend({ invert: z.boolean() }),
  architecture: imageClassifierSchema.extend({
    classes: size,
    width: z.int().min(1).max(8192),
    height: z.int().min(1).max(8192),
    channels: z.literal([1, 3]),
  }),
});

const manifestSchema = z.discriminatedUnion('task', [translation, dialogue, languageModelling, textClassification, imageClassification], {
  error: issue => (issue.code === 'invalid_union' ? 'expected "translation" or another task that this program knows' : undefined),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type TranslationManifest = Readonly<z.infer<typeof translation>>;
export type DialogueManifest = Readonly<z.infer<typeof dialogue>>;
export type LanguageModelManifest = Readonly<z.infer<typeof languageModelling>>;
export type TextClassificationManifest = Readonly<z.infer<typeof textClassification>>;
export type ImageClassificationManifest = Readonly<z.infer<typeof imageClassification>>;

/** Of a model that says which class something belongs to. */
export type ClassificationManifest = TextClassificationManifest | ImageClassificationManifest;

/** Of a model that writes a sequence from another. */
export type SequenceManifest = TranslationManifest | DialogueManifest;

/**
 * Reads a manifest's text.
 * @param file names the file in messages
 * @throws Failure `broken-model`, naming every wrong key with what was found and what was expected
 */
export function parseManifest(text: string, file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw notJson(file, thrown);
  }
  const version = versionOf(json);
  if (version !== undefined && version > formatVersion) {
    throw new Failure(
      'broken-model',
      `${file} has format version ${version}; this program reads version ${formatVersion}.`,
      'Update Attention Scope, or use a model saved by this version.',
    );
  }
  const parsed = manifestSchema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.slice(0, 10).map(issue => {
    const place = issue.path.length === 0 ? 'the file' : `"${shortened(issue.path.join('.'))}"`;
    return `${place}: ${shortened(issue.message)} (found ${found(issue.input)})`;
  });
  throw brokenModel(`${file} does not describe a model: ${wrong.join('; ')}.`, parsed.error);
}

/** What the engine says of broken JSON quotes it, whatever stands there. */
export function notJson(file: string, thrown: unknown): Failure {
  const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/[\p{Cc}\p{Cs}]/gu, '·');
  return brokenModel(`${file} is not JSON: ${why}; a JSON object was expected.`, thrown);
}

/** A `broken-model` failure with the advice that fits nearly all of them. */
export function brokenModel(message: string, cause?: unknown): Failure {
  return new Failure(
    'broken-model',
    message,
    'Get the model again, or train and save it again; another model still works.',
    { cause },
  );
}

function versionOf(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null || !('formatVersion' in json)) return undefined;
  return typeof json.formatVersion === 'number' ? json.formatVersion : undefined;
}

function found(input: unknown): string {
  if (input === undefined) return 'nothing';
  const text = JSON.stringify(input) ?? typeof input;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
