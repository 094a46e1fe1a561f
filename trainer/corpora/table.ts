/** Tables of text: tab-separated, or comma-separated with quotes (RFC 4180). */
import { badCorpus, type Encoding, excerpt, maximumLine, readLines } from '../text/lines.ts';
import type { Column } from './source.ts';

export interface Table {
  readonly file: string;
  readonly encoding: Encoding;
  /** A tab takes every other character as it stands; a cell between commas or semicolons may be in double quotes. */
  readonly delimiter: '\t' | ',' | ';';
  /** Whether the first line names the columns. It does so anyway where a column is wanted by name. */
  readonly header: boolean;
}

export interface Row {
  /** The line it starts in, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The wanted columns of each row, in the order wanted. Blank lines are left out; further columns are ignored.
 * @throws Failure as `readLines` does; `bad-corpus` for a column that is missing, or a quote that is never closed
 */
export async function* readColumns(table: Table, wanted: readonly Column[]): AsyncGenerator<Row, void, undefined> {
  const named = table.header || wanted.some(column => typeof column === 'string');
  let columns = named ? undefined : wanted.map(Number);
  for await (const { line, cells } of readRows(table)) {
    if (columns === undefined) {
      columns = wanted.map(column => (typeof column === 'number' ? column : placeOf(column, cells, table.file, line)));
      continue;
    }
    yield {
      line,
      cells: columns.map(column => {
        const cell = cells[column];
        if (cell !== undefined) return cell;
        const found = `${cells.length} ${cells.length === 1 ? 'column' : 'columns'} found (${excerpt(cells.join(table.delimiter))})`;
        throw badCorpus(table.file, line, `${found}, at least ${column + 1} expected`);
      }),
    };
  }
}

/** All columns of each row, of one that names them too. @throws Failure as `readColumns` does */
export function readRows(table: Omit<Table, 'header'>): AsyncGenerator<Row, void, undefined> {
  return table.delimiter === '\t' ? readTabs(table) : readQuoted(table);
}

function placeOf(name: string, header: readonly string[], file: string, line: number): number {
  const place = header.findIndex(cell => cell.trim() === name);
  if (place >= 0) return place;
  throw badCorpus(file, line, `the columns ${excerpt(header.map(cell => cell.trim()).join(', '))} found; one named "${name}" is expected`);
}

async function* readTabs({ file, encoding }: Omit<Table, 'header'>): AsyncGenerator<Row, void, undefined> {
  let number = 0;
  for await (const line of readLines(file, encoding)) {
    number++;
    if (line.trim() !== '') yield { line: number, cells: line.split('\t') };
  }
}

/** A line end between quotes belongs to the cell, and is LF whatever it was. */
async function* readQuoted({ file, encoding, delimiter }: Omit<Table, 'header'>): AsyncGenerator<Row, void, undefined> {
  let number = 0;
  let start = 0;
  let cells: string[] = [];
  /** The lines so far of a cell whose quote is still open, and how many characters they have. */
  let open: string[] | undefined;
  let length = 0;
  for await (const line of readLines(file, encoding)) {
    number++;
    if (open === undefined) {
      if (line.trim() === '') continue;
      start = number;
    }
    for (let at = 0; at <= line.length; ) {
      const begins = open === undefined;
      if (begins && line[at] !== '"') {
        const next = line.indexOf(delimiter, at);
        const end = next < 0 ? line.length : next;
        cells.push(line.slice(at, end));
        at = end + 1;
        continue;
      }
      const from = begins ? at + 1 : at;
      const end = closingQuote(line, from);
      open ??= [];
      open.push(line.slice(from, end < 0 ? undefined : end));
      if (end < 0) break;
      cells.push(open.join('\n').replaceAll('""', '"'));
      open = undefined;
      if (end + 1 < line.length && line[end + 1] !== delimiter) {
        throw badCorpus(file, number, `text found behind a closing quote (${excerpt(line.slice(end + 1))}); "${delimiter}" or the end of the line is expected`);
      }
      at = end + 2;
    }
    if (open === undefined) {
      yield { line: start, cells };
      cells = [];
      length = 0;
      continue;
    }
    length += line.length + 1;
    if (length > maximumLine) break;
  }
  if (open !== undefined) throw badCorpus(file, start, 'a quote found that nothing closes; a closing quote is expected');
}

/** Two quotes stand for one, and close nothing. */
function closingQuote(line: string, from: number): number {
  let end = line.indexOf('"', from);
  while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
  return end;
}
