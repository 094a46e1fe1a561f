/** A decoder at work: it reads tokens, of one or several hypotheses, and gives what may come next and what it looked at. */
import { Failure } from '../../protocol/failure.ts';
import { brokenModel } from '../checkpoints/manifest.ts';
import type { MapRow, Step } from '../decoding/step.ts';
import type { Tensor, TensorType, Tensors } from '../engine/session.ts';
import type { DecoderPorts, StateSizes } from './decoder-ports.ts';
import { DecoderStates, gather } from './decoder-states.ts';
import type { ReadRows } from './growing-maps.ts';
import { type LayerId, type LayerMaps, type MapWeights, assemble, floatWeights, isSameLayer, unrounded } from './layer-maps.ts';
import { logSoftmax } from './log-softmax.ts';
import { floatsOf, tensorOf } from './numbers.ts';
import type { RunSettings, TappedGraph } from './tapped-graph.ts';

export interface DecoderGraph {
  readonly graph: TappedGraph;
  readonly ports: DecoderPorts;
}

/** How a decoder is run: one graph that begins and goes on, or one for each. */
export interface Decoder {
  readonly first: DecoderGraph;
  readonly next: DecoderGraph;
  readonly sizes: StateSizes;
}

export async function releaseDecoder({ first, next }: Decoder): Promise<void> {
  for (const graph of new Set([first.graph, next.graph])) await graph.release();
}

/** What an encoder said. */
export interface Encoded {
  /** `[1, source, width]`; of a graph that reads both texts, the token ids `[1, source]`. */
  readonly states: Tensor;
  readonly length: number;
}

/** `[vocabulary]` */
type Adjust = (values: Float32Array, read: readonly number[]) => void;

export interface RunOptions {
  /** Tokens that are read before the first of `previous`. */
  readonly prompt?: readonly number[];
  readonly encoded?: Encoded | undefined;
  /** What is looked at; nothing else of the attention is fetched. */
  readonly layers?: readonly LayerId[];
  /** What graphs are to give their maps in, where that is to be another than they were opened with. */
  readonly gives?: RunSettings['maps'];
  /** Is told the rows of all that is read, of the first hypothesis. */
  readonly onRead?: ((rows: ReadRows) => void) | undefined;
  /** The largest number of hypotheses there will be. */
  readonly most?: number;
  /** Changes the scores of what may come after the tokens that a hypothesis has read, before and after their softmax, in place. */
  readonly adjust?: { readonly scores: Adjust; readonly logProbs: Adjust } | undefined;
}

export class DecoderRun implements Step {
  readonly previous: BigInt64Array;
  readonly #states: DecoderStates;
  readonly #options: RunOptions;
  /** Tokens that each hypothesis has read. */
  #read: (readonly number[])[] = [[]];
  #unread: readonly number[];
  #logProbs: Float32Array[] = [];
  /** Of the last run, by hypothesis and then by layer. */
  #maps: LayerMaps<MapWeights>[][] = [];
  /** Where its last token stands in them. */
  #row = 0;
  #hasBegun = false;
  /** What the encoder said, for so many hypotheses. */
  readonly #spread = new Map<number, Tensor>();

  constructor(private readonly decoder: Decoder, options: RunOptions = {}) {
    this.#options = options;
    this.#unread = options.prompt ?? [];
    this.previous = new BigInt64Array(options.most ?? 1);
    this.#states = new DecoderStates(decoder.first.graph.runtime, decoder.sizes, decoder.next.graph.file);
  }

  /** How many tokens it has read. */
  get length(): number {
    return this.#read[0]?.length ?? 0;
  }

  /** @throws Failure `broken-model` where the scores have no form that is known */
  async run(count: number): Promise<void> {
    const tokens = Array.from({ length: count }, (_, hypothesis) => [...this.#unread, Number(this.previous[hypothesis])]);
    this.#unread = [];
    await this.#readTokens(tokens);
  }

  /**
   * Reads a text at once, or token by token where the graph takes no more, and gives its maps: one a layer that is looked at.
   * @throws Failure `broken-model`
   */
  async readAll(ids: readonly number[]): Promise<LayerMaps[]> {
    const { layers = [] } = this.#options;
    if (!this.#takesOneByOne) {
      await this.#readTokens([ids]);
      return this.maps.map(unrounded);
    }
    const rows: MapRow[][][] = layers.map(() => []);
    for (const id of ids) {
      await this.#readTokens([[id]]);
      this.#maps[0]?.forEach((maps, layer) => rows[layer]?.push(this.#rowsOf(maps)));
    }
    return layers.map((layer, index) => assemble(layer, rows[index] ?? []));
  }

  logProbs(hypothesis: number): Float32Array {
    return this.#logProbs[hypothesis] ?? new Float32Array();
  }

  /** One row a head, layer by layer. */
  attention(hypothesis: number): MapRow[] {
    return (this.#maps[hypothesis] ?? []).flatMap(maps => this.#rowsOf(maps));
  }

  /** The same of one layer alone. */
  attentionOf(layer: LayerId): MapRow[] {
    return this.maps.filter(maps => isSameLayer(maps, layer)).flatMap(maps => this.#rowsOf(maps));
  }

  /** Every map of the last run as it is, of the first hypothesis. */
  get maps(): readonly LayerMaps<MapWeights>[] {
    return this.#maps[0] ?? [];
  }

  advance(parents: readonly number[]): void {
    const count = this.#read.length;
    if (parents.length === count && parents.every((parent, hypothesis) => parent === hypothesis)) return;
    this.#states.reorder(this.decoder.next.ports, parents, count);
    this.#read = parents.map(parent => this.#read[parent] ?? []);
  }

  get #takesOneByOne(): boolean {
    return this.decoder.first.ports.ids.shape.at(-1) === 1;
  }

  async #readTokens(tokens: readonly (readonly number[])[]): Promise<void> {
    if (this.#takesOneByOne && (tokens[0]?.length ?? 0) > 1) {
      for (let place = 0; place < (tokens[0]?.length ?? 0); place++) await this.#readTokens(tokens.map(ids => ids.slice(place, place + 1)));
      return;
    }
    const { graph, ports } = this.#hasBegun ? this.decoder.next : this.decoder.first;
    const { layers = [], adjust, gives, onRead } = this.#options;
    const count = tokens.length;
    const before = this.#read;
    this.#read = tokens.map((ids, hypothesis) => [...(before[hypothesis] ?? before[0] ?? []), ...ids]);
    const next = this.decoder.next.ports;
    const wanted = [ports.logits, ...this.#states.wanted(next, ports.outputs)];
    const { tensors, maps } = await graph.runStored(this.#feeds(ports, tokens), wanted, layers, {
      batch: count,
      gives,
      of: this.#hasCache(ports) ? { before: before[0]?.length ?? 0, queries: tokens[0]?.length ?? 1 } : { before: 0 },
    });
    this.#states.take(next, tensors);
    this.#hasBegun = true;
    this.#maps = maps;
    const logits = tensors[ports.logits];
    if (logits === undefined) throw new Error('a graph did not give what it declares');
    const fresh = tokens[0]?.length ?? 1;
    this.#row = (this.#hasCache(ports) ? fresh : this.length) - 1;
    onRead?.({ maps: this.maps, row: this.#row + 1 - fresh, count: fresh });
    this.#logProbs = this.#read.map((read, hypothesis) => {
      const scores = this.#scores(logits, hypothesis, count, graph.file);
      adjust?.scores(scores, read);
      const logProbs = logSoftmax(scores);
      adjust?.logProbs(logProbs, read);
      return logProbs;
    });
  }

  #feeds(ports: DecoderPorts, tokens: readonly (readonly number[])[]): Tensors {
    const { runtime } = this.decoder.first.graph;
    const count = tokens.length;
    const total = this.#read[0]?.length ?? 0;
    // Without a cache everything is read anew in each step.
    const ids = this.#hasCache(ports) || !this.#hasBegun ? tokens : this.#read;
    const past = total - (ids[0]?.length ?? 0);
    const length = this.#padded(ports, ids[0]?.length ?? 0);
    const padding = new Array<number>(length - (ids[0]?.length ?? 0)).fill(0);
    const feeds: Tensors = this.#states.feeds(ports);
    const feed = (port: TensorType | undefined, values: () => ArrayLike<number>, dims: readonly number[]): void => {
      if (port !== undefined) feeds[port.name] = tensorOf(runtime, port.type, values(), dims);
    };
    const places = Array.from({ length }, (_, place) => past + place);
    feed(ports.ids, () => ids.flatMap(one => [...one, ...padding]), [count, length]);
    feed(ports.mask, () => new Float32Array(count * total).fill(1), [count, total]);
    feed(ports.positions, () => ids.flatMap(() => places), [count, length]);
    feed(ports.tokenTypes, () => new Float32Array(count * length), [count, length]);
    feed(ports.cachePositions, () => places, [length]);
    feed(ports.useCache, () => [past > 0 ? 1 : 0], [1]);
    feed(ports.scoresWanted, () => [1], ports.scoresWanted?.shape.length === 0 ? [] : [1]);
    const { encoded } = this.#options;
    if (encoded !== undefined) {
      if (ports.encoderStates !== undefined) feeds[ports.encoderStates.name] = this.#encodedFor(encoded, count);
      feed(ports.encoderMask, () => new Float32Array(count * encoded.length).fill(1), [count, encoded.length]);
    }
    return feeds;
  }

  #hasCache({ states }: DecoderPorts): boolean {
    return states.some(({ of }) => of === 'decoder');
  }

  /** How many tokens a graph is fed: what it fixes, with zeros behind, or as many as there are. @throws Failure `text-too-long` */
  #padded({ ids }: DecoderPorts, length: number): number {
    const fixed = ids.shape.at(-1);
    if (typeof fixed !== 'number' || fixed === 1) return length;
    if (length > fixed) throw new Failure('text-too-long', `${this.decoder.first.graph.file} reads ${fixed} tokens; there are ${length}.`, 'Give a shorter text.');
    return fixed;
  }

  /** What the token read last attended to, `[head][key]`; of a text with padding behind it, without that. */
  #rowsOf({ kind, heads, queries, keys, weights }: LayerMaps<MapWeights>): MapRow[] {
    const query = Math.min(this.#row, queries - 1);
    const kept = kind === 'decoder' ? Math.min(keys, this.length) : keys;
    return Array.from({ length: heads }, (_, head) => {
      const from = (head * queries + query) * keys;
      return floatWeights(weights.slice(from, from + kept));
    });
  }

  /** A copy of a hypothesis' scores after its last token. */
  #scores(logits: Tensor, hypothesis: number, count: number, file: string): Float32Array {
    const { dims } = logits;
    const vocabulary = dims.at(-1) ?? 0;
    const times = dims.length === 3 ? (dims[1] ?? 0) : 1;
    if (dims.length < 2 || dims.length > 3 || vocabulary === 0 || logits.data.length !== count * times * vocabulary) {
      throw brokenModel(`${file} gives scores of shape [${dims.join(', ')}]; [${count}, length, vocabulary] was expected.`);
    }
    // Some graphs give the scores of the last token alone.
    const from = (hypothesis * times + Math.min(this.#row, times - 1)) * vocabulary;
    return floatsOf(logits, from, from + vocabulary).slice();
  }

  #encodedFor({ states }: Encoded, count: number): Tensor {
    if (count === 1) return states;
    const known = this.#spread.get(count);
    if (known !== undefined) return known;
    const spread = gather(this.decoder.first.graph.runtime, states, 0, new Array<number>(count).fill(0), 1);
    this.#spread.set(count, spread);
    return spread;
  }
}
