/** One graph of a foreign model, loaded so that its attention can be read, layer by layer. */
import type { UntappedInfo } from '../../protocol/checkpoint.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { Session, Tensor, Tensors, TensorType } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import { Failure } from '../../protocol/failure.ts';
import { byteSteps } from '../taps/expose.ts';
import type { LayerInfo } from './attention.ts';
import { type LayerId, type LayerMaps, isSameLayer, nameOfLayer, readMaps } from './layer-maps.ts';
import { floatsOf } from './numbers.ts';

/** How a graph is loaded. */
export interface RunSettings {
  readonly threads: number;
  /**
   * What the graph gives maps in. `uint8`: rounded to `byteSteps` inside the graph, off by at most 1/510, and a quarter of the bytes to
   * be brought out. Left out, float32.
   */
  readonly maps?: 'uint8' | undefined;
}

/** A graph with what was found in it, before it is loaded. */
export interface GraphSource {
  /** Which of a model's graphs it is: `decoder_model`. */
  readonly name: string;
  /** What messages call it. */
  readonly file: string;
  /** What it is loaded from, its own file and those of its weights, with their sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly layers: readonly TappedLayer[];
  readonly untapped: readonly UntappedInfo[];
  /**
   * Loads the graph so that it gives the maps of these layers besides its outputs.
   * @returns the output that holds the maps of each
   * @throws Error, ONNX Runtime's own or a `Failure`, where it is broken
   */
  readonly load: (layers: readonly TappedLayer[], settings: RunSettings) => Promise<Loaded>;
}

export interface TappedLayer extends LayerInfo {
  /** The operator that computes it. */
  readonly operator: string;
}

export interface Loaded {
  readonly session: Session;
  /** By the layer's name. */
  readonly outputs: ReadonlyMap<string, string>;
}

export interface Ran {
  readonly tensors: Tensors;
  /** By text of the batch, in the order of the layers that were asked for. */
  readonly maps: LayerMaps[][];
}

export class TappedGraph {
  readonly runtime: Runtime;
  readonly #heads = new Map<string, number>();
  readonly #settings: RunSettings;
  /** Nothing where it could not be loaded anew. */
  #loaded: Loaded | undefined;

  private constructor(readonly source: GraphSource, loaded: Loaded, settings: RunSettings) {
    this.#loaded = loaded;
    this.#settings = settings;
    this.runtime = loaded.session.runtime;
  }

  /**
   * Loads a graph.
   * @param layers that will be looked at, as far as that is known. A graph computes all that it can give, whether it is fetched or
   *   not, so it gives the maps of no other layer until they are asked for; then it is loaded anew.
   * @throws Failure `broken-model`
   */
  static async open(source: GraphSource, settings: RunSettings, layers: readonly LayerId[] = []): Promise<TappedGraph> {
    return new TappedGraph(source, await load(source, among(source, layers), settings), settings);
  }

  get file(): string {
    return this.source.file;
  }

  /** Every layer whose attention can be read; how many heads it has is known at the latest when it ran. */
  get layers(): readonly LayerInfo[] {
    return this.source.layers.map(({ kind, layer, heads }) => ({ kind, layer, heads: heads ?? this.#heads.get(nameOfLayer({ kind, layer })) ?? null }));
  }

  /**
   * Runs it.
   * @param wanted its outputs that are wanted
   * @param layers whose maps are wanted
   * @param batch how many texts are fed beside each other
   * @throws Failure `broken-model` where it cannot run so
   */
  async run(feeds: Tensors, wanted: readonly string[], layers: readonly LayerId[] = [], batch = 1): Promise<Ran> {
    const { session, outputs } = await this.#exposing(layers);
    const places = layers.map(layer => outputs.get(nameOfLayer(layer)) ?? '');
    const fetches = [...new Set([...wanted, ...places])];
    const tensors = await session.run(feeds, Object.fromEntries(fetches.map(name => [name, null]))).catch((thrown: unknown) => {
      throw brokenModel(`${this.file} cannot be run on this: ${reasonOf(thrown)}`, thrown);
    });
    const maps = Array.from({ length: batch }, (_, index) =>
      layers.map((layer, at): LayerMaps => {
        const tensor = tensors[places[at] ?? ''];
        if (tensor === undefined) throw new Error(`${this.file} did not give the maps of ${nameOfLayer(layer)}`);
        return readMaps({ kind: layer.kind, layer: layer.layer }, tensor.dims, weightsOf(tensor), batch, index);
      }),
    );
    for (const one of maps[0] ?? []) this.#heads.set(nameOfLayer(one), one.heads);
    return { tensors, maps };
  }

  async release(): Promise<void> {
    await this.#loaded?.session.release();
    this.#loaded = undefined;
  }

  /** What was looked at before will be again: it stays. */
  async #exposing(layers: readonly LayerId[]): Promise<Loaded> {
    const outputs = this.#loaded?.outputs;
    if (this.#loaded !== undefined && layers.every(layer => outputs?.has(nameOfLayer(layer)))) return this.#loaded;
    const wanted = this.source.layers.filter(layer => outputs?.has(nameOfLayer(layer)) === true || layers.some(one => isSameLayer(one, layer)));
    // Twice the weights need not fit into the memory.
    await this.release();
    this.#loaded = await load(this.source, wanted, this.#settings);
    const absent = layers.find(layer => !wanted.some(one => isSameLayer(one, layer)));
    if (absent !== undefined) {
      throw new Failure('bad-argument', `${this.file} has no ${absent.kind} attention of layer ${absent.layer} that can be read.`, 'Choose another layer.');
    }
    return this.#loaded;
  }
}

/** Of bytes, the weights that they are steps of (`RunSettings.maps`). */
function weightsOf(tensor: Tensor): Float32Array {
  return tensor.data instanceof Uint8Array ? Float32Array.from(tensor.data, step => step / byteSteps) : floatsOf(tensor);
}

function among({ layers }: GraphSource, wanted: readonly LayerId[]): readonly TappedLayer[] {
  return layers.filter(layer => wanted.some(one => isSameLayer(one, layer)));
}

async function load(source: GraphSource, layers: readonly TappedLayer[], settings: RunSettings): Promise<Loaded> {
  try {
    return await source.load(layers, settings);
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure(
      'broken-model',
      `${source.file} cannot be loaded: ${reasonOf(thrown)}`,
      'It may be damaged, or use operators that ONNX Runtime has not. It can still be inspected.',
      { cause: thrown },
    );
  }
}

/** What ONNX Runtime says, without the places in its own source. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replaceAll(/\S*\/onnxruntime\/\S+ /gu, '').trim().slice(0, 600);
}
