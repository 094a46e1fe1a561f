import { basename, dirname } from 'node:path';
import type * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';

/** A checkpoint on the disk of the machine that the extension runs on. */
export interface CheckpointPlace {
  /** Absolute, of a file or a folder. */
  readonly path: string;
  /** What messages and headings call it. */
  readonly name: string;
}

/** The file that makes a folder a model of ours: its folder is the checkpoint. */
const manifest = 'attention-model.json';

/**
 * Where the checkpoint of a URI lies.
 * @throws Failure `no-such-file` for what lies on no disk: an earlier version in Git, a virtual workspace
 */
export function placeOf(uri: vscode.Uri): CheckpointPlace {
  const name = nameOf(uri);
  if (uri.scheme !== 'file') {
    throw new Failure('no-such-file', `${name} is not on a disk (its address begins with “${uri.scheme}:”); only files on disk can be read.`, 'Save it in a folder of this machine, and open it there.');
  }
  const path = basename(uri.fsPath) === manifest ? dirname(uri.fsPath) : uri.fsPath;
  return { path, name };
}

/** The last part of the path that tells it from others. */
export function nameOf(uri: vscode.Uri): string {
  const parts = uri.path.split('/').filter(part => part !== '');
  const last = parts.at(-1) ?? uri.path;
  return last === manifest ? (parts.at(-2) ?? last) : last;
}
