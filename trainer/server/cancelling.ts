import type { CancellationToken } from 'vscode-languageserver/node';

/** Does what can be cancelled, with a cancellation as everything behind the server knows it. */
export async function cancellable<Result>(token: CancellationToken, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listening = token.onCancellationRequested(() => controller.abort());
  try {
    return await work(controller.signal);
  } finally {
    listening.dispose();
  }
}
