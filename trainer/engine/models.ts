/** The one model that an engine holds, whoever made it: one at a time bounds the memory. */
import { type Facet, facetOf, type Facets, type OpenModel } from '../foreign/facets.ts';
import type { WhenLarge } from '../foreign/memory.ts';
import { versionOf } from './model-version.ts';
import { openOwn, ownFolder } from './own-model.ts';

export interface LoadOptions {
  /** Called where loading takes a while. */
  readonly onLoading: () => void;
  readonly whenLarge: WhenLarge;
}

export class LoadedModel {
  #version: string | undefined;
  #model: OpenModel | undefined;

  constructor(private readonly threads: number) {}

  /**
   * The model at a path; one saved anew since it was loaded is loaded again.
   * @throws Failure `unknown-model`, `broken-model`, `not-enough-memory`; `bad-argument` where it cannot be asked that
   */
  async get<F extends Facet>(facet: F, path: string, options: LoadOptions): Promise<Facets[F]> {
    return facetOf(await this.load(path, options, facet), facet);
  }

  /** The same, whatever it is then asked. @param facet what it is loaded for, where that is known */
  async load(path: string, { onLoading, whenLarge }: LoadOptions, facet?: Facet): Promise<OpenModel> {
    const version = await versionOf(path);
    if (this.#version === version && this.#model !== undefined) return this.#model;
    onLoading();
    const old = this.#model;
    this.#model = undefined;
    this.#version = undefined;
    await old?.release();
    const model = await openModel(path, { threads: this.threads, whenLarge, facet });
    this.#model = model;
    this.#version = version;
    return model;
  }
}

export interface OpenOptions {
  readonly threads: number;
  readonly whenLarge: WhenLarge;
  /** What it is opened for: of another, nothing is loaded. */
  readonly facet?: Facet | undefined;
}

/**
 * Opens a model of whatever format. The code of those that others made is loaded with the first of them.
 * @throws Failure `unknown-model`, `broken-model`, `not-enough-memory`; `bad-argument` for what can only be looked at
 */
export async function openModel(path: string, options: OpenOptions): Promise<OpenModel> {
  const own = ownFolder(path);
  if (own !== undefined) return openOwn(own, options);
  const { openForeign } = await import('../foreign/open.ts');
  return openForeign(path, options);
}
