/** What probes write: the maps of a few examples, as docs/run-directory.md has it. */
import { type NamedTensor, writeSafetensors } from '../checkpoints/safetensors.ts';
import type { LayerMap } from '../decoding/layer-maps.ts';
import { makeFileAtomically } from '../files/atomic.ts';

/** Bytes that a file's maps may have: it is written at every validation and kept. */
const mostBytes = 16_000_000;

/** An example that was looked at. */
export interface ProbedExample {
  /** The one map that stands for them all, `[query, key]`. */
  readonly map: { readonly shape: readonly [number, number]; readonly data: Float32Array };
  /** Every layer's heads. */
  readonly layers: readonly LayerMap[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** What the steps of the decoder had read, one a step: the keys of its maps. */
  readonly read?: readonly string[];
  /** Links between tokens that people drew: target, source, and 1 where it is undisputed. */
  readonly gold?: readonly (readonly [number, number, 0 | 1])[] | undefined;
}

/** @throws Failure `disk-full`, `no-such-file` */
export async function writeProbe(file: string, examples: readonly ProbedExample[], most = mostBytes): Promise<void> {
  const whole = examples.map(({ map }, index): NamedTensor => ({ name: String(index), ...map }));
  const layers = examples.flatMap((example, index) =>
    example.layers.map(({ kind, layer, shape, data }): NamedTensor => ({ name: `${index}.${kind}.${layer}`, shape, data })),
  );
  const metadata: Record<string, string> = {};
  for (const [index, { source, target, read, gold }] of examples.entries()) {
    metadata[`${index}.source`] = JSON.stringify(source);
    metadata[`${index}.target`] = JSON.stringify(target);
    if (read !== undefined) metadata[`${index}.read`] = JSON.stringify(read);
    if (gold !== undefined) metadata[`${index}.gold`] = JSON.stringify(gold);
  }
  let bytes = 0;
  const kept: NamedTensor[] = [];
  const skipped: string[] = [];
  for (const tensor of [...whole, ...layers]) {
    if (bytes + tensor.data.byteLength > most) {
      skipped.push(tensor.name);
      continue;
    }
    bytes += tensor.data.byteLength;
    kept.push(tensor);
  }
  if (skipped.length > 0) metadata['skipped'] = JSON.stringify(skipped);
  await makeFileAtomically(file, aside => writeSafetensors(aside, kept, metadata));
}
