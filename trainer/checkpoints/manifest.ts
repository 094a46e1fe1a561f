/** `attention-model.json`: what a checkpoint's folder says of itself (format version 1; docs/formats.md). */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';

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

const manifestSchema = z.object({
  format: z.literal('attention-scope'),
  formatVersion: z.literal(formatVersion),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'an id such as "en-fr"'),
  name,
  task: z.literal('translation'),
  languages: z.object({ source: language, target: language }),
  files: z.object({ encoder: fileName, decoder: fileName, weights: fileName, tokenizer: fileName }),
  /** Special tokens of the vocabulary, by name. A slot stands for a piece of text that passes through untouched. */
  tokens: z.object({ pad: token, start: token, end: token, slots: z.array(token).max(16) }),
  /** The longest sentences seen in training, in tokens, the end token counted. */
  limits: z.object({ sourceTokens: size, targetTokens: size }),
  architecture: z.object({
    kind: z.literal('gru-additive'),
    embedding: size,
    hidden: size,
    attention: size,
    vocabulary: size,
  }),
  /** The maps the model gives: their place in the architecture, and the output of the decoder they are read from. */
  attention: z
    .array(
      z.object({
        kind: z.literal('cross'),
        layer: z.int().min(0).max(1000),
        head: z.int().min(0).max(1000),
        output: name,
      }),
    )
    .min(1)
    .max(1000),
  precision: z.enum(['float32', 'int8']),
  training: z
    .object({
      data: z.string().max(2000),
      pairs: z.int().min(0),
      steps: z.int().min(0),
      scores: z.record(z.string(), z.number()),
      /** Of the corpus, as in the run's record, and what was held out of it: whether a test set is new to the model. */
      dataHash: z.string().max(200).optional(),
      split: z.object({ validation: z.int(), test: z.int(), seed: z.int() }).optional(),
    })
    .loose(),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

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
    throw brokenModel(`${file} is not JSON: ${String(thrown instanceof Error ? thrown.message : thrown)}.`, thrown);
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
    const place = issue.path.length === 0 ? 'the file' : `"${issue.path.join('.')}"`;
    return `${place}: ${issue.message} (found ${found(issue.input)})`;
  });
  throw brokenModel(`${file} does not describe a model: ${wrong.join('; ')}.`, parsed.error);
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
