import * as vscode from 'vscode';

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
