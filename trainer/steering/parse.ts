/** A list of interventions as it stands in a file: JSON, as the panel copies it. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import type { Intervention } from '../../protocol/intervention.ts';
import { readBounded } from '../files/bounded.ts';
import { interventionsSchema } from './intervention-schema.ts';

const bound = { most: 64 << 20, noun: 'a list of interventions', hint: 'Give the list that the panel copies.' } as const;

/** Mistakes that are told at once. */
const mostMistakes = 5;

/** @throws Failure `no-such-file`; `bad-argument`, naming every wrong place with what was found and what was expected */
export async function readInterventions(file: string): Promise<readonly Intervention[]> {
  return parseInterventions((await readBounded(file, bound)).toString('utf8'), basename(file));
}

/** @param file names it in messages */
export function parseInterventions(text: string, file: string): readonly Intervention[] {
  const parsed = interventionsSchema.safeParse(parseJson(text, file), { reportInput: true });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.slice(0, mostMistakes).map(({ path, message, input }) => `${placeOf(path)}: ${lowerFirst(message)}${foundIn(input)}`);
  const more = parsed.error.issues.length - mistakes.length;
  throw wrong(`${file} is no list of interventions: ${mistakes.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`, parsed.error);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw wrong(`${file} is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`, thrown);
  }
}

function wrong(message: string, cause: unknown): Failure {
  return new Failure('bad-argument', message, 'Give a list such as [{"do": "knock-out", "kind": "encoder", "layer": 0, "heads": [3]}].', { cause });
}

/** Interventions are counted from 1, as people do. */
function placeOf([index, ...key]: readonly PropertyKey[]): string {
  if (index === undefined) return 'the file';
  const which = `intervention ${Number(index) + 1}`;
  return key.length === 0 ? which : `${which}, "${key.map(String).join('.')}"`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function foundIn(input: unknown): string {
  if (input === undefined) return '';
  const text = JSON.stringify(input) ?? typeof input;
  return ` (found ${text.length > 60 ? `${text.slice(0, 57)}...` : text})`;
}
