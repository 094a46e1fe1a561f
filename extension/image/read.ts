import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { checkedImage, checkSize } from './picture.ts';

/** @throws Failure `no-such-file`, `bad-argument` */
export async function readImage(uri: vscode.Uri): Promise<Uint8Array<ArrayBuffer>> {
  const name = imageName(uri);
  try {
    checkSize((await vscode.workspace.fs.stat(uri)).size, name);
    return checkedImage(await vscode.workspace.fs.readFile(uri), name);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('no-such-file', `${name} could not be read: ${reason}`, 'Choose another image.', { cause: error });
  }
}

/** What an image is called. */
export function imageName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
