/** `*.attention.json`: what a training is asked to do (docs/training.md). */
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { errnoOf } from '../files/errno.ts';
import { classificationSchema } from '../tasks/classification/config.ts';
import { dialogueSchema } from '../tasks/dialogue/config.ts';
import { imageClassificationSchema } from '../tasks/image-classification/config.ts';
import { languageModellingSchema } from '../tasks/language-modelling/config.ts';
import { translationSchema } from '../tasks/translation/config.ts';
import { modelProblems, shapeProblems } from './config-problems.ts';

const schemas = [translationSchema, classificationSchema, imageClassificationSchema, dialogueSchema, languageModellingSchema] as const;

/** What a config may say, by its task. */
export const trainingSchema = z.discriminatedUnion('task', schemas, {
  error: issue => (issue.code === 'invalid_union' ? `expected ${schemas.map(({ shape }) => `"${shape.task.value}"`).join(', ')}` : undefined),
});

export type TrainingConfig = z.infer<typeof trainingSchema>;

/**
 * Reads and checks a config.
 * @throws Failure `bad-config`, naming every wrong key with what was found and what was expected
 */
export async function readConfig(file: string): Promise<TrainingConfig> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new Failure('no-such-file', `There is no config file ${file}.`, 'Check the path.');
  if (!found.isFile()) throw new Failure('no-such-file', `${file} is no file.`, 'Give the path of a config, a JSON file.');
  if (found.size > 1_000_000) throw badConfig(`${file} has ${found.size} bytes; a config has at most 1,000,000.`);
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new Failure('no-such-file', `${file} cannot be read (${errnoOf(thrown) ?? String(thrown)}).`, 'Check its permissions.', { cause: thrown });
  });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw badConfig(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
  return parseConfig(json, file);
}

/** @throws Failure `bad-config` */
export function parseConfig(json: unknown, file: string): TrainingConfig {
  const parsed = trainingSchema.safeParse(json);
  if (!parsed.success) {
    const wrong = shapeProblems(parsed.error).map(({ path, message, isKey }) => {
      const place = path.join('.') || 'the file';
      return isKey ? `"${place}" ${message}` : `"${place}": ${message} (found ${JSON.stringify(valueAt(json, path))?.slice(0, 80) ?? 'nothing'})`;
    });
    throw badConfig(`${file} cannot be used: ${wrong.join('; ')}.`);
  }
  const impossible = modelProblems(parsed.data).map(({ message }) => `"model": ${message}`);
  if (impossible.length > 0) throw badConfig(`${file} cannot be used: ${impossible.join('; ')}.`);
  return parsed.data;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), json);
}

function badConfig(message: string): Failure {
  return new Failure('bad-config', message, 'Correct the keys named and run again; docs/training.md explains each.');
}
