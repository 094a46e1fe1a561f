/** Things to undo when this process ends before it could undo them itself: Ctrl-C, a time-out, an error nobody caught. */
const pending = new Set<() => void>();

/** Registers a synchronous clean-up; the function that comes back withdraws it. */
export function atExit(cleanUp: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(cleanUp);
  return () => pending.delete(cleanUp);
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  process.on('exit', () => pending.forEach(cleanUp => cleanUp()));
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
}
