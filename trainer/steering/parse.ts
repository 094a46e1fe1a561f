/** A list of interventions as it stands in a file: JSON, as the panel copies it. */
import { basename } from 'node:path';
import { checkInterventions } from '../../protocol/check-interventions.ts';
import { Failure } from '../../protocol/failure.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { readBounded } from '../files/bounded.ts';

const bound = { most: 64 << 20, noun: 'a list of interventions', hint: 'Give the list that the panel copies.' } as const;

/** @throws Failure `no-such-file`; `bad-argument`, naming what is wrong with each intervention */
export async function readInterventions(file: string): Promise<readonly Intervention[]> {
  return parseInterventions((await readBounded(file, bound)).toString('utf8'), basename(file));
}

/** @param file names it in messages */
export function parseInterventions(text: string, file: string): readonly Intervention[] {
  const checked = checkInterventions(parseJson(text, file));
  if ('list' in checked) return checked.list;
  throw wrong(`${file} is no list of interventions: ${checked.wrong}.`);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw wrong(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`, thrown);
  }
}

function wrong(message: string, cause?: unknown): Failure {
  return new Failure('bad-argument', message, 'Give a list such as [{"do": "knock-out", "kind": "encoder", "layer": 0, "heads": [3]}].', { cause });
}
