import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointPlace } from './place.ts';

/** A file that is being written changes many times a second: it is told once it rests, in milliseconds. */
const rest = 500;

/** Calls back when a checkpoint is another one on the disk: its file, one beside it that begins with its name, or one in its folder. */
export function watchCheckpoint({ path }: CheckpointPlace, isFolder: boolean, changed: () => void): vscode.Disposable {
  const folder = vscode.Uri.file(isFolder ? path : dirname(path));
  // Not the name itself: in a pattern its brackets would mean something else.
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
  let timer: NodeJS.Timeout | undefined;
  const onEvent = (uri: vscode.Uri): void => {
    if (!isFolder && !basename(uri.fsPath).startsWith(basename(path))) return;
    clearTimeout(timer);
    timer = setTimeout(changed, rest);
  };
  const listening = [watcher.onDidChange(onEvent), watcher.onDidCreate(onEvent), watcher.onDidDelete(onEvent)];
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    for (const one of [...listening, watcher]) one.dispose();
  });
}
