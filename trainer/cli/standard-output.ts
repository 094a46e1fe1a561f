/** Standard output: whether a person reads it, and writing to it as slowly as it is read. */

export function print(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, error => (error ? reject(error) : resolve()));
  });
}

/** A terminal, or a pipe that says it is to be treated as one. */
export function isForPeople(): boolean {
  return process.stdout.isTTY || (process.env['FORCE_COLOR'] ?? '') !== '';
}

/** By the conventions of no-color.org and force-color.org. */
export function hasColour(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if ((FORCE_COLOR ?? '') !== '') return FORCE_COLOR !== '0';
  return (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}
