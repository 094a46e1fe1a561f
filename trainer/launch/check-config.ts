/** What must be right before a training waits for its turn: whoever asked for it is there to be told now, and later is not. */
import { readFile } from 'node:fs/promises';
import { Failure } from '../../protocol/failure.ts';
import { parseJson } from '../text/parse-json.ts';
import { readConfig, type TrainingConfig } from '../training/config.ts';
import { fileProblems } from '../training/config-problems.ts';

/**
 * Reads a config, and looks whether its corpora are there.
 * @param origin beside which relative ones are looked for
 * @throws Failure `bad-config`, `no-such-file`
 */
export async function checkConfig(file: string, origin = file): Promise<TrainingConfig> {
  const config = await readConfig(file);
  const json = parseJson((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  const problems = await fileProblems(json, origin);
  if (problems.length === 0) return config;
  const told = problems.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new Failure(
    'no-such-file',
    `${origin} cannot be trained: ${told.join('; ').replace(/[.;]*$/, '')}.`,
    'Put the files there, or set ATTENTION_SCOPE_DATA to the folder that holds them.',
  );
}
