/** The one model that an engine holds, of whatever kind was asked for last: one at a time bounds the memory. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestName, type Manifest } from '../checkpoints/manifest.ts';
import { readManifest } from '../checkpoints/open.ts';
import type { ImageClassifier } from '../classifying/image-classifier.ts';
import type { TextClassifier } from '../classifying/text-classifier.ts';
import type { Continuer } from '../decoding/continuer.ts';
import type { Replier } from '../decoding/replier.ts';
import { Translator } from '../decoding/translator.ts';

interface Kinds {
  readonly translator: Translator;
  readonly replier: Replier;
  readonly continuer: Continuer;
  readonly textClassifier: TextClassifier;
  readonly imageClassifier: ImageClassifier;
}
export type Kind = keyof Kinds;

type Opener<K extends Kind> = (folder: string, options: { readonly threads: number }) => Promise<Kinds[K]>;

/** The code of the rarer kinds is loaded with the first model of theirs. */
const openers: { readonly [K in Kind]: Opener<K> } = {
  translator: (folder, options) => Translator.open(folder, options),
  replier: async (folder, options) => (await import('../decoding/replier.ts')).Replier.open(folder, options),
  continuer: async (folder, options) => (await import('../decoding/continuer.ts')).Continuer.open(folder, options),
  textClassifier: async (folder, options) => (await import('../classifying/text-classifier.ts')).TextClassifier.open(folder, options),
  imageClassifier: async (folder, options) => (await import('../classifying/image-classifier.ts')).ImageClassifier.open(folder, options),
};

const kindOfTask: { readonly [Task in Manifest['task']]: Kind } = {
  translation: 'translator',
  dialogue: 'replier',
  'language-modelling': 'continuer',
  classification: 'textClassifier',
  'image-classification': 'imageClassifier',
};

export class LoadedModel {
  #key: string | undefined;
  #models: { -readonly [K in Kind]?: Kinds[K] } = {};

  constructor(private readonly threads: number) {}

  /**
   * The model in `folder`; one saved anew since it was loaded is loaded again.
   * @param onLoading called where that takes a while
   * @throws Failure `unknown-model`, `broken-model`; `bad-argument` where it is of another kind
   */
  async get<K extends Kind>(kind: K, folder: string, onLoading: () => void): Promise<Kinds[K]> {
    const stats = await stat(join(folder, manifestName)).catch(() => undefined);
    const key = `${folder}\n${stats?.ino ?? 0} ${stats?.mtimeMs ?? 0} ${stats?.size ?? 0}`;
    const known = this.#key === key ? this.#models[kind] : undefined;
    if (known !== undefined) return known;
    onLoading();
    const old = Object.values(this.#models);
    this.#models = {};
    for (const model of old) await model.release();
    const model = await openers[kind](folder, { threads: this.threads });
    this.#models[kind] = model;
    this.#key = key;
    return model;
  }

  /** The same, of whatever kind it is. */
  async load(folder: string, onLoading: () => void): Promise<Kinds[Kind]> {
    const { manifest } = await readManifest(folder);
    return this.get(kindOfTask[manifest.task], folder, onLoading);
  }
}
