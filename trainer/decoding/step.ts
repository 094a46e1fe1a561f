/** One decoding step over a session, for a varying number of hypotheses. */
import { floats, type Tensor, type Tensors } from '../engine/session.ts';
import type { LoadedGraph } from '../steering/own-graph.ts';
import type { DecoderSignature, DecoderState, MapOutput } from './decoder-signature.ts';
import { GrowingBuffer, StateBuffer, type StepState } from './step-state.ts';

/** What the encoder gives of one sentence; nothing for a model without one. */
export interface Encoded {
  readonly tensors: Tensors;
  /** Number of source tokens. */
  readonly length: number;
}

/** The weights of one attention head for one token, `[keys]`. */
export type MapRow = Float32Array;

/** Inputs and outputs of a step with a certain number of hypotheses. */
interface Wiring {
  readonly feeds: Tensors;
  /** Where outputs go; null where the runtime makes a tensor of a length that grows. */
  readonly into: Record<string, Tensor | null>;
}

/** What a search asks, whatever computes it. */
export interface Step {
  /** Before a step: the last token of each hypothesis. */
  readonly previous: BigInt64Array;
  /** Runs one step for the first `count` hypotheses, from the tokens in `previous`. */
  run(count: number): Promise<void>;
  /** `[vocabulary]`: log-probabilities of a hypothesis' next token. Overwritten by the next step. */
  logProbs(hypothesis: number): Float32Array;
  /** A copy of what the next token of a hypothesis attends to: one row a head, output by output. */
  attention(hypothesis: number): MapRow[];
  /** Goes on from the states just computed: hypothesis `i` of the next step continues hypothesis `parents[i]`. */
  advance(parents: readonly number[]): void;
}

export class DecoderStep implements Step {
  readonly previous: BigInt64Array;
  readonly #states: readonly StepState[];
  readonly #logProbs: Float32Array;
  readonly #maps: readonly { readonly output: MapOutput; data: Float32Array }[];
  readonly #position = BigInt64Array.of(-1n);
  /** Tensors that stay the same from step to step, by the number of hypotheses. */
  readonly #fixed = new Map<number, Wiring>();

  /**
   * @param maps the decoder's attention outputs that are wanted; others are not even computed
   * @param most the largest number of hypotheses there will be
   */
  constructor(
    private readonly decoder: Pick<LoadedGraph, 'run' | 'runtime'>,
    private readonly signature: DecoderSignature,
    private readonly encoded: Encoded,
    maps: readonly MapOutput[],
    most: number,
  ) {
    this.previous = new BigInt64Array(most);
    this.#states = signature.states.map(state => this.#stateOf(state, most));
    this.#logProbs = new Float32Array(most * signature.vocabulary);
    this.#maps = maps.map(output => ({
      output,
      data: new Float32Array(output.keys === 'source' ? most * output.heads * encoded.length : 0),
    }));
  }

  async run(count: number): Promise<void> {
    this.#position[0] = (this.#position[0] ?? 0n) + 1n;
    const { feeds, into } = this.#wiring(count);
    const results = await this.decoder.run(feeds, into, { before: Number(this.#position[0]), queries: 1 });
    for (const map of this.#maps) if (map.output.keys === 'past') map.data = floats(present(results[map.output.name]));
  }

  logProbs(hypothesis: number): Float32Array {
    const { vocabulary } = this.signature;
    return this.#logProbs.subarray(hypothesis * vocabulary, (hypothesis + 1) * vocabulary);
  }

  attention(hypothesis: number): MapRow[] {
    return this.#maps.flatMap(({ output: { heads, keys }, data }) => {
      const length = keys === 'source' ? this.encoded.length : Number(this.#position[0]) + 1;
      return Array.from({ length: heads }, (_, head) => {
        const row = hypothesis * heads + head;
        return data.slice(row * length, (row + 1) * length);
      });
    });
  }

  advance(parents: readonly number[]): void {
    for (const state of this.#states) state.advance(parents);
  }

  #stateOf(state: DecoderState, most: number): StepState {
    const { Tensor } = this.decoder.runtime;
    switch (state.kind) {
      case 'growing':
        return new GrowingBuffer(Tensor, state.name, state.width, most);
      case 'source':
        return new StateBuffer(Tensor, state.name, this.encoded.length, most);
      case 'fixed': {
        const start = state.fromEncoder ? floats(present(this.encoded.tensors[state.name])) : undefined;
        return new StateBuffer(Tensor, state.name, state.width, most, start);
      }
    }
  }

  #wiring(count: number): Wiring {
    const fixed = this.#fixedWiring(count);
    const feeds = { ...fixed.feeds };
    const into = { ...fixed.into };
    for (const state of this.#states) {
      feeds[state.name] = state.before(count);
      into[`next_${state.name}`] = state.after(count);
    }
    return { feeds, into };
  }

  #fixedWiring(count: number): Wiring {
    const known = this.#fixed.get(count);
    if (known !== undefined) return known;
    const { Tensor } = this.decoder.runtime;
    const { vocabulary, position, looksAt } = this.signature;
    const { length, tensors } = this.encoded;
    const feeds: Tensors = { previous: new Tensor('int64', this.previous.subarray(0, count), [count]) };
    if (position) feeds['position'] = new Tensor('int64', this.#position, [1]);
    for (const name of looksAt) feeds[name] = present(tensors[name]);
    const into: Record<string, Tensor | null> = {
      log_probs: new Tensor('float32', this.#logProbs.subarray(0, count * vocabulary), [count, vocabulary]),
    };
    for (const { output: { name, heads, rank, keys }, data } of this.#maps) {
      const dims = rank === 2 ? [count, length] : [count, heads, length];
      into[name] = keys === 'past' ? null : new Tensor('float32', data.subarray(0, count * heads * length), dims);
    }
    const wiring: Wiring = { feeds, into };
    this.#fixed.set(count, wiring);
    return wiring;
  }
}

function present(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error('a graph did not give what its signature says');
  return tensor;
}
