/** Labelled texts in the formats that they come in, told by their lines. */
import * as z from 'zod';
import type { DataRole } from '../../protocol/config.ts';
import { badCorpus } from '../text/lines.ts';
import { parseJson } from '../text/parse-json.ts';
import { cellsOf, columnNames, hasHeader, labelColumn, startWithLabels, textColumn } from './columns.ts';
import { type Detected, detectedText, type Roles } from './detected.ts';
import { areJson, type Head, shareOf } from './head.ts';
import { readJsonLines } from './json-lines.ts';
import { labelledSourceSchema, readLabelledText } from './labelled-text.ts';
import { mostTried, type Sample, type SampledRow, sampleLines, sampleRows } from './sample.ts';
import { readRows } from './table.ts';

export async function detectLabelledTexts(head: Head, signal?: AbortSignal): Promise<Detected[]> {
  const { lines } = head;
  if (areJson(head, value => typeof value === 'object' && value !== null && !Array.isArray(value))) return [await detectObjects(head, signal)];
  const found: Detected[] = [];
  const nearlyAll = (pattern: RegExp): boolean => shareOf(head, line => pattern.test(line)) > 0.95;
  if (nearlyAll(/^__label__\S/)) found.push(await detectLines(head, 'fasttext', 'Lines as fastText reads them', signal));
  if (nearlyAll(/^[A-Z]+:\w+ /)) found.push(await detectLines(head, 'trec', 'Questions as of TREC', signal));
  const delimiter = delimiterOf(head);
  if (delimiter !== undefined) found.push(await detectTable(head, delimiter, signal));
  if (found.length === 0 && startWithLabels(lines)) found.push(await detectLines(head, 'label-first', 'Lines that begin with their label', signal));
  return found;
}

/** What parts the columns, if anything: what stands in nearly every line. */
function delimiterOf(head: Head): '\t' | ',' | ';' | undefined {
  if (shareOf(head, line => line.includes('\t')) > 0.9) return '\t';
  const isTable = /\.csv(\.gz)?$/i.test(head.file);
  // A comma stands in many a sentence: without a name that says so, the first line must have as many as most.
  const counts = ([',', ';'] as const).map(delimiter => ({ delimiter, share: shareOf(head, line => line.includes(delimiter)) }));
  const [most] = counts.toSorted((one, other) => other.share - one.share);
  return most !== undefined && most.share > (isTable ? 0.5 : 0.98) ? most.delimiter : undefined;
}

const rolesFor = (rows: readonly SampledRow[]): readonly DataRole[] => {
  const label = labelColumn(rows);
  return [
    { role: 'label', title: 'The label', column: label },
    { role: 'text', title: 'The text', column: textColumn(rows, label) },
  ];
};

const columnOf = (roles: readonly DataRole[], role: string, wanted: Roles): number =>
  wanted[role] ?? roles.find(one => one.role === role)?.column ?? 0;

/** Few texts to a label teach what it means. */
function labelProblems(rows: readonly SampledRow[], column: number): string[] {
  const labels = new Set(rows.map(({ cells }) => cells[column]?.trim()));
  if (labels.size < 2) return [`All labels are the same, "${[...labels][0] ?? ''}"; at least two classes are expected.`];
  if (labels.size > 50 && labels.size * 4 > rows.length) return [`${labels.size} different labels in ${rows.length} rows: is it the column of labels?`];
  return [];
}

async function detectTable({ file, encoding, bytes }: Head, delimiter: '\t' | ',' | ';', signal?: AbortSignal): Promise<Detected> {
  const sample = delimiter === '\t' ? await sampleLines(file, encoding, line => line.split('\t'), signal) : await sampleRows(cellsOf(readRows({ file, encoding, delimiter })), signal);
  const roles = rolesFor(sample.rows);
  const header = hasHeader(sample.rows, columnOf(roles, 'label', {}));
  const names = columnNames(sample.rows[0]?.cells ?? [], header);
  const areNamed = header && new Set(names).size === names.length && names.every(name => name.length <= 200);
  const source = (wanted: Roles): Readonly<Record<string, unknown>> => {
    const column = (role: string): string | number => {
      const index = columnOf(roles, role, wanted);
      return areNamed ? (names[index] ?? index) : index;
    };
    return {
      format: delimiter === '\t' ? 'tsv' : 'csv', file, ...encoded(encoding), labelColumn: column('label'), textColumn: column('text'),
      ...(header && { header }), ...(delimiter === ';' && { delimiter }),
    };
  };
  const rows = header ? sample.rows.slice(1) : sample.rows;
  return detectedText({
    id: delimiter === '\t' ? 'tsv' : `csv ${delimiter}`,
    title: `Table parted by ${{ '\t': 'tabs', ',': 'commas', ';': 'semicolons' }[delimiter]}, ${names.length} columns${header ? ' with names' : ''}`,
    sample: { ...sample, problem: sample.problem ?? (await refusal(source({}), signal)) },
    bytes, names, header, roles, source,
    problems: labelProblems(rows, columnOf(roles, 'label', {})),
  });
}

async function detectObjects({ file, encoding, bytes, lines }: Head, signal?: AbortSignal): Promise<Detected> {
  const names = [...new Set(lines.slice(0, 20).flatMap(line => Object.keys(z.record(z.string(), z.unknown()).catch({}).parse(parseJson(line)))))].slice(0, 100);
  const told = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  const rows = async function* (): AsyncGenerator<readonly string[], void, undefined> {
    for await (const { line, value } of readJsonLines(file, encoding, z.unknown())) {
      if (typeof value !== 'object' || value === null) throw badCorpus(file, line, 'no object found; one a line is expected');
      yield names.map(name => told(Reflect.get(value, name)));
    }
  };
  const sample = await sampleRows(rows(), signal);
  const roles = rolesFor(sample.rows);
  const source = (wanted: Roles): Readonly<Record<string, unknown>> =>
    ({ format: 'jsonl', file, ...encoded(encoding), labelKey: names[columnOf(roles, 'label', wanted)] ?? 'label', textKey: names[columnOf(roles, 'text', wanted)] ?? 'text' });
  return detectedText({
    id: 'jsonl', title: 'JSON Lines, an object a line', bytes, names, roles, source,
    sample: { ...sample, problem: sample.problem ?? (await refusal(source({}), signal)) },
    problems: labelProblems(sample.rows, columnOf(roles, 'label', {})),
  });
}

async function detectLines({ file, encoding, bytes }: Head, format: 'fasttext' | 'trec' | 'label-first', title: string, signal?: AbortSignal): Promise<Detected> {
  const source = { format, file, ...encoded(encoding) };
  const sample = await sampleRows(labelledRows(source), signal);
  return detectedText({ id: format, title, sample, bytes, names: ['Label', 'Text'], texts: [1], problems: labelProblems(sample.rows, 0), source: () => source });
}

const encoded = (encoding: Head['encoding']): { encoding?: 'latin-1' } => (encoding === 'latin-1' ? { encoding } : {});

async function* labelledRows(source: Readonly<Record<string, unknown>>): AsyncGenerator<readonly string[], void, undefined> {
  for await (const { label, text } of readLabelledText(labelledSourceSchema.parse(source))) yield [label, text];
}

/** What the reader of a training says against the same data. */
async function refusal(source: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Sample['problem']> {
  return (await sampleRows(labelledRows(source), signal, mostTried)).problem;
}
