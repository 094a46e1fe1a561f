import { parseJson } from '../../text/parse-json.ts';

/** A number that is none, as Python's json module writes it, behind what can stand before a value. */
const notNumbers = /([[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g;

/** What a text says as JSON, or as Python writes it: there NaN and infinities, which are `null` here, are bare words. */
export function parsePythonJson(text: string): unknown {
  return parseJson(text) ?? (/NaN|Infinity/.test(text) ? parseJson(text.replace(notNumbers, '$1null')) : undefined);
}
