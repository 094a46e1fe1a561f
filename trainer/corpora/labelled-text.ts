/** Texts with the class each belongs to, from the formats that such corpora come in. */
import * as z from 'zod';
import { badCorpus, excerpt, readLines } from '../text/lines.ts';
import { readJsonLines } from './json-lines.ts';
import { labelOf } from './labels.ts';
import { columnSchema, textFile } from './source.ts';
import { readColumns } from './table.ts';

export interface LabelledText {
  readonly label: string;
  readonly text: string;
  /** A second label that tells classes finer apart, where the source has one. */
  readonly finer?: string;
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
}

const columns = { labelColumn: columnSchema, textColumn: columnSchema, finerColumn: columnSchema.optional(), header: z.boolean().default(false) };
const key = z.string().min(1).max(200);

/** Where labelled texts come from. */
export const labelledSourceSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('tsv'), ...textFile, ...columns }),
  z.strictObject({ format: z.literal('csv'), ...textFile, ...columns, delimiter: z.enum([',', ';']).default(',') }),
  /** One object a line; a label may be a number. */
  z.strictObject({ format: z.literal('jsonl'), ...textFile, labelKey: key.default('label'), textKey: key.default('text'), finerKey: key.optional() }),
  /** `__label__x text`, as fastText reads it, with one label a line. */
  z.strictObject({ format: z.literal('fasttext'), ...textFile }),
  /** The label, one space, the text. */
  z.strictObject({ format: z.literal('label-first'), ...textFile }),
  /** `COARSE:fine text`, as the questions of TREC; the class is the coarse part, both being the finer label, or both. */
  z.strictObject({ format: z.literal('trec'), ...textFile, classes: z.enum(['coarse', 'fine']).default('coarse') }),
], { error: issue => (issue.code === 'invalid_union' ? 'expected "tsv", "csv", "jsonl", "fasttext", "label-first" or "trec"' : undefined) });
export type LabelledSource = z.infer<typeof labelledSourceSchema>;

/**
 * Reads labelled texts one by one, in the order of the file; those with a blank text are left out.
 * @throws Failure `no-such-file`; `bad-corpus` naming file and line for what the format does not admit, an empty label, or
 * what `readLines` refuses
 */
export async function* readLabelledText(source: LabelledSource): AsyncGenerator<LabelledText, void, undefined> {
  for await (const { label, text, finer, line } of readRaw(source)) {
    if (text.trim() === '') continue;
    yield { label: labelOf(label, source.file, line), text, ...(finer !== undefined && { finer: labelOf(finer, source.file, line) }), line };
  }
}

function readRaw(source: LabelledSource): AsyncGenerator<LabelledText, void, undefined> {
  switch (source.format) {
    case 'tsv': return readTable(source, '\t');
    case 'csv': return readTable(source, source.delimiter);
    case 'jsonl': return readObjects(source);
    case 'fasttext': return readEach(source, parseFastText);
    case 'label-first': return readEach(source, parseLabelFirst);
    case 'trec': return readEach(source, line => parseTrec(line, source.classes));
  }
}

type Of<Format extends LabelledSource['format']> = Extract<LabelledSource, { format: Format }>;

async function* readTable(source: Of<'tsv'> | Of<'csv'>, delimiter: '\t' | ',' | ';'): AsyncGenerator<LabelledText, void, undefined> {
  const { file, encoding, header, labelColumn, textColumn, finerColumn } = source;
  const wanted = [labelColumn, textColumn, ...(finerColumn === undefined ? [] : [finerColumn])];
  for await (const { line, cells: [label = '', text = '', finer] } of readColumns({ file, encoding, header, delimiter }, wanted)) {
    yield { label, text, ...(finer !== undefined && { finer }), line };
  }
}

async function* readObjects({ file, encoding, labelKey, textKey, finerKey }: Of<'jsonl'>): AsyncGenerator<LabelledText, void, undefined> {
  const label = z.union([z.string(), z.number()], { error: 'expected a string or a number' }).transform(String);
  const schema = z
    .looseObject({ [labelKey]: label, [textKey]: z.string({ error: 'expected a string' }), ...(finerKey !== undefined && { [finerKey]: label }) })
    .transform(object => ({
      label: String(object[labelKey]),
      text: String(object[textKey]),
      ...(finerKey !== undefined && { finer: String(object[finerKey]) }),
    }));
  for await (const { line, value } of readJsonLines(file, encoding, schema)) yield { ...value, line };
}

interface Parsed {
  readonly label: string;
  readonly finer?: string;
  readonly text: string;
}

/** @param parse gives a line's parts, or what was found instead */
async function* readEach({ file, encoding }: LabelledSource, parse: (line: string) => Parsed | string): AsyncGenerator<LabelledText, void, undefined> {
  let number = 0;
  for await (const line of readLines(file, encoding)) {
    number++;
    if (line.trim() === '') continue;
    const parsed = parse(line);
    if (typeof parsed === 'string') throw badCorpus(file, number, `${parsed} (${excerpt(line)})`);
    yield { ...parsed, line: number };
  }
}

/** fastText takes every word that begins with `__label__` for a label, wherever it stands. */
function parseFastText(line: string): Parsed | string {
  const words = line.trim().split(/\s+/);
  const labels = words.filter(word => word.startsWith('__label__'));
  if (labels.length > 1) return `${labels.length} labels found, ${labels.slice(0, 5).join(' ')}; exactly one a line is expected`;
  const [label = ''] = labels;
  if (words[0] !== label) return 'no label at the beginning found; "__label__" and the class\'s name, then the text, are expected';
  return { label: label.slice('__label__'.length), text: line.trim().slice(label.length).trim() };
}

function parseLabelFirst(line: string): Parsed | string {
  const space = line.indexOf(' ');
  if (space < 0) return 'no space found; the label, one space, then the text are expected';
  return { label: line.slice(0, space), text: line.slice(space + 1) };
}

function parseTrec(line: string, classes: 'coarse' | 'fine'): Parsed | string {
  const [, coarse, fine, text] = /^([^\s:]+):([^\s:]+) (.*)$/.exec(line) ?? [];
  if (coarse === undefined || fine === undefined || text === undefined) return 'no "COARSE:fine" label at the beginning found; it, one space, then the text are expected';
  const finer = `${coarse}:${fine}`;
  return classes === 'coarse' ? { label: coarse, finer, text } : { label: finer, text };
}
