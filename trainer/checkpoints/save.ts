/** Writes a checkpoint's files into a folder: its graphs, their weights beside them, the vocabulary and the manifest. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExternalWeights, writeOnnx } from '../graph/write.ts';
import { writeFileSynced } from '../files/atomic.ts';
import { graphsOf } from '../models/model.ts';
import type { ParameterSpec, StoreParameter } from '../models/parameters.ts';
import type { TokenizerJson } from '../text/byte-pair.ts';
import { type Manifest, manifestName } from './manifest.ts';
import { storeFloat32, storeInt8 } from './precision.ts';

export interface CheckpointContents {
  readonly manifest: Manifest;
  /** Of a model that reads text. */
  readonly tokenizer?: TokenizerJson | undefined;
  readonly parameters: readonly { readonly spec: ParameterSpec; readonly data: Float32Array }[];
}

/** Constants of at least this many bytes go into the weights' file; smaller ones stay in the graph. */
const externalFrom = 256;
/** ONNX Runtime maps weights that are aligned to a page of memory. */
const alignment = 4096;

/**
 * Fills `folder`, which the caller makes appear at once (`replaceDirectoryAtomically`).
 * @throws Failure `disk-full`
 */
export async function saveCheckpoint(folder: string, { manifest, tokenizer, parameters }: CheckpointContents): Promise<void> {
  const { files, architecture, precision } = manifest;
  const weights = new WeightsFile(files.weights);
  const byName = new Map(parameters.map(parameter => [parameter.spec.name, parameter]));
  const store: StoreParameter = (graph, name) => {
    const parameter = byName.get(name);
    if (parameter === undefined) throw new Error(`no parameter is named ${name}`);
    const { spec, data } = parameter;
    return precision === 'int8' ? storeInt8(graph, name, spec.shape, data) : storeFloat32(graph, name, spec.shape, data);
  };
  const written = { external: weights.external };
  const graphs = Object.entries(graphsOf(architecture, store)).map(([role, graph]) => [role, writeOnnx(graph, written)] as const);
  await weights.write(join(folder, files.weights));
  const names: Readonly<Record<string, string>> = files;
  for (const [role, bytes] of graphs) await writeFileSynced(join(folder, names[role] ?? `${role}.onnx`), bytes);
  if (tokenizer !== undefined) await writeFileSynced(join(folder, names['tokenizer'] ?? 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFileSynced(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The weights of all graphs, each tensor stored once. */
class WeightsFile {
  readonly external: ExternalWeights;
  readonly #tensors: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  readonly #offsets = new Map<string, number>();
  #size = 0;

  constructor(file: string) {
    this.external = { file, from: externalFrom, place: (name, bytes) => this.#place(name, bytes) };
  }

  async write(path: string): Promise<void> {
    const file = await open(path, 'w');
    try {
      let end = 0;
      for (const { offset, bytes } of this.#tensors) {
        // `writeFile` goes on until all is written; one `write` takes only what a nearly full disk has room for.
        await file.writeFile(new Uint8Array(offset - end));
        await file.writeFile(bytes);
        end = offset + bytes.byteLength;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #place(name: string, bytes: Uint8Array): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = bytes.byteLength >= alignment ? Math.ceil(this.#size / alignment) * alignment : this.#size;
    this.#tensors.push({ offset, bytes });
    this.#offsets.set(name, offset);
    this.#size = offset + bytes.byteLength;
    return offset;
  }
}
