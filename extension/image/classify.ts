import type * as vscode from 'vscode';
import { Failure } from '../../protocol/failure.ts';
import { classifyImageMethod } from '../../protocol/server.ts';
import type { App } from '../app.ts';
import { imageName, readImage } from './read.ts';

/**
 * Shows an image in the image panel and asks a model what it shows. What fails then is told there too.
 * @throws Failure `no-such-file`, `bad-argument`, and those of the worker
 */
export async function classifyImageAt(app: App, uri: vscode.Uri): Promise<void> {
  const name = imageName(uri);
  // Without an image and a model there is nothing to open a panel for.
  const prepare = async () => ({ bytes: await readImage(uri), model: await app.models.of('image-classification') });
  await app.session.alone('image', 'classification', `Classifying ${name}…`, prepare, async ({ bytes, model }, signal) => {
    app.image.open();
    const say = app.image.begin({ uri: uri.toString(), name, bytes });
    try {
      const image = Buffer.from(bytes.buffer).toString('base64');
      say({ type: 'classified', classification: await app.largeModels.ask(classifyImageMethod, { image, name, model }, signal) });
      app.image.inspect(uri, model, image);
    } catch (error) {
      const failure = Failure.from(error);
      say({ type: 'failed', failure: failure.toData() });
      throw failure;
    }
  });
}
