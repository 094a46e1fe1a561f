import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import { makeFileAtomically } from '../files/atomic.ts';
import { type Attention, sidesOf } from '../foreign/attention.ts';
import { type LayerMaps, mapOf, nameOfLayer } from '../foreign/layer-maps.ts';
import type { Head } from './attention-json.ts';

/**
 * Writes the maps of a pass: one float32 tensor a layer, `[head, query, key]`, named `encoder.0`, `cross.3`…; of a single head
 * `[1, query, key]`, named `encoder.0.2` or `encoder.0.mean`. The metadata tells the model, the texts with their tokens
 * (`source`, `target`, as JSON), or the image's patches, and what each tensor's queries and keys are (`sides`).
 * @throws Failure `disk-full`, `no-such-file`
 */
export async function writeAttention(path: string, attention: Attention, head: Head): Promise<void> {
  const tensors = attention.maps.map(maps => tensorOf(maps, head));
  const sides = Object.fromEntries(attention.maps.map((maps, index) => [tensors[index]?.name ?? '', sidesOf(maps, attention)]));
  const told = { source: attention.source, target: attention.target, image: attention.image, sides };
  const metadata = Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [[key, JSON.stringify(value)]]));
  await makeFileAtomically(path, aside => writeSafetensors(aside, tensors, { model: attention.model, ...Object.fromEntries(metadata) }));
}

function tensorOf(maps: LayerMaps, head: Head): NamedTensor {
  const { heads, queries, keys, weights } = maps;
  if (head === undefined) return { name: nameOfLayer(maps), shape: [heads, queries, keys], data: weights };
  return { name: `${nameOfLayer(maps)}.${head}`, shape: [1, queries, keys], data: mapOf(maps, head) };
}
