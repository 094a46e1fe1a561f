/** output.log in a run's folder: the newest of what its training printed, for whoever wants to know what its events do not tell. */
import { appendFileSync, closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that are kept when it is cut; it is cut whenever it has grown to twice that. */
export const keptOfLog = 1_000_000;

export const logOf = (run: string): string => join(run, 'output.log');

/** Prints into a log that this process alone writes, and that is open as its standard output, to append to. */
export function printerInto(file: string, print: (line: string) => void): (line: string) => void {
  let size = sizeOf(file);
  return line => {
    print(line);
    size += Buffer.byteLength(line) + 1;
    if (size < 2 * keptOfLog) return;
    cutLog(file);
    size = sizeOf(file);
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Cuts a log that has grown too large down to its newest lines. What cannot be cut stays: no training fails for it. */
export function cutLog(file: string): void {
  try {
    const { size } = statSync(file);
    if (size < 2 * keptOfLog) return;
    const kept = endOf(file, size);
    // Not written aside: who has it open goes on writing at its end.
    truncateSync(file);
    appendFileSync(file, kept.subarray(1 + kept.indexOf('\n')));
  } catch {
    // as said above
  }
}

/** The last words of a log, where there are any. */
export function lastOf(file: string, bytes: number): string {
  try {
    const { size } = statSync(file);
    return endOf(file, size, Math.min(size, bytes)).toString('utf8');
  } catch {
    return '';
  }
}

function endOf(file: string, size: number, bytes = keptOfLog): Buffer {
  const opened = openSync(file, 'r');
  try {
    const end = Buffer.alloc(bytes);
    const read = readSync(opened, end, 0, bytes, size - bytes);
    return end.subarray(0, read);
  } finally {
    closeSync(opened);
  }
}
