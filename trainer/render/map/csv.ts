import { shortest } from '../json.ts';
import { type ReadOut, rowOf } from './read-out.ts';

/** A table after RFC 4180: the first line names the columns, each other line begins with its row's name. Empty is where there is nothing to compare. */
export function renderCsv(read: ReadOut): string {
  const names = ['', ...read.columns.labels.map(({ text }) => asText(text))];
  const rows = read.rows.labels.map(({ text }, row) => [field(asText(text)), ...Array.from(rowOf(read, row), weight => (Number.isNaN(weight) ? '' : String(shortest(weight))))]);
  return [names.map(field), ...rows].map(fields => `${fields.join(',')}\r\n`).join('');
}

/** A spreadsheet computes what begins like this (OWASP, "CSV Injection"), unless an apostrophe stands before it. */
function asText(token: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(token) ? `'${token}` : token;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
