/** Settings that lie beside a log. */
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { readBounded } from '../../files/bounded.ts';
import { isRecord } from '../event.ts';
import type { LogRun } from '../series.ts';

type Settings = LogRun['settings'];

const most = { bytes: 1_000_000, settings: 1000, characters: 1000, depth: 10, aliases: 100 } as const;

/** As Lightning calls it. */
export const hparamsName = 'hparams.yaml';

/** None where there is none that can be read. */
export async function readHparams(folder: string): Promise<Settings> {
  const bytes = await readBounded(join(folder, hparamsName), { most: most.bytes, noun: hparamsName, hint: '' }).catch(() => undefined);
  if (bytes === undefined) return [];
  try {
    return settingsOf(parseDocument(bytes.toString('utf8'), { logLevel: 'error' }).toJS({ maxAliasCount: most.aliases }));
  } catch {
    // Tags of Python's own, aliases of aliases, lists in lists without end.
    return [];
  }
}

/** Nested ones with dots between. */
export function settingsOf(value: unknown): Settings {
  return flat(value, '', 0).slice(0, most.settings);
}

function flat(value: unknown, key: string, depth: number): Settings {
  if (isRecord(value) && depth < most.depth) {
    return Object.entries(value).flatMap(([name, inner]) => flat(inner, key === '' ? name : `${key}.${name}`, depth + 1));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return key === '' || text === undefined ? [] : [{ key, value: text.slice(0, most.characters) }];
}
