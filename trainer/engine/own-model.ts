/** A model that was trained here, of whatever task, as the engine asks any model. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { manifestName, type Manifest } from '../checkpoints/manifest.ts';
import { readManifest, readManifestOf } from '../checkpoints/open.ts';
import { type Facet, type OpenModel, taskOf } from '../foreign/facets.ts';
import { inspectImage, inspectText, inspectWriting } from '../inspection/inspectable.ts';

interface OpenOptions {
  readonly threads: number;
  readonly facet?: Facet | undefined;
}

/**
 * The folder of a model of ours, which may be named by the file that says what it is, as far as can be told without reading it; or
 * of none at all, which is then told.
 * @returns nothing where it is of others
 */
export function ownFolder(given: string): string | undefined {
  const path = basename(given) === manifestName ? dirname(given) : given;
  return existsSync(join(path, manifestName)) || (!existsSync(path) && extname(path) === '') ? path : undefined;
}

/** @throws Failure `unknown-model`, `broken-model`; `bad-argument` where it is of another task than it is opened for */
export async function openOwn(folder: string, options: OpenOptions): Promise<OpenModel> {
  const { facet } = options;
  const { manifest } = facet === undefined || facet === 'inspector' || facet === 'scorer' ? await readManifest(folder) : await readManifestOf(folder, taskOf[facet]);
  return openers[manifest.task](folder, options);
}

/** The code of each kind is loaded with the first model of it. */
const openers: { readonly [Task in Manifest['task']]: (folder: string, options: OpenOptions) => Promise<OpenModel> } = {
  translation: async (folder, options) => {
    const translator = await (await import('../decoding/translator.ts')).Translator.open(folder, options);
    const inspector = inspectWriting(translator.id, { translation: (request, asked) => translator.translate(request, asked) });
    return { id: translator.id, facets: { translator, inspector, scorer: translator }, helm: translator.helm, release: () => translator.release() };
  },
  dialogue: async (folder, options) => {
    const replier = await (await import('../decoding/replier.ts')).Replier.open(folder, options);
    const inspector = inspectWriting(replier.id, { dialogue: (request, asked) => replier.reply(request, asked) });
    return { id: replier.id, facets: { replier, inspector, scorer: replier }, helm: replier.helm, release: () => replier.release() };
  },
  'language-modelling': async (folder, options) => {
    const continuer = await (await import('../decoding/continuer.ts')).Continuer.open(folder, options);
    const inspector = inspectWriting(continuer.id, { 'language-modelling': (request, asked) => continuer.continue(request, asked) });
    return { id: continuer.id, facets: { continuer, inspector, scorer: continuer }, helm: continuer.helm, release: () => continuer.release() };
  },
  classification: async (folder, options) => {
    const textClassifier = await (await import('../classifying/text-classifier.ts')).TextClassifier.open(folder, options);
    const inspector = inspectText(textClassifier.id, ['classification'], request => textClassifier.inspect(request));
    return { id: textClassifier.id, facets: { textClassifier, inspector, scorer: textClassifier }, helm: textClassifier.helm, release: () => textClassifier.release() };
  },
  'image-classification': async (folder, options) => {
    const imageClassifier = await (await import('../classifying/image-classifier.ts')).ImageClassifier.open(folder, options);
    const inspector = inspectImage(imageClassifier.id, ['image-classification'], request => imageClassifier.inspect(request));
    return { id: imageClassifier.id, facets: { imageClassifier, inspector }, helm: imageClassifier.helm, release: () => imageClassifier.release() };
  },
};
