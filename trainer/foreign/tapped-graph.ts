/** One graph of a foreign model, loaded so that its attention can be read, layer by layer. */
import type { UntappedInfo } from '../../protocol/checkpoint.ts';
import type { Session, Tensor, Tensors, TensorType } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import { Failure } from '../../protocol/failure.ts';
import { layerInWords } from '../../protocol/map-name.ts';
import type { Rudder } from '../steering/graph/rows.ts';
import type { ExposedParts } from '../taps/parts/expose.ts';
import type { ExposedNorms } from '../taps/parts/norms.ts';
import { freeFeeds } from '../steering/feeds.ts';
import { Helm, type RunOf, type SteerableLayer } from '../steering/helm.ts';
import type { LayerInfo } from './attention.ts';
import { type LayerId, type LayerMaps, type MapWeights, isSameLayer, nameOfLayer, readMaps, unrounded } from './layer-maps.ts';
import { floatsOf } from './numbers.ts';

/** How a graph is loaded. */
export interface RunSettings {
  readonly threads: number;
  /**
   * What the graph gives maps in. `uint8`: rounded to `byteSteps` inside the graph, off by at most 1/510, and a quarter of the bytes to
   * be brought out. Left out, float32.
   */
  readonly maps?: 'uint8' | undefined;
  /** What passes are steered by; left out, none are. */
  readonly helm?: Helm;
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
  /** One sentence on why a layer cannot be steered; `undefined` where it can. */
  readonly whyNot: (layer: LayerId) => string | undefined;
  /**
   * Loads the graph so that it gives the maps of these layers besides its outputs.
   * @param steered those that can be steered
   * @param looks the layer behind whose weights the numbers are given, too, and whether the norms of the values of all are
   * @returns the output that holds the maps of each
   * @throws Error, ONNX Runtime's own or a `Failure`, where it is broken
   */
  readonly load: (layers: readonly TappedLayer[], settings: RunSettings, steered: readonly TappedLayer[], looks: Looks) => Promise<Loaded>;
}

export interface TappedLayer extends LayerInfo {
  /** The operator that computes it. */
  readonly operator: string;
  /** One sentence on why the numbers behind its weights cannot be told. */
  readonly whyNoNumbers: string | undefined;
}

/** What a graph is to give besides maps. */
export interface Looks {
  readonly probed: TappedLayer | undefined;
  readonly norms: boolean;
}

export interface Loaded {
  readonly session: Session;
  /** By the layer's name. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What it is to be fed besides, of the layers that can be steered. */
  readonly rudders: ReadonlyMap<string, Rudder>;
  /** The numbers behind the weights of a layer. */
  readonly probed: { readonly layer: LayerId; readonly parts: readonly ExposedParts[] } | undefined;
  /** Norms of values by the layer's name; of none where they were not asked for. */
  readonly norms: ReadonlyMap<string, readonly ExposedNorms[]> | undefined;
}

export interface Ran<Weights extends MapWeights = Float32Array> {
  readonly tensors: Tensors;
  /** By text of the batch, in the order of the layers that were asked for. */
  readonly maps: LayerMaps<Weights>[][];
}

/** How a graph is run, where that is not one text at once with all of its queries. */
export interface RunOptions {
  /** How many texts are fed beside each other. */
  readonly batch?: number;
  /** What maps are to be given in, where that is to be another than it was opened with. */
  readonly gives?: RunSettings['maps'];
  /** Which queries of a text it is of. */
  readonly of?: RunOf;
}

const whole: RunOf = { before: 0 };

export class TappedGraph {
  readonly runtime: Runtime;
  readonly helm: Helm;
  readonly #heads = new Map<string, number>();
  readonly #settings: RunSettings;
  /** Nothing where it could not be loaded anew. */
  #loaded: Loaded | undefined;
  /** What it was loaded to give maps in. */
  #gives: RunSettings['maps'];

  private constructor(readonly source: GraphSource, loaded: Loaded, settings: RunSettings) {
    this.#loaded = loaded;
    this.#gives = settings.maps;
    this.#settings = settings;
    this.runtime = loaded.session.runtime;
    this.helm = settings.helm ?? new Helm();
    this.helm.register(() => this.layers.map(layer => this.#steerable(layer)));
  }

  /**
   * Loads a graph.
   * @param layers that will be looked at, as far as that is known. A graph computes all that it can give, whether it is fetched or
   *   not, so it gives the maps of no other layer until they are asked for; then it is loaded anew.
   * @throws Failure `broken-model`
   */
  static async open(source: GraphSource, settings: RunSettings, layers: readonly LayerId[] = []): Promise<TappedGraph> {
    return new TappedGraph(source, await load(source, among(source, layers), settings, [], { probed: undefined, norms: false }), settings);
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
    const { tensors, maps } = await this.runStored(feeds, wanted, layers, { batch });
    return { tensors, maps: maps.map(each => each.map(unrounded)) };
  }

  /** The same, with maps in what the graph gives them in. */
  async runStored(
    feeds: Tensors, wanted: readonly string[], layers: readonly LayerId[], { batch = 1, gives = this.#settings.maps, of = whole }: RunOptions,
  ): Promise<Ran<MapWeights>> {
    const steered = this.helm.steered(this.layers);
    await this.#countHeads(feeds, steered.filter(({ heads }) => heads === null), gives);
    const looked = this.helm.probed(this.layers);
    const { session, outputs, rudders, probed, norms } = await this.#exposing(layers, gives, { steered, probed: looked });
    const places = layers.map(layer => outputs.get(nameOfLayer(layer)) ?? '');
    const parts = looked === undefined ? [] : (probed?.parts ?? []);
    const normed = this.helm.collects ? layers.flatMap(layer => norms?.get(nameOfLayer(layer)) ?? []) : [];
    const fetches = [...new Set([...wanted, ...places, ...parts.flatMap(place => [...place.outputs.values()]), ...normed.flatMap(place => [place.norms, ...place.shapes.values()])])];
    const tensors = await this.#fetch(session, { ...feeds, ...this.#steering(rudders, of) }, fetches);
    const maps = Array.from({ length: batch }, (_, index) =>
      layers.map((layer, at): LayerMaps<MapWeights> => {
        const tensor = tensors[places[at] ?? ''];
        if (tensor === undefined) throw new Error(`${this.file} did not give the maps of ${nameOfLayer(layer)}`);
        return readMaps({ kind: layer.kind, layer: layer.layer }, tensor.dims, weightsOf(tensor), batch, index);
      }),
    );
    for (const one of maps[0] ?? []) {
      this.#learn(one, one.heads);
      if (steered.some(layer => isSameLayer(layer, one))) this.helm.reach(this.#steerable(one), one.queries, one.keys, of);
    }
    if (normed.length > 0) {
      for (const one of maps[0] ?? []) this.helm.showNorms(this.#steerable(one), norms?.get(nameOfLayer(one)) ?? [], tensors, of);
    }
    if (looked !== undefined) this.helm.show(this.#steerable(looked), parts, tensors, of);
    return { tensors, maps };
  }

  async release(): Promise<void> {
    await this.#loaded?.session.release();
    this.#loaded = undefined;
  }

  /** What was looked at before will be again: it stays. */
  async #exposing(layers: readonly LayerId[], gives: RunSettings['maps'], { steered, probed }: { readonly steered: readonly LayerId[]; readonly probed: LayerId | undefined }): Promise<Loaded> {
    const { outputs, rudders, probed: known, norms } = this.#loaded ?? {};
    const isNormed = !this.helm.collects || layers.every(layer => norms?.has(nameOfLayer(layer)));
    const isProbed = probed === undefined || (known !== undefined && isSameLayer(known.layer, probed));
    const isSame = layers.length === 0 || gives === this.#gives;
    const isSteerable = steered.every(layer => rudders?.has(nameOfLayer(layer)));
    if (this.#loaded !== undefined && isSame && isSteerable && isProbed && isNormed && layers.every(layer => outputs?.has(nameOfLayer(layer)))) return this.#loaded;
    const wanted = this.source.layers.filter(layer => outputs?.has(nameOfLayer(layer)) === true || layers.some(one => isSameLayer(one, layer)));
    // Twice the weights need not fit into the memory.
    await this.release();
    const steerable = this.source.layers.filter(layer => rudders?.has(nameOfLayer(layer)) === true || steered.some(one => isSameLayer(one, layer)));
    const looked = this.source.layers.find(layer => probed !== undefined && isSameLayer(layer, probed));
    this.#loaded = await load(this.source, wanted, { ...this.#settings, maps: gives }, steerable, { probed: looked, norms: this.helm.collects });
    this.#gives = gives;
    const absent = layers.find(layer => !wanted.some(one => isSameLayer(one, layer)));
    if (absent !== undefined) {
      throw new Failure('bad-argument', `${this.file} has no ${layerInWords(absent)} that can be read.`, 'Choose another layer.');
    }
    return this.#loaded;
  }

  /** A branch that has not the layer tells none. */
  #learn(layer: LayerId, heads: number): void {
    if (heads > 0) this.#heads.set(nameOfLayer(layer), heads);
  }

  /** @throws Failure `broken-model` */
  async #fetch(session: Session, feeds: Tensors, names: readonly string[]): Promise<Tensors> {
    try {
      return await session.run(feeds, Object.fromEntries(names.map(name => [name, null])));
    } catch (thrown) {
      const hint = 'Give it a shorter text, or numbers of the shapes that it asks for. If it runs on none, get the model again.';
      throw new Failure('broken-model', `${this.file} cannot be run on this: ${reasonOf(thrown)}`, hint, { cause: thrown });
    }
  }

  /** Runs it once without steering, where only a run tells how many heads there are to be steered. */
  async #countHeads(feeds: Tensors, layers: readonly LayerId[], gives: RunSettings['maps']): Promise<void> {
    if (layers.length === 0) return;
    const { session, outputs, rudders } = await this.#exposing(layers, gives, { steered: layers, probed: undefined });
    const free = [...rudders.values()].map(rudder => freeFeeds(this.runtime, rudder));
    const tensors = await this.#fetch(session, Object.assign({}, feeds, ...free), layers.map(layer => outputs.get(nameOfLayer(layer)) ?? ''));
    for (const layer of layers) this.#learn(layer, tensors[outputs.get(nameOfLayer(layer)) ?? '']?.dims[1] ?? 0);
  }

  #steerable(layer: LayerInfo): SteerableLayer {
    const whyNoNumbers = this.source.layers.find(one => isSameLayer(one, layer))?.whyNoNumbers;
    return { ...layer, whyNot: () => this.source.whyNot(layer), whyNoNumbers: async () => whyNoNumbers };
  }

  #steering(rudders: Loaded['rudders'], of: RunOf): Tensors {
    const feeds: Tensors = {};
    for (const layer of this.layers.map(one => this.#steerable(one))) {
      const rudder = rudders.get(nameOfLayer(layer));
      if (rudder !== undefined) Object.assign(feeds, this.helm.feeds(this.runtime, layer, rudder, of));
    }
    return feeds;
  }
}

function weightsOf(tensor: Tensor): MapWeights {
  return tensor.data instanceof Uint8Array ? tensor.data : floatsOf(tensor);
}

function among({ layers }: GraphSource, wanted: readonly LayerId[]): readonly TappedLayer[] {
  return layers.filter(layer => wanted.some(one => isSameLayer(one, layer)));
}

async function load(...[source, ...wanted]: [GraphSource, ...Parameters<GraphSource['load']>]): Promise<Loaded> {
  try {
    return await source.load(...wanted);
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
