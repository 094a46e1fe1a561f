/** A graph of a model of ours, loaded: it runs as it is until one of its layers is steered; then a copy takes its place that can be. */
import { basename } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import { Session, type Tensors, type TensorType } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';
import type { MapPlace } from '../models/map-place.ts';
import { Edits } from '../onnx/edits.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { openOnnx } from '../onnx/open.ts';
import { splice } from '../onnx/splice.ts';
import { findTaps } from '../taps/find.ts';
import { type ExposedParts, exposeParts, whyNoNumbers } from '../taps/parts/expose.ts';
import { type ExposedNorms, exposeNorms } from '../taps/parts/norms.ts';
import type { TapPlace } from '../taps/tap.ts';
import type { Rudder } from './graph/rows.ts';
import { type SteerableTap, steerGraph } from './graph/steer-graph.ts';
import { Uses } from './graph/uses.ts';
import type { Helm, RunOf, SteerableLayer } from './helm.ts';
import { ownTap } from './own-taps.ts';
import { nameOf } from './steering.ts';

/** What is asked of a loaded graph, whatever it is. */
export interface LoadedGraph {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly runtime: Runtime;
  /** As `Session` does. @param of which queries of a text it is of; left out, all of them */
  run(feeds: Tensors, into: Parameters<Session['run']>[1], of?: RunOf): Promise<Tensors>;
  release(): Promise<void>;
}

export interface OwnGraphFiles {
  readonly graph: string;
  readonly weights: string;
  readonly threads: number;
}

interface OwnLayer extends SteerableLayer {
  readonly heads: number;
  readonly output: string;
}

/** A layer behind whose weights the numbers are given. */
interface ProbedLayer {
  readonly layer: OwnLayer;
  readonly parts: readonly ExposedParts[];
}

const whole: RunOf = { before: 0 };

export class OwnGraph implements LoadedGraph {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly runtime: Runtime;
  readonly #layers: readonly OwnLayer[];
  #rudders: ReadonlyMap<string, Rudder> = new Map();
  #probed: ProbedLayer | undefined;
  #norms: ReadonlyMap<string, readonly ExposedNorms[]> | undefined;
  /** Where each layer attends, by its name, with the numbers behind it. */
  #places: Promise<ReadonlyMap<string, readonly TapPlace[]>> | undefined;

  private constructor(private session: Session, private readonly files: OwnGraphFiles, private readonly helm: Helm, layers: readonly Omit<OwnLayer, 'whyNoNumbers'>[]) {
    this.inputs = session.inputs;
    this.outputs = session.outputs;
    this.runtime = session.runtime;
    this.#layers = layers.map(layer => ({ ...layer, whyNoNumbers: async () => whyNoNumbers({ places: (await this.#attending()).get(nameOf(layer)) ?? unknownPlace }) }));
    helm.register(() => this.#layers);
  }

  /**
   * @param maps those that the model gives; of which this graph has some
   * @throws Failure `broken-model`, naming the file to blame
   */
  static async open(files: OwnGraphFiles, helm: Helm, maps: readonly OwnMap[]): Promise<OwnGraph> {
    const session = await blaming(files, () => Session.open(files.graph, files));
    const given = new Set(session.outputs.map(({ name }) => name));
    return new OwnGraph(session, files, helm, layersOf(maps.filter(({ output }) => given.has(output))));
  }

  async run(feeds: Tensors, into: Parameters<Session['run']>[1], of = whole): Promise<Tensors> {
    const steered = this.helm.steered(this.#layers);
    const probed = this.helm.probed(this.#layers);
    const isProbed = probed === undefined || probed === this.#probed?.layer;
    const isNormed = !this.helm.collects || this.#layers.length === 0 || this.#norms !== undefined;
    if (!isProbed || !isNormed || steered.some(layer => !this.#rudders.has(nameOf(layer)))) await this.#rewrite(steered, probed);
    const all = { ...feeds };
    for (const layer of this.#layers) {
      const rudder = this.#rudders.get(nameOf(layer));
      if (rudder !== undefined) Object.assign(all, this.helm.feeds(this.runtime, layer, rudder, of));
    }
    const parts = probed === undefined ? [] : (this.#probed?.parts ?? []);
    const numbers = parts.flatMap(place => [...place.outputs.values()].map(name => [name, null] as const));
    const normed = this.helm.collects ? (this.#norms ?? new Map<string, never>()) : new Map<string, never>();
    const norms = [...normed.values()].flatMap(places => places.flatMap(place => [place.norms, ...place.shapes.values()])).map(name => [name, null] as const);
    const results = await this.session.run(all, { ...into, ...Object.fromEntries([...numbers, ...norms]) });
    for (const layer of steered) this.#reach(layer, results, of);
    if (probed !== undefined) this.helm.show(probed, parts, results, of);
    for (const layer of this.#layers) this.helm.showNorms(layer, normed.get(nameOf(layer)) ?? [], results, of);
    return results;
  }

  release(): Promise<void> {
    return this.session.release();
  }

  /** @throws Failure `broken-model` */
  async #rewrite(layers: readonly OwnLayer[], probed: OwnLayer | undefined): Promise<void> {
    const { graph, weights, threads } = this.files;
    const wanted = this.#layers.filter(layer => this.#rudders.has(nameOf(layer)) || layers.includes(layer));
    const model = await openOnnx(graph);
    const [uses, edits] = [new Uses(model), new Edits()];
    const { rudders } = steerGraph(uses, edits, wanted.map(layer => this.#tapOf(layer, uses)));
    const places = await placesIn(model, this.#layers.map(layer => this.#tapOf(layer, uses)));
    const parts = probed && exposeParts(model, edits, { name: nameOf(probed), places: places.get(nameOf(probed)) ?? [] });
    const norms = this.helm.collects || this.#norms !== undefined ? new Map([...places].map(([name, there]) => [name, exposeNorms(model, edits, { name, places: there })])) : undefined;
    const copy = await splice(model, edits);
    const bytes = await copy.whole();
    const session = await blaming(this.files, () => Session.openBytes(bytes, { threads, folder: copy.folder, external: [weights] }));
    await this.session.release();
    this.session = session;
    this.#rudders = rudders;
    this.#norms = norms;
    this.#probed = probed && parts && { layer: probed, parts };
  }

  #tapOf(layer: OwnLayer, uses: Uses): SteerableTap {
    return ownTap(uses, nameOf(layer), this.outputs.find(({ name }) => name === layer.output));
  }

  #attending(): Promise<ReadonlyMap<string, readonly TapPlace[]>> {
    return (this.#places ??= openOnnx(this.files.graph).then(model => {
      const uses = new Uses(model);
      return placesIn(model, this.#layers.map(layer => this.#tapOf(layer, uses)));
    }));
  }

  /** A step's map has no axis of queries: it is of one. */
  #reach(layer: OwnLayer, results: Tensors, of: RunOf): void {
    const dims = results[layer.output]?.dims;
    if (dims !== undefined) this.helm.reach(layer, dims.length === 4 ? (dims[2] ?? 1) : 1, dims.at(-1) ?? 0, of);
  }
}

/** A map of a model of ours, as steering calls it. */
export interface OwnMap extends Omit<MapPlace, 'kind'> {
  readonly kind: SteerableLayer['kind'];
}

/** What our own scores are called that are no softmax of a comparison: positions alone, one position, a window. */
const unknownPlace: readonly Pick<TapPlace, 'parts'>[] = [{ parts: 'Its weights are no softmax of a product of keys with queries that are made of the text, nor of v · tanh(W q + U k).' }];

/** Where each layer attends, with the numbers behind it; those of which nothing is known are left out. */
async function placesIn(model: OnnxModel, layers: readonly SteerableTap[]): Promise<ReadonlyMap<string, readonly TapPlace[]>> {
  const { taps } = await findTaps(model);
  const places = taps.flatMap(tap => tap.places);
  return new Map(layers.flatMap(({ name, places: [own] }) => {
    const found = places.find(({ node }) => node === own?.node);
    return found === undefined || own === undefined ? [] : [[name, [ofOneQuery(found, own)]] as const];
  }));
}

/** Our steps have no axis of queries; that does not show in a graph. */
function ofOneQuery(found: TapPlace, { reading }: TapPlace): TapPlace {
  const { parts } = found;
  const isOne = reading.from === 'value' && reading.oneQuery === true && typeof parts === 'object' && parts.read.name === reading.value;
  return isOne ? { ...found, parts: { ...parts, read: { ...parts.read, oneQuery: true } } } : found;
}

function layersOf(maps: readonly OwnMap[]): Omit<OwnLayer, 'whyNoNumbers'>[] {
  const layers = new Map<string, OwnMap[]>();
  for (const map of maps) layers.set(nameOf(map), [...(layers.get(nameOf(map)) ?? []), map]);
  return [...layers.values()].flatMap((heads): Omit<OwnLayer, 'whyNoNumbers'>[] => {
    const [first] = heads;
    if (first === undefined) return [];
    const { kind, layer, output } = first;
    const inOrder = heads.toSorted((one, other) => one.head - other.head);
    return [{ kind, layer, output, heads: heads.length, shifts: inOrder.map(({ shift }) => shift ?? 0) }];
  });
}

/** @throws Failure `broken-model`, naming the file to blame */
async function blaming<Result>({ graph, weights }: OwnGraphFiles, load: () => Promise<Result>): Promise<Result> {
  try {
    return await load();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const blamed = /external/i.test(message) ? `${weights} (which ${basename(graph)} needs)` : graph;
    throw brokenModel(`${blamed} cannot be loaded; a whole ONNX file and its ${basename(weights)} were expected. ${message.trim()}`, thrown);
  }
}
