import * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { classifyImageMethod } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { checkedImage, checkSize } from './picture.ts';

/**
 * Shows an image in the image panel and asks a model what it shows. What fails then is told there too.
 * @throws Failure `no-such-file`, `bad-argument`, and those of the worker
 */
export async function classifyImageAt(app: App, uri: vscode.Uri): Promise<void> {
  const name = nameOf(uri);
  // Without an image and a model there is nothing to open a panel for.
  const prepare = async () => ({ bytes: await read(uri, name), model: await app.models.of('image-classification') });
  await app.session.alone('image', 'classification', `Classifying ${name}…`, prepare, async ({ bytes, model }, signal) => {
    app.image.open();
    const say = app.image.begin({ uri: uri.toString(), name, bytes });
    try {
      const image = Buffer.from(bytes.buffer).toString('base64');
      say({ type: 'classified', classification: await app.largeModels.ask(classifyImageMethod, { image, name, model }, signal) });
      app.image.inspect(name, model, image);
    } catch (error) {
      const failure = Failure.from(error);
      say({ type: 'failed', failure: failure.toData() });
      throw failure;
    }
  });
}

async function read(uri: vscode.Uri, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    checkSize((await vscode.workspace.fs.stat(uri)).size, name);
    return checkedImage(await vscode.workspace.fs.readFile(uri), name);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('no-such-file', `${name} could not be read: ${reason}`, 'Choose another image.', { cause: error });
  }
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
