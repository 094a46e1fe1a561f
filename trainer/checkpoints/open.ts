/**
 * Opens a checkpoint's folder: everything that can be checked without loading the graphs is checked here, so that a
 * broken model is one clear message. What only the graphs can tell is checked by `trainer/decoding/translator.ts`.
 */
import { lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { TextTokenizer } from '../text/tokenizer.ts';
import {
  brokenModel,
  type DialogueManifest,
  type ImageClassificationManifest,
  type LanguageModelManifest,
  manifestName,
  notJson,
  parseManifest,
  type Manifest,
  type TextClassificationManifest,
  type TranslationManifest,
} from './manifest.ts';

const megabyte = 1 << 20;

/** The most that each file may weigh, in bytes: a bound on what an untrusted folder can make us read. */
const largest = {
  manifest: megabyte,
  tokenizer: 64 * megabyte,
  weights: 4096 * megabyte,
  graph: 256 * megabyte,
} as const;

const mostOf = (role: string): number => (role === 'tokenizer' || role === 'weights' ? largest[role] : largest.graph);

type SequenceFiles = 'encoder' | 'decoder' | 'weights' | 'tokenizer';

/** Which models a caller can use, and what files theirs are made of. */
interface Uses {
  readonly translation: { readonly manifest: TranslationManifest; readonly files: SequenceFiles };
  readonly dialogue: { readonly manifest: DialogueManifest; readonly files: SequenceFiles };
  readonly language: { readonly manifest: LanguageModelManifest; readonly files: 'decoder' | 'weights' | 'tokenizer' };
  readonly text: { readonly manifest: TextClassificationManifest; readonly files: 'classifier' | 'weights' | 'tokenizer' };
  readonly image: { readonly manifest: ImageClassificationManifest; readonly files: 'classifier' | 'weights' };
}
export type Use = keyof Uses;

const tasks: { readonly [U in Use]: readonly Manifest['task'][] } = {
  translation: ['translation'],
  dialogue: ['dialogue'],
  language: ['language-modelling'],
  text: ['classification'],
  image: ['image-classification'],
};

/** A checkpoint whose parts are all there. */
export interface Checkpoint<U extends Use = Use> {
  /** Absolute, symbolic links resolved. */
  readonly folder: string;
  readonly manifest: Uses[U]['manifest'];
  /** Absolute paths. */
  readonly files: Readonly<Record<Uses[U]['files'], string>>;
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
 * The same, of a model for one task.
 * @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task
 */
export async function readManifestOf<Task extends Manifest['task']>(
  path: string,
  task: Task,
): Promise<{ folder: string; manifest: Extract<Manifest, { task: Task }> }> {
  const { folder, manifest } = await readManifest(path);
  if (!isOf(manifest, task)) throw otherTask(manifest, [task]);
  return { folder, manifest };
}

function isOf<Task extends Manifest['task']>(manifest: Manifest, task: Task): manifest is Extract<Manifest, { task: Task }> {
  return manifest.task === task;
}

function otherTask({ id, task }: Manifest, wanted: readonly Manifest['task'][]): Failure {
  return new Failure('bad-argument', `The model ${id} is for ${task}; one for ${wanted.join(' or ')} was expected.`, 'Choose another model.');
}

/**
 * Opens a checkpoint's folder.
 * @param use what the model is wanted for
 * @throws Failure `unknown-model`, `broken-model`; `bad-argument` where the model is of another task
 */
export async function openCheckpoint<U extends Use>(path: string, use: U): Promise<Checkpoint<U>> {
  const { folder, manifest } = await readManifest(path);
  if (!isFor(manifest, use)) throw otherTask(manifest, tasks[use]);
  return { folder, manifest, files: (await partsOf(folder, manifest)) as Checkpoint<U>['files'] };
}

function isFor<U extends Use>(manifest: Manifest, use: U): manifest is Uses[U]['manifest'] {
  return tasks[use].includes(manifest.task);
}

/** The paths of all files that a manifest names. @throws Failure `broken-model` */
export async function partsOf(
  folder: string,
  { files }: { readonly files: Readonly<Record<string, string>> },
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const [role, name] of Object.entries(files)) found[role] = await part(folder, name, mostOf(role));
  return found;
}

/**
 * Reads a checkpoint's tokenizer and holds it against the manifest.
 * @throws Failure `broken-model`
 */
export async function openTokenizer(file: string, vocabulary: number): Promise<TextTokenizer> {
  const text = await readBounded(file, largest.tokenizer);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw notJson(file, thrown);
  }
  const tokenizer = TextTokenizer.parse(json, file);
  if (tokenizer.size !== vocabulary) {
    throw brokenModel(`${file} has ${tokenizer.size} tokens; ${manifestName} says ${vocabulary}.`);
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
  if (stats.size === 0) throw brokenModel(`${path} is empty; what ${manifestName} names was expected in it.`);
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
    if (thrown instanceof TypeError) throw brokenModel(`${path} is not UTF-8 text; expected JSON.`, thrown);
    throw thrown;
  } finally {
    await file.close();
  }
}
