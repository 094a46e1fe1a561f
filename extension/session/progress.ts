import * as vscode from 'vscode';
import type { Failure } from '../../protocol/failure.ts';

/** Most answers come before a notification could be read: only what takes longer shows one. */
const delay = 300;

/** Shows a progress notification while `work` lasts; its button cancels it. */
export async function withProgress<Result>(title: string, cancel: () => void, work: Promise<Result>): Promise<Result> {
  const settled = work.then(() => undefined, () => undefined);
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => {
        token.onCancellationRequested(cancel);
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

/** The same for work that heeds a signal. @param cancelled what it fails with where the user cancels it */
export function waitingFor<Result>(title: string, cancelled: Failure, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  return withProgress(title, () => controller.abort(cancelled), work(controller.signal));
}
