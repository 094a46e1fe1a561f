/** Which data are learnt from: those of the workspace, or others. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Task } from '../../protocol/server.ts';
import { goesBack, pick } from './pick.ts';
import type { Place } from './walk.ts';

type Item = vscode.QuickPickItem & { readonly files?: readonly string[]; readonly ask?: 'file' | 'folder' | 'files' };

/** Endings of the data of each task, and how many files of the workspace are offered. */
const endings: Readonly<Record<Task, string>> = {
  translation: 'tsv,txt,tsv.gz,txt.gz',
  classification: 'tsv,csv,jsonl,txt,train,tsv.gz,csv.gz,jsonl.gz,txt.gz',
  'image-classification': '*idx3-ubyte,*idx3-ubyte.gz',
  dialogue: 'jsonl,tsv,yaml,yml,jsonl.gz,tsv.gz',
  'language-modelling': 'txt,tsv,md,txt.gz,tsv.gz',
};
const mostOffered = 50;

/** @param before what was chosen the last time */
export async function chooseData(task: Task, before: readonly string[] | undefined, place: Place): Promise<readonly string[] | typeof goesBack | undefined> {
  for (;;) {
    const items = await itemsFor(task, before);
    const [first] = items;
    const chosen = await pick<Item>({ title: 'New Training Run', place, placeHolder: 'The data to learn from', items, active: first });
    if (chosen === undefined || chosen === goesBack) return chosen;
    const files = chosen.files ?? (await choose(task, chosen.ask ?? 'file'));
    // Who closes the dialogue may want another kind of data.
    if (files !== undefined) return files;
  }
}

async function itemsFor(task: Task, before: readonly string[] | undefined): Promise<Item[]> {
  const found = await inWorkspace(task);
  const same = before === undefined ? [] : [{ label: before.map(file => basename(file)).join(' and '), description: 'as before', files: before }];
  const others: Item[] = [
    ...(task === 'image-classification' ? [] : [{ label: '$(file) Choose a File…', ask: 'file' as const, alwaysShow: true }]),
    ...(task === 'translation' ? [{ label: '$(files) Choose Two Files, Line by Line…', description: 'the source’s, then the target’s', ask: 'files' as const, alwaysShow: true }] : []),
    ...(task === 'image-classification'
      ? [
          { label: '$(folder) Choose a Folder…', description: 'a subfolder of pictures a class', ask: 'folder' as const, alwaysShow: true },
          { label: '$(file) Choose an IDX File…', description: 'as of MNIST', ask: 'file' as const, alwaysShow: true },
        ]
      : []),
  ];
  const separator: Item = { label: 'in this workspace', kind: vscode.QuickPickItemKind.Separator };
  return [...same, ...others, ...(found.length === 0 ? [] : [separator, ...found])];
}

async function inWorkspace(task: Task): Promise<Item[]> {
  const patterns = endings[task].split(',').map(ending => (ending.startsWith('*') ? ending : `*.${ending}`));
  const uris = await vscode.workspace.findFiles(`**/{${patterns.join(',')}}`, '**/{node_modules,runs,.git}/**', mostOffered);
  return uris
    .filter(({ scheme }) => scheme === 'file')
    .map(uri => ({ uri, path: vscode.workspace.asRelativePath(uri) }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    // Where it lies says something only where that is a folder within.
    .map(({ uri, path }) => ({ label: basename(uri.fsPath), description: path.split('/').slice(0, -1).join('/'), files: [uri.fsPath] }));
}

async function choose(task: Task, kind: 'file' | 'folder' | 'files'): Promise<readonly string[] | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const open = (title: string): Thenable<vscode.Uri[] | undefined> =>
    vscode.window.showOpenDialog({ title, openLabel: 'Choose', canSelectFiles: kind !== 'folder', canSelectFolders: kind === 'folder', ...(folder && { defaultUri: folder }) });
  if (kind !== 'files') {
    const [uri] = (await open(task === 'image-classification' ? 'The images' : 'The data')) ?? [];
    return uri === undefined ? undefined : [uri.fsPath];
  }
  const [source] = (await open('The source’s lines')) ?? [];
  const [target] = source === undefined ? [] : ((await open('The target’s lines')) ?? []);
  return source === undefined || target === undefined ? undefined : [source.fsPath, target.fsPath];
}
