/** How much of what a pass looked at is held, and in what: told before it runs, from how long the texts are. */
import { Failure } from '../../protocol/failure.ts';
import type { LayerInfo } from './attention.ts';
import type { LayerId } from './layer-maps.ts';
import { gigabytes, type Memory, memoryNow } from './memory.ts';

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
 * @throws Failure `text-too-long` where not even the first has room in the memory that is free
 */
export function whatFits(layers: readonly LayerInfo[], sizeOf: (layer: LayerId) => number, memory = memoryNow()): Fitting {
  const sizes = layers.map(layer => (layer.heads ?? usualHeads) * sizeOf(layer));
  checkFirst(sizes[0] ?? 0, layers[0] === undefined ? 0 : sizeOf(layers[0]), memory);
  const gives = 4 * sum(sizes) > mostFloatBytes ? 'uint8' : undefined;
  const kept = firstThatFit(sizes, mostHeldBytes);
  return { layers: layers.slice(0, kept), gives, warnings: leftOut(kept, layers.length) };
}

/** Of a weight: a float while a graph runs, and the byte that it gives. */
const bytesWhileRunning = 5;

/** The first layer is looked at whatever its size; where that is more than is kept of all, it is to fit in what is free. */
function checkFirst(size: number, weights: number, { free }: Memory): void {
  const needed = bytesWhileRunning * size;
  if (size <= mostHeldBytes || needed <= free) return;
  const tokens = Math.floor(Math.sqrt(weights * (free / needed)));
  throw new Failure(
    'text-too-long',
    `The maps of a text of ${Math.round(Math.sqrt(weights)).toLocaleString('en')} tokens need ${gigabytes(needed)} a layer, and ${gigabytes(free)} of memory are free: those of about ${tokens.toLocaleString('en')} tokens have room.`,
    'Give a shorter text, or close other programs.',
  );
}

/** How many of these sizes, in bytes, fit into so many; at least the first. */
export function firstThatFit(sizes: readonly number[], most: number): number {
  let total = 0;
  const beyond = sizes.findIndex(size => (total += size) > most);
  return beyond < 0 ? sizes.length : Math.max(1, beyond);
}

/** @param kept how many layers are held, the first ones of `all` */
export function leftOut(kept: number, all: number): string[] {
  if (kept === all) return [];
  // Without their numbers: these count from 0 on the command line, and from 1 in the panel.
  return [`The maps of a text so long do not fit into the memory that is kept for them: only those of the first ${kept === 1 ? '' : `${kept} `}of ${all} layers are shown.`];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
