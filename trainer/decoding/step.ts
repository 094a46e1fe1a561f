/** One decoding step over a session, for a varying number of hypotheses, without allocating anything between steps. */
import { floats, type Session, type Tensor, type Tensors } from '../engine/session.ts';

/** What the encoder gives of one sentence. */
export interface Encoded {
  /** `[1, source, 2 · hidden]` */
  readonly memory: Tensor;
  /** `[1, source, attention]`: the memory as additive attention compares it. */
  readonly keys: Tensor;
  /** `[1, hidden]`: the decoder's state before its first step. */
  readonly state: Tensor;
  /** Number of source tokens. */
  readonly length: number;
}

/** The tensors of a step with a certain number of hypotheses; the state is read from one of two buffers. */
interface Wiring {
  readonly feeds: Tensors;
  readonly into: Tensors;
}

export class DecoderStep {
  /** Before a step: the last token of each hypothesis. */
  readonly previous: BigInt64Array;
  readonly #decoder: Session;
  readonly #encoded: Encoded;
  readonly #vocabulary: number;
  readonly #map: string;
  readonly #hidden: number;
  readonly #logProbs: Float32Array;
  readonly #attention: Float32Array;
  /** The state before a step and the one after it, taking turns. */
  readonly #states: readonly [Float32Array, Float32Array];
  #now: 0 | 1 = 0;
  readonly #wirings = new Map<number, Wiring>();

  /**
   * @param map name of the decoder's output that the attention is read from
   * @param most the largest number of hypotheses there will be
   */
  constructor(decoder: Session, encoded: Encoded, vocabulary: number, map: string, most: number) {
    this.#decoder = decoder;
    this.#encoded = encoded;
    this.#vocabulary = vocabulary;
    this.#map = map;
    const state = floats(encoded.state);
    this.#hidden = state.length;
    this.previous = new BigInt64Array(most);
    this.#logProbs = new Float32Array(most * vocabulary);
    this.#attention = new Float32Array(most * encoded.length);
    this.#states = [new Float32Array(most * state.length), new Float32Array(most * state.length)];
    this.#states[0].set(state);
  }

  /** Runs one step for the first `count` hypotheses, from the tokens in `previous`. */
  async run(count: number): Promise<void> {
    const { feeds, into } = this.#wiring(count);
    await this.#decoder.run(feeds, into);
  }

  /** `[vocabulary]`: log-probabilities of a hypothesis' next token. Overwritten by the next step. */
  logProbs(hypothesis: number): Float32Array {
    return this.#logProbs.subarray(hypothesis * this.#vocabulary, (hypothesis + 1) * this.#vocabulary);
  }

  /** `[source]`: a copy of what the next token of a hypothesis attends to. */
  attention(hypothesis: number): number[] {
    const { length } = this.#encoded;
    return Array.from(this.#attention.subarray(hypothesis * length, (hypothesis + 1) * length));
  }

  /** Goes on from the states just computed: hypothesis `i` of the next step continues hypothesis `parents[i]`. */
  advance(parents: readonly number[]): void {
    const after = this.#states[other(this.#now)];
    if (parents.every((parent, hypothesis) => parent === hypothesis)) {
      this.#now = other(this.#now);
      return;
    }
    const before = this.#states[this.#now];
    const hidden = this.#hidden;
    parents.forEach((parent, hypothesis) => {
      before.set(after.subarray(parent * hidden, (parent + 1) * hidden), hypothesis * hidden);
    });
  }

  #wiring(count: number): Wiring {
    const key = count * 2 + this.#now;
    const known = this.#wirings.get(key);
    if (known !== undefined) return known;
    const { Tensor } = this.#decoder.runtime;
    const matrix = (buffer: Float32Array, width: number): Tensor =>
      new Tensor('float32', buffer.subarray(0, count * width), [count, width]);
    const wiring: Wiring = {
      feeds: {
        previous: new Tensor('int64', this.previous.subarray(0, count), [count]),
        state: matrix(this.#states[this.#now], this.#hidden),
        memory: this.#encoded.memory,
        keys: this.#encoded.keys,
      },
      into: {
        log_probs: matrix(this.#logProbs, this.#vocabulary),
        next_state: matrix(this.#states[other(this.#now)], this.#hidden),
        [this.#map]: matrix(this.#attention, this.#encoded.length),
      },
    };
    this.#wirings.set(key, wiring);
    return wiring;
  }
}

function other(index: 0 | 1): 0 | 1 {
  return index === 0 ? 1 : 0;
}

