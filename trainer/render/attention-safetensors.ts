import { writeSafetensors, type WrittenTensor } from '../checkpoints/safetensors.ts';
import { makeFileAtomically } from '../files/atomic.ts';
import { type Attention, type ShownMaps, sidesOf } from '../foreign/attention.ts';
import { mapOf, nameOfLayer } from '../foreign/layer-maps.ts';
import { byteSteps } from '../taps/byte-steps.ts';
import type { Head } from './attention-json.ts';

/**
 * Writes the maps of a pass: one tensor a layer, `[head, query, key]`, named `encoder.0`, `cross.3`…; of a single head
 * `[1, query, key]`, named `encoder.0.2` or `encoder.0.mean`. The metadata tells the model, the texts with their tokens
 * (`source`, `target`, `read`, as JSON), or the image's patches, and what each tensor's queries and keys are (`sides`).
 * @param inBytes float32, or in a quarter of the size: bytes that are the weights times 255, rounded; the metadata says so (`scale`)
 * @throws Failure `disk-full`, `no-such-file`
 */
export async function writeAttention(path: string, attention: Attention, head: Head, inBytes = false): Promise<void> {
  const tensors = attention.maps.map(maps => tensorOf(maps, head, inBytes));
  const sides = Object.fromEntries(attention.maps.map((maps, index) => [tensors[index]?.name ?? '', sidesOf(maps, attention)]));
  const told = { source: attention.source, target: attention.target, read: attention.read, image: attention.image, sides, scale: inBytes ? 1 / byteSteps : undefined };
  const metadata = Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)]]));
  await makeFileAtomically(path, aside => writeSafetensors(aside, tensors, { model: attention.model, ...Object.fromEntries(metadata) }));
}

function tensorOf(maps: ShownMaps, head: Head, inBytes: boolean): WrittenTensor {
  const { heads, queries, keys } = maps;
  const stored = (weights: Float32Array) => (inBytes ? Uint8Array.from(weights, weight => Math.round(weight * byteSteps)) : weights);
  if (head === undefined) return { name: nameOfLayer(maps), shape: [heads, queries, keys], data: stored(maps.weights) };
  return { name: `${nameOfLayer(maps)}.${head}`, shape: [1, queries, keys], data: stored(mapOf(maps, head)) };
}
