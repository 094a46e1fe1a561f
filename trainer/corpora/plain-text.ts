/** Plain text for a language model: lines or paragraphs. */
import * as z from 'zod';
import { badCorpus, maximumLine, readLines } from '../text/lines.ts';
import { columnSchema, textFile } from './source.ts';
import { readColumns } from './table.ts';

/** Where plain text comes from. */
export const plainTextSourceSchema = z.discriminatedUnion('format', [
  /** Each line a text; or each paragraph, whose lines are joined by spaces and which ends with a blank line. */
  z.strictObject({ format: z.literal('text'), ...textFile, unit: z.enum(['line', 'paragraph']).default('line') }),
  /** One column of a tab-separated table: a text a row. */
  z.strictObject({ format: z.literal('tsv'), ...textFile, textColumn: columnSchema, header: z.boolean().default(false) }),
], { error: issue => (issue.code === 'invalid_union' ? 'expected "text" or "tsv"' : undefined) });
export type PlainTextSource = z.infer<typeof plainTextSourceSchema>;

/**
 * Reads texts one by one, in the order of the file, without blanks around them; blank ones are left out.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for a column that is missing, a paragraph of over 1 MB,
 * or what `readLines` refuses
 */
export async function* readPlainText(source: PlainTextSource): AsyncGenerator<string, void, undefined> {
  for await (const text of readRaw(source)) {
    const content = text.trim();
    if (content !== '') yield content;
  }
}

function readRaw(source: PlainTextSource): AsyncGenerator<string, void, undefined> {
  if (source.format === 'tsv') return readColumn(source);
  return source.unit === 'line' ? readLines(source.file, source.encoding) : readParagraphs(source);
}

async function* readColumn({ file, encoding, textColumn, header }: Extract<PlainTextSource, { format: 'tsv' }>): AsyncGenerator<string, void, undefined> {
  for await (const { cells: [text = ''] } of readColumns({ file, encoding, header, delimiter: '\t' }, [textColumn])) yield text;
}

async function* readParagraphs({ file, encoding }: PlainTextSource): AsyncGenerator<string, void, undefined> {
  let number = 0;
  let length = 0;
  let paragraph: string[] = [];
  for await (const line of readLines(file, encoding)) {
    number++;
    const content = line.trim();
    if (content !== '') {
      paragraph.push(content);
      length += content.length + 1;
      if (length > maximumLine) throw badCorpus(file, number, 'a paragraph of over 1 MB found; blank lines between paragraphs are expected');
      continue;
    }
    yield paragraph.join(' ');
    paragraph = [];
    length = 0;
  }
  yield paragraph.join(' ');
}
