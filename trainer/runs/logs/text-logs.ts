/** Curves in text files: CSV as Keras' CSVLogger and Lightning's CSVLogger write it, and JSON Lines. */
import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Failure } from '../../../protocol/failure.ts';
import { readRows, type Table } from '../../corpora/table.ts';
import { readLines } from '../../text/lines.ts';
import { isRecord } from '../event.ts';
import { parsePythonJson } from './python-json.ts';
import { isLog, type Row, RowCurves, stepIn } from './rows.ts';

export type TextLog = 'csv' | 'json-lines';

/** Rows that are looked at to tell what a file is. */
const glimpse = 50;

/** By its name and its first rows. */
export async function findTextLog(path: string): Promise<TextLog | undefined> {
  const extension = extname(path).toLowerCase();
  const format = extension === '.csv' ? 'csv' : extension === '.jsonl' ? 'json-lines' : undefined;
  if (format === undefined) return undefined;
  const first = await firstRows(path, format).catch(() => []);
  return isLog(first) ? format : undefined;
}

/** Milliseconds that a file rests before a last line without an end is taken for a whole one. */
const rest = 10_000;

/**
 * @returns curves, and what has to be said of the file; of a file that is broken somewhere, those up to there
 * @throws Failure `no-such-file`, `bad-argument` where it is no log; AbortError
 */
export async function readTextLog(path: string, format: TextLog, signal: AbortSignal): Promise<{ readonly curves: RowCurves; readonly warnings: readonly string[] }> {
  const step = stepIn((await firstRows(path, format)).flatMap(row => Object.keys(row)));
  if (step === undefined) {
    throw new Failure('bad-argument', `${path} has no column of steps; expected one named step or epoch, and numbers beside it.`, 'Choose another log.');
  }
  const curves = new RowCurves(step);
  const warnings: string[] = [];
  const isBeingWritten = await endsWithin(path);
  let before: Row | undefined;
  try {
    for await (const row of rowsOf(path, format)) {
      signal.throwIfAborted();
      if (before !== undefined) curves.add(before);
      before = row;
    }
  } catch (thrown) {
    if (!isBroken(thrown)) throw thrown;
    if (!isBeingWritten) warnings.push(thrown.message);
  }
  if (before !== undefined && !isBeingWritten) curves.add(before);
  return { curves, warnings: [...warnings, ...curves.warnings('rows')] };
}

/** Those before the first that is broken. */
async function firstRows(path: string, format: TextLog): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    for await (const row of rowsOf(path, format)) {
      if (rows.push(row) >= glimpse) break;
    }
  } catch (thrown) {
    if (!isBroken(thrown)) throw thrown;
  }
  return rows;
}

const isBroken = (thrown: unknown): thrown is Failure => thrown instanceof Failure && thrown.code === 'bad-corpus';

/** Whether somebody is likely to be writing the last line. */
async function endsWithin(path: string): Promise<boolean> {
  const { size, mtimeMs } = await stat(path);
  if (size === 0 || Date.now() - mtimeMs > rest) return false;
  const file = await open(path);
  try {
    return (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 0x0a;
  } finally {
    await file.close();
  }
}

function rowsOf(path: string, format: TextLog): AsyncGenerator<Row, void, undefined> {
  return format === 'csv' ? tableRows(path) : objectRows(path);
}

async function* tableRows(file: string): AsyncGenerator<Row, void, undefined> {
  let names: readonly string[] | undefined;
  for await (const { cells } of readRows({ file, encoding: 'utf-8', delimiter: await delimiterOf(file) })) {
    if (names === undefined) names = cells.map(cell => cell.trim());
    else yield Object.fromEntries(names.map((name, index) => [name, valueOf(cells[index])]));
  }
}

async function delimiterOf(file: string): Promise<Table['delimiter']> {
  for await (const line of readLines(file)) {
    return (['\t', ';'] as const).find(one => line.includes(one) && !line.includes(',')) ?? ',';
  }
  return ',';
}

/** A number, `null` for one that is none, or the text; nothing for an empty cell. */
function valueOf(cell: string | undefined): number | null | string | undefined {
  const text = cell?.trim() ?? '';
  if (text === '') return undefined;
  if (/^(nan|[+-]?inf(inity)?|none|null|na)$/i.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** Objects within objects are told by their path. A line that is no object is a row that tells nothing. */
async function* objectRows(file: string): AsyncGenerator<Row, void, undefined> {
  for await (const line of readLines(file)) {
    if (line.trim() === '') continue;
    const value = parsePythonJson(line);
    yield isRecord(value) ? Object.fromEntries(flat(value)) : {};
  }
}

const deepest = 5;

function flat(object: Readonly<Record<string, unknown>>, prefix = '', depth = 1): [string, unknown][] {
  return Object.entries(object).flatMap(([name, value]): [string, unknown][] =>
    isRecord(value) ? (depth < deepest ? flat(value, `${prefix}${name}/`, depth + 1) : []) : [[`${prefix}${name}`, value]],
  );
}
