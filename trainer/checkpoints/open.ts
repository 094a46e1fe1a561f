/**
 * Opens a checkpoint's folder: everything that can be checked without loading the graphs is checked here, so that a
 * broken model is one clear message. What only the graphs can tell is checked by `trainer/decoding/translator.ts`.
 */
import { lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { TextTokenizer } from '../text/tokenizer.ts';
import { brokenModel, manifestName, parseManifest, type Manifest } from './manifest.ts';

const megabyte = 1 << 20;

/** The most that each file may weigh, in bytes: a bound on what an untrusted folder can make us read. */
const largest = {
  manifest: megabyte,
  tokenizer: 64 * megabyte,
  encoder: 256 * megabyte,
  decoder: 256 * megabyte,
  weights: 4096 * megabyte,
} as const;

/** A checkpoint whose parts are all there. */
export interface Checkpoint {
  /** Absolute, symbolic links resolved. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Absolute paths. */
  readonly files: Readonly<Record<'encoder' | 'decoder' | 'weights' | 'tokenizer', string>>;
}

/**
 * Reads only the manifest of a checkpoint: what a list of models needs.
 * @throws Failure `unknown-model` (no such folder, or no manifest in it), `broken-model`
 */
export async function readManifest(folder: string): Promise<{ folder: string; manifest: Manifest }> {
  const real = await realpath(folder).catch((thrown: unknown) => {
    throw new Failure('unknown-model', `There is no folder ${folder}.`, 'Check the path of the model.', { cause: thrown });
  });
  const file = join(real, manifestName);
  const text = await readBounded(file, largest.manifest).catch((thrown: unknown) => {
    if (errnoOf(thrown) !== 'ENOENT' && errnoOf(thrown) !== 'ENOTDIR') throw thrown;
    throw new Failure(
      'unknown-model',
      `${real} holds no model: there is no ${manifestName} in it.`,
      'Give a folder that was written by `attention-scope train`, or the id of a bundled model.',
      { cause: thrown },
    );
  });
  return { folder: real, manifest: parseManifest(text, file) };
}

/**
 * Opens a checkpoint's folder.
 * @throws Failure `unknown-model`, `broken-model`
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const { folder, manifest } = await readManifest(path);
  const { encoder, decoder, weights, tokenizer } = manifest.files;
  const files = {
    encoder: await part(folder, encoder, largest.encoder),
    decoder: await part(folder, decoder, largest.decoder),
    weights: await part(folder, weights, largest.weights),
    tokenizer: await part(folder, tokenizer, largest.tokenizer),
  };
  return { folder, manifest, files };
}

/**
 * Reads a checkpoint's tokenizer and holds it against the manifest.
 * @throws Failure `broken-model`
 */
export async function openTokenizer(checkpoint: Checkpoint): Promise<TextTokenizer> {
  const { manifest, files } = checkpoint;
  const text = await readBounded(files.tokenizer, largest.tokenizer);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw brokenModel(`${files.tokenizer} is not JSON: ${String(thrown instanceof Error ? thrown.message : thrown)}.`, thrown);
  }
  const tokenizer = TextTokenizer.parse(json, files.tokenizer);
  if (tokenizer.size !== manifest.architecture.vocabulary) {
    throw brokenModel(
      `${files.tokenizer} has ${tokenizer.size} tokens; ${manifestName} says ${manifest.architecture.vocabulary}.`,
    );
  }
  return tokenizer;
}

/** The path of a checkpoint's file, once it is known to be a file of that folder and of a sane size. */
async function part(folder: string, name: string, most: number): Promise<string> {
  const path = join(folder, name);
  const stats = await lstat(path).catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') throw brokenModel(`${path} is missing; ${manifestName} names it.`, thrown);
    throw brokenModel(`${path} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, thrown);
  });
  // A link could lead out of the folder, and a pipe or device would block for ever.
  if (!stats.isFile()) throw brokenModel(`${path} is not a plain file; expected one in the model's own folder.`);
  if (stats.size === 0) throw brokenModel(`${path} is empty.`);
  if (stats.size > most) throw brokenModel(`${path} has ${stats.size} bytes; at most ${most} are accepted.`);
  return path;
}

/** Reads a plain UTF-8 file of at most `most` bytes. System errors pass through. */
async function readBounded(path: string, most: number): Promise<string> {
  const stats = await lstat(path);
  if (!stats.isFile()) throw brokenModel(`${path} is not a plain file.`);
  if (stats.size > most) throw brokenModel(`${path} has ${stats.size} bytes; at most ${most} are accepted.`);
  const file = await open(path, 'r');
  try {
    const bytes = await file.readFile();
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) throw brokenModel(`${path} is not UTF-8 text.`, thrown);
    throw thrown;
  } finally {
    await file.close();
  }
}
