/** Files that say what is trained: where an editor helps to write them. */
export const configPattern = '**/*.attention.json';

export function isConfigPath(path: string): boolean {
  return /\.attention\.json$/i.test(path);
}

/** The name that a config gives its runs; `undefined` of a text that is no JSON yet, or names nothing. */
export function nameIn(text: string): string | undefined {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const name: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'name') : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
