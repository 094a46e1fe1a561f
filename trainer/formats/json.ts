/** JSON files of checkpoints: bounded, and looked into key by key. */
import { broken } from './broken.ts';
import { withBytes } from './bytes.ts';

const megabyte = 1 << 20;

/**
 * @param most bytes that it may have
 * @throws Failure `no-such-file`, `broken-model`
 */
export async function readJson(path: string, most = 64 * megabyte): Promise<unknown> {
  return withBytes(path, async source => {
    if (source.size > most) throw broken(path, `it has ${source.size} bytes`, `at most ${most} of JSON`);
    return parseJson(await source.read(0, source.size), path, 'it');
  });
}

/** @param what names the part of the file that the bytes are. @throws Failure `broken-model` */
export function parseJson(bytes: Uint8Array, path: string, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    // The engine's message quotes the text, whatever stands there.
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/[\p{Cc}\p{Cs}]/gu, '·');
    throw broken(path, `${what} is no JSON (${why})`, 'JSON in UTF-8', undefined, thrown);
  }
}

/** The keys and values of an object; `undefined` for anything else. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
}

/** A value as it can stand in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
