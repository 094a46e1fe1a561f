import * as vscode from 'vscode';

/** Endings of the files that are checkpoints. */
export const checkpointEndings = ['onnx', 'safetensors', 'pt', 'pth', 'bin', 'ckpt', 'npz', 'npy', 'gguf', 'json'] as const;

/** Lets the user choose a checkpoint's file or folder; `undefined` when they would not. */
export async function chooseCheckpoint(title: string, openLabel: string): Promise<vscode.Uri | undefined> {
  const kind = dialogTakesBoth() ? 'both' : await chooseKind(title);
  if (kind === undefined) return undefined;
  const [uri] = (await vscode.window.showOpenDialog({
    title,
    openLabel,
    canSelectFiles: kind !== 'folder',
    canSelectFolders: kind !== 'file',
    ...(kind === 'file' ? { filters: { Checkpoints: [...checkpointEndings], 'All Files': ['*'] } } : {}),
  })) ?? [];
  return uri;
}

/** The dialogs of Windows and Linux choose either files or folders; VS Code's own, for remote disks, and macOS' choose both. */
function dialogTakesBoth(): boolean {
  return process.platform === 'darwin' || vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}

async function chooseKind(title: string): Promise<'file' | 'folder' | undefined> {
  const kinds = [
    { what: 'file', label: '$(file) A File…', description: '.onnx, .safetensors, .pt, .gguf …' },
    { what: 'folder', label: '$(folder) A Folder…', description: 'as Hugging Face’s libraries or a training here wrote it' },
  ] as const;
  return (await vscode.window.showQuickPick(kinds, { title }))?.what;
}
