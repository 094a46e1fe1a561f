import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat } from '../../protocol/inspection.ts';

/** How each format is called, and how its files end. */
export const formats: Readonly<Record<ExportFormat, { readonly name: string; readonly ending: string; readonly what: string }>> = {
  svg: { name: 'SVG', ending: 'svg', what: 'a drawing for pages and papers' },
  pdf: { name: 'PDF', ending: 'pdf', what: 'a drawing for papers' },
  png: { name: 'PNG', ending: 'png', what: 'the drawing at twice its size, for slides and pages' },
  html: { name: 'HTML', ending: 'html', what: 'a page of its own that works offline' },
  csv: { name: 'CSV', ending: 'csv', what: 'a table of the weights' },
  json: { name: 'JSON', ending: 'json', what: 'tokens and weights' },
  safetensors: { name: 'safetensors', ending: 'safetensors', what: 'the weights as a tensor' },
  npy: { name: 'NumPy', ending: 'npy', what: 'the weights as an array' },
  pharaoh: { name: 'Pharaoh', ending: 'align', what: 'hard links, i-j' },
};

const folderKey = 'attentionScope.export.folder';

/** Asks where to write a file, in the folder of the last time; `undefined` when the user would rather not. */
export async function askForFile(memory: vscode.Memento, title: string, name: string, filter: { readonly name: string; readonly ending: string }): Promise<vscode.Uri | undefined> {
  const stored = memory.get<unknown>(folderKey);
  const folder = typeof stored === 'string' && isAbsolute(stored) ? vscode.Uri.file(stored) : (vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri ?? vscode.Uri.file(homedir()));
  const uri = await vscode.window.showSaveDialog({ title, defaultUri: vscode.Uri.joinPath(folder, `${fileName(name)}.${filter.ending}`), filters: { [filter.name]: [filter.ending] } });
  if (uri !== undefined && uri.scheme === 'file') await memory.update(folderKey, vscode.Uri.joinPath(uri, '..').fsPath);
  return uri;
}

/** The beginning of a text as a file can be called. */
export function fileName(text: string): string {
  const name = text.slice(0, 40).replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').toLowerCase();
  return name === '' ? 'attention' : `attention-${name}`;
}
