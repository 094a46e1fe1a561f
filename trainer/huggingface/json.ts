/** JSON that someone else wrote, checked against what is expected; every failure names the file and the key. */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { shortened } from '../formats/broken.ts';

/** @throws Failure `broken-model` */
export function brokenFile(file: string, found: string, hint = 'Download the model again; it may also be of a version that this program does not know.', cause?: unknown): Failure {
  // What is quoted of a file may hold anything.
  return new Failure('broken-model', `${file} ${found.replace(/\p{Cc}/gu, '·')}.`, hint, { cause });
}

/** @throws Failure `broken-model` where `text` is no JSON */
export function parseJsonFile(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw brokenFile(file, `is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`, undefined, thrown);
  }
}

/** @throws Failure `broken-model`, naming up to five wrong keys with what was found and what was expected */
export function check<Schema extends z.ZodType>(schema: Schema, json: unknown, file: string): z.output<Schema> {
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.slice(0, 5).map(issue => {
    const place = issue.path.length === 0 ? 'the file' : `"${shortened(issue.path.join('.'))}"`;
    return `${place}: ${shortened(issue.message)} (found ${shown(issue.input)})`;
  });
  throw brokenFile(file, `holds something else than expected: ${wrong.join('; ')}`, undefined, parsed.error);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as messages show it, cut short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isRecord(value)) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A key that may be left out or be null, as Python writes it. */
export function or<Schema extends z.ZodType, Default extends z.output<Schema>>(schema: Schema, otherwise: Default) {
  return schema.nullish().transform((value): z.output<Schema> => value ?? otherwise);
}

/** The same, without a default. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined);
}
