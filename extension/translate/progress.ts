import * as vscode from 'vscode';
import { cancelled } from './latest.ts';

/** Most translations end before a notification could be read: only what takes longer shows one. */
const delay = 300;

/** Shows a progress notification while `work` lasts; its button aborts `controller`. */
export async function withProgress<Result>(
  title: string,
  controller: AbortController,
  work: Promise<Result>,
): Promise<Result> {
  const settled = work.then(() => undefined, () => undefined);
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => {
        token.onCancellationRequested(() => controller.abort(cancelled()));
        return settled;
      },
    );
  }, delay);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
