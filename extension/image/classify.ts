import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { classifyImageMethod } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { checkSize, encodeImage } from './picture.ts';

/**
 * Shows an image in the image panel and asks a model what it shows. What fails is told there too.
 * @throws Failure `no-such-file`, `bad-argument`, and those of the worker
 */
export async function classifyImageAt(app: App, uri: vscode.Uri): Promise<void> {
  const name = nameOf(uri);
  const bytes = await read(uri, name);
  // Without a model there is nothing to open a panel for.
  const model = await app.models.of('image-classification');
  app.image.open();
  const say = app.image.begin({ uri: uri.toString(), name, bytes });
  try {
    const classification = await app.session.alone('image', 'classification', `Classifying ${name}…`, signal =>
      app.worker.ask(classifyImageMethod, { image: bytes, name, model }, signal));
    say({ type: 'classified', classification });
  } catch (error) {
    const failure = Failure.from(error);
    say({ type: 'failed', failure: failure.toData() });
    throw failure;
  }
}

async function read(uri: vscode.Uri, name: string): Promise<string> {
  try {
    checkSize((await vscode.workspace.fs.stat(uri)).size, name);
    return encodeImage(await vscode.workspace.fs.readFile(uri), name);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('no-such-file', `${name} could not be read: ${reason}`, 'Choose another image.', { cause: error });
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
