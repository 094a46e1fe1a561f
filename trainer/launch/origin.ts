/**
 * The config that a run is trained with, kept in its folder, and where it came from: with both it can be resumed when
 * nobody remembers how it was started (docs/run-directory.md).
 */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { parseJson } from '../text/parse-json.ts';

export const configName = 'config.attention.json';
export const originName = 'origin.json';

const schema = z.object({ origin: z.string().max(32_768).refine(isAbsolute, 'an absolute path') });
const recordSchema = z.looseObject({ config: z.looseObject({}), fold: z.unknown().optional() });

export const originText = (origin: string): string => `${JSON.stringify({ origin }, undefined, 2)}\n`;

/** Keeps the config beside the run, unless one is there. @param origin absolute */
export async function keepConfig(run: string, config: string, origin: string): Promise<void> {
  if (await isFile(join(run, configName))) return;
  await writeFileAtomically(join(run, originName), originText(origin));
  await writeFileAtomically(join(run, configName), await readFile(config));
}

/**
 * Where a run's config was copied from. For one of an older version, whose config is only in its record, it is copied from
 * there; its corpora are then looked for beside the run.
 * @throws Failure `bad-argument` where it cannot be known, or the run cannot be gone on with by itself
 */
export async function originOf(run: string): Promise<string> {
  const record = recordSchema.safeParse(parseJson(await textOf(join(run, 'run.json')))).data;
  if (record?.fold !== undefined) {
    throw new Failure(
      'bad-argument',
      `${run} is a part of a cross-validation, which goes on as a whole.`,
      'Start the command that began it once more, with --resume.',
    );
  }
  const copy = join(run, configName);
  if (!(await isFile(copy))) {
    if (record === undefined) {
      throw new Failure('bad-argument', `${run} holds neither ${configName} nor run.json: with what it was trained is not known.`, 'Start a new run of its config.');
    }
    await writeFileAtomically(copy, `${JSON.stringify(record.config, undefined, 2)}\n`);
  }
  return schema.safeParse(parseJson(await textOf(join(run, originName)))).data?.origin ?? copy;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(found => found.isFile(), () => false);
}
