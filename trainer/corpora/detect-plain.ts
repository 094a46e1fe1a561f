/** Texts for a language model: lines, paragraphs, or a column of a table. */
import { columnNames, hasHeader, textColumn } from './columns.ts';
import { type Detected, detectedText } from './detected.ts';
import { type Head, shareOf } from './head.ts';
import { plainTextSourceSchema, readPlainText } from './plain-text.ts';
import { mostTried, sampleLines, sampleRows } from './sample.ts';

export async function detectTexts(head: Head, signal?: AbortSignal): Promise<Detected[]> {
  const line = await detectUnits(head, 'line', signal);
  const paragraph = await detectUnits(head, 'paragraph', signal);
  // Between paragraphs of several lines stand blank lines, fewer than there are others.
  const units = (head.blank > 0.02 && head.blank < 0.45 ? [paragraph, line] : [line, paragraph]).filter(({ reading }) => reading.rows > 0);
  const isTable = shareOf(head, text => text.includes('\t')) > 0.9;
  return isTable ? [await detectColumn(head, signal), ...units] : units;
}

async function detectUnits({ file, encoding, bytes }: Head, unit: 'line' | 'paragraph', signal?: AbortSignal): Promise<Detected> {
  const source = { format: 'text', file, ...(encoding === 'latin-1' && { encoding }), unit };
  const texts = async function* (): AsyncGenerator<readonly string[], void, undefined> {
    for await (const text of readPlainText(plainTextSourceSchema.parse(source))) yield [text];
  };
  const tried = await sampleRows(texts(), signal, mostTried);
  const sample = unit === 'line' ? { ...(await sampleLines(file, encoding, line => [line.trim()], signal)), problem: tried.problem } : tried;
  const title = unit === 'line' ? 'Plain text, each line a text' : 'Plain text, each paragraph a text';
  return detectedText({ id: `text ${unit}`, title, sample, bytes, names: ['Text'], source: () => source });
}

async function detectColumn({ file, encoding, bytes }: Head, signal?: AbortSignal): Promise<Detected> {
  const sample = await sampleLines(file, encoding, line => line.split('\t'), signal);
  const column = textColumn(sample.rows);
  const header = hasHeader(sample.rows);
  const names = columnNames(sample.rows[0]?.cells ?? [], header);
  return detectedText({
    id: 'tsv', title: `Table parted by tabs, ${names.length} columns${header ? ' with names' : ''}`, sample, bytes, names, header,
    roles: [{ role: 'text', title: 'The text', column }],
    source: roles => ({ format: 'tsv', file, ...(encoding === 'latin-1' && { encoding }), textColumn: roles['text'] ?? column, ...(header && { header }) }),
  });
}
