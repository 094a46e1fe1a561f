/** Brings the maps of a pass into the room that there is for them. */
import { byteSteps } from '../taps/byte-steps.ts';
import { firstThatFit, leftOut, mostFloatBytes, mostHeldBytes } from '../foreign/what-fits.ts';
import type { HeldBlock, HeldLayer } from './held.ts';
import type { Pass } from './pass.ts';

export interface Room {
  /** Of one pass, in bytes: more are rounded to a byte a weight. */
  readonly floats: number;
  /** Of all passes together. */
  readonly all: number;
}

export const usualRoom: Room = { floats: mostFloatBytes, all: mostHeldBytes };

/** Rounded where there are too many, and without the last layers where there are too many even so. */
export function fitted(pass: Pass, room: Room = usualRoom): Pass {
  const layers = bytesOf(pass.layers) > room.floats ? pass.layers.map(rounded) : pass.layers;
  const kept = firstThatFit(layers.map(layer => bytesOf([layer])), room.all);
  return { ...pass, layers: layers.slice(0, kept), warnings: [...pass.warnings, ...leftOut(kept, layers.length)] };
}

export function bytesOf(layers: readonly HeldLayer[]): number {
  return layers.reduce((sum, { blocks, values }) => blocks.reduce((bytes, { weights }) => bytes + weights.byteLength, sum + (values?.byteLength ?? 0)), 0);
}

function rounded(layer: HeldLayer): HeldLayer {
  return { ...layer, blocks: layer.blocks.map((block): HeldBlock => ({ ...block, weights: bytes(block.weights) })) };
}

function bytes(weights: HeldBlock['weights']): Uint8Array {
  if (weights instanceof Uint8Array) return weights;
  const steps = new Uint8Array(weights.length);
  for (let place = 0; place < steps.length; place++) steps[place] = Math.round((weights[place] ?? 0) * byteSteps);
  return steps;
}
