/** Tables after RFC 4180, which programs for tables read. */

/** Lines of fields; the first names the columns. */
export function csvOf(lines: readonly (readonly string[])[]): string {
  return lines.map(fields => `${fields.map(field).join(',')}\r\n`).join('');
}

/** A text in a table. A program for tables computes what begins like this (OWASP, "CSV Injection"), unless an apostrophe stands before it. */
export function csvText(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
