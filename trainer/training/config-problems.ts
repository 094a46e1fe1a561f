/** What is wrong with a config, each by the key that it is about. */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { textClassifierProblems } from '../models/classifier/problems.ts';
import { architectureProblems } from '../models/model.ts';
import { longestText } from '../tasks/classification/config.ts';
import type { TrainingConfig } from './config.ts';
import { locate } from './locate.ts';

export type KeyPath = readonly (string | number)[];

export interface KeyProblem {
  /** Of a key that does not belong there, with that key; of one that is missing, with it too. */
  readonly path: KeyPath;
  /** What was expected; or, of a key that is none, that it is none. */
  readonly message: string;
  /** Whether it is the key itself that is wrong, not its value. */
  readonly isKey: boolean;
  /** Whether a JSON schema can say it. */
  readonly inSchema: boolean;
}

/** Problems of the form, in the order that they were found. */
export function shapeProblems(error: z.ZodError): KeyProblem[] {
  return error.issues.flatMap((issue): KeyProblem[] => {
    const path = issue.path.map(part => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => ({ path: [...path, key], message: 'is not a key of a config', isKey: true, inSchema: true }));
    }
    return [{ path, message: issue.message, isKey: false, inSchema: issue.code !== 'custom' }];
  });
}

/** What a right form leaves impossible about the architecture, as far as the config alone tells. */
export function modelProblems(config: TrainingConfig): KeyProblem[] {
  return (config.task === 'classification' ? textClassifierProblems(config.model, longestText(config)) : architectureProblems(config.model)).map(problemOfModel);
}

/** What is impossible about a model of itself, where something else is wrong with its config. */
export function lonelyModelProblems(model: TrainingConfig['model']): KeyProblem[] {
  return architectureProblems(model).map(problemOfModel);
}

function problemOfModel(problem: string): KeyProblem {
  // Each begins with its key.
  const key = /^[\w.]+(?=[: ])/.exec(problem)?.[0] ?? '';
  return { path: ['model', ...key.split('.').filter(part => part !== '')], message: problem, isKey: false, inSchema: false };
}

/**
 * Corpora that a config names and that are not there.
 * @param json as it stands in the file, `config` before its defaults
 */
export async function fileProblems(json: unknown, configFile: string): Promise<KeyProblem[]> {
  const problems: KeyProblem[] = [];
  for (const { path, name, kind } of namedFiles(json)) {
    const message = await missing(name, configFile, kind);
    if (message !== undefined) problems.push({ path, message, isKey: false, inSchema: false });
  }
  return problems;
}

interface NamedFile {
  readonly path: KeyPath;
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** Keys under "data" and "probe" whose texts are files, whatever the task. */
const fileKeys: ReadonlySet<string> = new Set(['file', 'source', 'target', 'links', 'images', 'labels', 'validation', 'test', 'train', 'gold']);

function namedFiles(json: unknown): NamedFile[] {
  const found: NamedFile[] = [];
  const walk = (value: unknown, path: KeyPath): void => {
    const key = path.findLast(part => typeof part === 'string');
    if (typeof value === 'string' && value !== '') {
      if (key === 'folder') found.push({ path, name: value, kind: 'folder' });
      else if (key !== undefined && fileKeys.has(key)) found.push({ path, name: value, kind: 'file' });
    } else if (typeof value === 'object' && value !== null && key !== 'columns' && !(key === 'labels' && path.length === 2)) {
      for (const [part, item] of Object.entries(value)) walk(item, [...path, Array.isArray(value) ? Number(part) : part]);
    }
  };
  for (const part of ['data', 'probe']) if (typeof json === 'object' && json !== null) walk(Reflect.get(json, part), [part]);
  return found;
}

async function missing(name: string, configFile: string, kind: NamedFile['kind']): Promise<string | undefined> {
  try {
    const place = await locate(name, configFile, kind);
    if (!isAbsolute(name)) return undefined;
    const isThere = await stat(place).then(found => (kind === 'file' ? found.isFile() : found.isDirectory()), () => false);
    return isThere ? undefined : `there is no ${kind} ${name}`;
  } catch (thrown) {
    return Failure.from(thrown).message;
  }
}
