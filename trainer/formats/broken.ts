/** How readers of checkpoints say what is wrong. Names in a file are whatever its writer put there: they are quoted and cut. */
import { Failure } from '../../protocol/failure.ts';

/**
 * A file that is not what it says it is.
 * @param found names the place: `tensor "wte" begins at byte 90 and ends at byte 40`
 */
export function broken(
  file: string,
  found: string,
  expected: string,
  hint = 'Download or write the file again; another checkpoint still opens.',
  cause?: unknown,
): Failure {
  return new Failure('broken-model', `${file}: ${found}; expected ${expected}.`, hint, { cause });
}

const longest = 120;

/** A name of the file, as it can stand in one line. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > longest ? `${name.slice(0, longest - 1)}…` : name);
}

/** A text of the file, on one line and cut to what a reader takes in. */
export function shortened(text: string, most = longest): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '·');
}
