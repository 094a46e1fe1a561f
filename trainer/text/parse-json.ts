/** What a text says as JSON, or nothing where it is none: a writer that was killed may have left half of it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
