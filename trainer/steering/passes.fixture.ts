/** Passes over models of a test, each model opened once, and what tests look at in them. */
import type { Intervention } from '../../protocol/intervention.ts';
import type { OpenOptions } from '../engine/models.ts';
import type { OpenModel } from '../foreign/facets.ts';
import type { HeldLayer } from '../inspection/held.ts';
import { passOf } from '../inspection/inspector.ts';
import type { Pass } from '../inspection/pass.ts';
import { headMatrix } from '../inspection/reading/matrix.ts';

export interface Asked {
  readonly text: string;
  readonly beam?: number;
  readonly image?: Uint8Array;
}

export class Passes<Model extends OpenModel> {
  readonly #open: (path: string, options: OpenOptions) => Promise<Model>;
  readonly #opened = new Map<string, Model>();

  constructor(open: (path: string, options: OpenOptions) => Promise<Model>) {
    this.#open = open;
  }

  async model(path: string): Promise<Model> {
    const known = this.#opened.get(path) ?? (await this.#open(path, { threads: 1, whenLarge: { do: 'refuse' } }));
    this.#opened.set(path, known);
    return known;
  }

  async of(path: string, { text, beam = 1, image }: Asked, interventions: readonly Intervention[] = []): Promise<Pass> {
    return passOf(await this.model(path), { folder: path, image, asked: { model: path, text, languageId: 'plaintext', beam, interventions } });
  }

  async release(): Promise<void> {
    for (const model of this.#opened.values()) await model.release();
  }
}

export function layerOf({ layers }: Pass, kind: HeldLayer['kind'], layer = 0): HeldLayer {
  const found = layers.find(one => one.kind === kind && one.layer === layer);
  if (found === undefined) throw new Error(`no ${kind}.${layer}`);
  return found;
}

/** One row of a head's map. */
export function row(of: Pass, kind: HeldLayer['kind'], layer: number, head: number, query: number): number[] {
  return [...headMatrix(layerOf(of, kind, layer), head).row(query)];
}

export const outputOf = ({ output }: Pass): unknown => (output.kind === 'written' ? output.steps.map(({ written }) => written) : output);
