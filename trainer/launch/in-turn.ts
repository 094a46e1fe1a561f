/** What is done to one run is done one thing after the other. */
const last = new Map<string, Promise<unknown>>();

/** Waits for whatever this process does to the same path, then does this. */
export async function inTurn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const turn = (last.get(path) ?? Promise.resolve()).then(work);
  const settled = turn.catch(() => undefined);
  last.set(path, settled);
  try {
    return await turn;
  } finally {
    if (last.get(path) === settled) last.delete(path);
  }
}
