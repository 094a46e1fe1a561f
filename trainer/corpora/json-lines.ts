/** JSON Lines: one JSON value a line. */
import type * as z from 'zod';
import { badCorpus, type Encoding, excerpt, readLines } from '../text/lines.ts';

/**
 * The values of a file, each parsed by `schema`; blank lines are left out.
 * @throws Failure as `readLines` does; `bad-corpus` for a line that is no JSON, or not what the schema expects
 */
export async function* readJsonLines<Value>(
  file: string,
  encoding: Encoding,
  schema: z.ZodType<Value>,
): AsyncGenerator<{ readonly line: number; readonly value: Value }, void, undefined> {
  let number = 0;
  for await (const line of readLines(file, encoding)) {
    number++;
    if (line.trim() === '') continue;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (cause) {
      throw badCorpus(file, number, `${excerpt(line)} found, which is not JSON; one JSON value a line is expected`, cause);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw badCorpus(file, number, `${excerpt(line)} found: ${describeIssues(parsed.error)}`);
    yield { line: number, value: parsed.data };
  }
}

/** What a schema expected and where, in one line. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map(issue => (issue.path.length === 0 ? issue.message : `"${issue.path.join('.')}": ${issue.message}`)).join('; ');
}
