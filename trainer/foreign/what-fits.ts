/** How much of what a pass looked at is held, and in what: told before it runs, from how long the texts are. */
import type { LayerInfo } from './attention.ts';
import type { LayerId } from './layer-maps.ts';

/** Maps of one pass, in bytes: more are rounded to a byte a weight. */
export const mostFloatBytes = 256 * 2 ** 20;
/** And of all passes together. */
export const mostHeldBytes = 512 * 2 ** 20;

/** Of a layer that does not say how many heads it has. */
const usualHeads = 16;

export interface Fitting {
  readonly layers: readonly LayerInfo[];
  /** What graphs are to give them in. */
  readonly gives: 'uint8' | undefined;
  readonly warnings: readonly string[];
}

/**
 * Which layers are looked at.
 * @param sizeOf how many weights one head of a layer has, at most
 */
export function whatFits(layers: readonly LayerInfo[], sizeOf: (layer: LayerId) => number): Fitting {
  const sizes = layers.map(layer => (layer.heads ?? usualHeads) * sizeOf(layer));
  const gives = 4 * sum(sizes) > mostFloatBytes ? 'uint8' : undefined;
  const kept = firstThatFit(sizes, mostHeldBytes);
  return { layers: layers.slice(0, kept), gives, warnings: leftOut(layers.slice(kept)) };
}

/** How many of these sizes, in bytes, fit into so many; at least the first. */
export function firstThatFit(sizes: readonly number[], most: number): number {
  let total = 0;
  const beyond = sizes.findIndex(size => (total += size) > most);
  return beyond < 0 ? sizes.length : Math.max(1, beyond);
}

/** @param layers that are not held */
export function leftOut(layers: readonly { readonly kind: string; readonly layer: number }[]): string[] {
  const [first] = layers;
  if (first === undefined) return [];
  const name = `${first.kind} layer ${first.layer}`;
  const which = layers.length === 1 ? `those of ${name} are` : `those of ${layers.length} layers, from ${name} on, are`;
  return [`The maps of a text so long do not fit into the memory that is kept for them: ${which} not shown.`];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
