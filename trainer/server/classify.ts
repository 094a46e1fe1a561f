import type { CancellationToken } from 'vscode-languageserver/node';
import * as z from 'zod';
import { classifyImageMethod, type ClassifyImageResult, classifyMethod, type ClassifyResult } from '../../protocol/server.ts';
import { maximumImageFile } from '../corpora/image.ts';
import { checkText } from '../decoding/request.ts';
import { findModel } from '../models/catalog.ts';
import { cancellable } from './cancelling.ts';
import { answering } from './failures.ts';
import type { Feature, Services } from './features.ts';
import { parseParams } from './params.ts';

const model = z.string().min(1);
const evenIfLarge = z.boolean().optional();
const textParams = z.object({ text: z.string(), model, languageId: z.string(), evenIfLarge });
const imageParams = z.object({
  image: z.base64().max(Math.ceil(maximumImageFile / 3) * 4),
  name: z.string().max(4096),
  model,
  evenIfLarge,
});

/** `attentionScope/classify`: which class a text belongs to, and what the model looked at. */
export const classifyFeature: Feature = services => {
  services.connection.onRequest(classifyMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ClassifyResult> => {
      const { model, ...request } = parseParams(textParams, received, 'a request to classify a text');
      checkText(request.text, 'classify', 'classified');
      return classifying(services, model, token, (folder, signal) => services.engine.classify(folder, request, signal));
    }),
  );
};

/** `attentionScope/classifyImage`: the same of the bytes of an image's file. */
export const classifyImageFeature: Feature = services => {
  services.connection.onRequest(classifyImageMethod, (received: unknown, token: CancellationToken) =>
    answering(async (): Promise<ClassifyImageResult> => {
      const { model, image, name, evenIfLarge } = parseParams(imageParams, received, 'a request to classify an image');
      const request = { image: new Uint8Array(Buffer.from(image, 'base64')), name, evenIfLarge };
      return classifying(services, model, token, (folder, signal) => services.engine.classifyImage(folder, request, signal));
    }),
  );
};

async function classifying<Result>(
  { options, names }: Services,
  model: string,
  token: CancellationToken,
  work: (folder: string, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const folder = await findModel(model, options.modelFolders);
  names.set(folder, model);
  return cancellable(token, signal => work(folder, signal));
}
