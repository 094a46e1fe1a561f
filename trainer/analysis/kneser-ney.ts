import { type Discounts, discountOf, discountsFrom } from './kneser-ney-discounts.ts';
import { grown, NgramTrie, nothing, root } from './ngram-trie.ts';

export interface KneserNeyOptions {
  /** Tokens of an n-gram: each is predicted from at most `order − 1` before it. */
  readonly order: number;
  /** How many tokens there are; their ids are 0 … vocabulary − 1. */
  readonly vocabulary: number;
}

/** Nodes of the last 0, 1, … order − 1 tokens, `nothing` where never seen. */
type State = Int32Array;

/**
 * A language model of n-grams of integer token ids, smoothed by interpolated modified Kneser–Ney (Chen and Goodman 1998,
 * "An Empirical Study of Smoothing Techniques for Language Modeling", section 3):
 *
 *   p(w | h) = (c(h w) − D(c(h w))) / Σᵥ c(h v) + γ(h) p(w | h without its first token)
 *
 * where γ(h) hands on what the discounts took away, and the shortest order is mixed with the uniform distribution over
 * the vocabulary and the sentence's end. c is how often an n-gram occurs for the longest ones and those at the start of a
 * sentence, and for all others in how many different tokens' company: after how many it occurs (as Heafield et al. 2013,
 * "Scalable Modified Kneser-Ney Language Model Estimation", section 3, who also pad with a single start).
 */
export class KneserNey {
  readonly #options: KneserNeyOptions;
  readonly #trie: NgramTrie;
  readonly #counts: Int32Array;
  /** By order, the single tokens' first. */
  readonly #discounts: readonly Discounts[];
  readonly #orders: Uint8Array;
  /** Of what follows a node: the sum of its counts, and the sum of their discounts. */
  readonly #totals: Float64Array;
  readonly #reserved: Float64Array;

  constructor(options: KneserNeyOptions, trie: NgramTrie, counts: Int32Array) {
    this.#options = options;
    this.#trie = trie;
    this.#counts = counts;
    this.#orders = ordersOf(trie);
    this.#discounts = estimate(counts, this.#orders, trie.size, options.order);
    this.#totals = new Float64Array(trie.size);
    this.#reserved = new Float64Array(trie.size);
    for (let node = 1; node < trie.size; node++) {
      const count = counts[node] ?? 0;
      if (count === 0) continue;
      const parent = trie.parentOf(node);
      this.#totals[parent] = (this.#totals[parent] ?? 0) + count;
      this.#reserved[parent] = (this.#reserved[parent] ?? 0) + this.#discount(node, count);
    }
  }

  /** Of the whole sentence and its end, in nats. Throws `RangeError` for a token outside the vocabulary. */
  logProbability(sentence: readonly number[]): number {
    const state = this.#start();
    let sum = 0;
    for (const token of sentence) {
      checkToken(token, this.#options.vocabulary);
      sum += Math.log(this.#probability(state, token));
      this.#advance(state, token);
    }
    return sum + Math.log(this.#probability(state, this.#options.vocabulary));
  }

  /** `[vocabulary + 1]`: how likely each token, and last the sentence's end, follows a sentence's first tokens. */
  distribution(history: readonly number[]): Float64Array {
    const state = this.#start();
    for (const token of history) {
      checkToken(token, this.#options.vocabulary);
      this.#advance(state, token);
    }
    return Float64Array.from({ length: this.#options.vocabulary + 1 }, (_, token) => this.#probability(state, token));
  }

  /** From the shortest history to the longest that was seen: each takes what the one before it says into its own. */
  #probability(state: State, token: number): number {
    let probability = 1 / (this.#options.vocabulary + 1);
    for (const history of state) {
      const total = history === nothing ? 0 : (this.#totals[history] ?? 0);
      if (total === 0) break;
      const node = this.#trie.child(history, token);
      const count = node === nothing ? 0 : (this.#counts[node] ?? 0);
      const own = count === 0 ? 0 : count - this.#discount(node, count);
      probability = (own + (this.#reserved[history] ?? 0) * probability) / total;
    }
    return probability;
  }

  #discount(node: number, count: number): number {
    const discounts = this.#discounts[(this.#orders[node] ?? 1) - 1];
    return discounts === undefined ? 0 : discountOf(count, discounts);
  }

  #start(): State {
    const state = emptyState(this.#options.order);
    this.#advance(state, startOf(this.#options));
    return state;
  }

  #advance(state: State, token: number): void {
    for (let length = state.length - 1; length > 0; length--) {
      state[length] = this.#trie.child(state[length - 1] ?? nothing, token);
    }
  }
}

/**
 * Counts all n-grams in one pass, and smooths them. An n-gram that turns up for the first time is one more token in whose
 * company its last tokens occur. Throws `RangeError` for a token outside the vocabulary.
 */
export function train(sentences: Iterable<readonly number[]>, options: KneserNeyOptions): KneserNey {
  const { order, vocabulary } = options;
  const trie = new NgramTrie();
  let counts = new Int32Array(1024);
  const count = (node: number): void => {
    while (node >= counts.length) counts = grown(counts);
    counts[node] = (counts[node] ?? 0) + 1;
  };

  // From the longest n-gram that ends here to the token alone, so that each finds the history it extends still in place.
  const add = (state: State, token: number, before: number): void => {
    let longerIsNew = false;
    for (let length = order - 1; length >= 0; length--) {
      const history = state[length] ?? nothing;
      if (history === nothing) continue;
      const size = trie.size;
      const node = trie.childOrNew(history, token);
      if (length === order - 1 || length === before || longerIsNew) count(node);
      longerIsNew = trie.size > size;
      if (length < order - 1) state[length + 1] = node;
    }
  };

  for (const sentence of sentences) {
    const state = emptyState(order);
    if (order > 1) state[1] = trie.childOrNew(root, startOf(options));
    sentence.forEach((token, index) => {
      checkToken(token, vocabulary);
      add(state, token, index + 1);
    });
    add(state, vocabulary, sentence.length + 1);
  }
  return new KneserNey(options, trie, counts);
}

/** Of a text whose natural log-probability is this: how many bits each character costs; lower is better. */
export function bitsPerCharacter(totalLogProbability: number, characters: number): number {
  return -totalLogProbability / (Math.LN2 * characters);
}

/** The end has the first id after the vocabulary's, the start, which is never predicted, the one after that. */
function startOf({ vocabulary }: KneserNeyOptions): number {
  return vocabulary + 1;
}

function emptyState(order: number): State {
  const state = new Int32Array(order).fill(nothing);
  state[0] = root;
  return state;
}

function ordersOf(trie: NgramTrie): Uint8Array {
  const orders = new Uint8Array(trie.size);
  // A parent is older than its children.
  for (let node = 1; node < trie.size; node++) orders[node] = (orders[trie.parentOf(node)] ?? 0) + 1;
  return orders;
}

function estimate(counts: Int32Array, orders: Uint8Array, size: number, order: number): Discounts[] {
  const countsOfCounts = Array.from({ length: order }, (): [number, number, number, number] => [0, 0, 0, 0]);
  for (let node = 1; node < size; node++) {
    const count = counts[node] ?? 0;
    const row = countsOfCounts[(orders[node] ?? 1) - 1];
    if (row !== undefined && count >= 1 && count <= 4) row[count - 1] = (row[count - 1] ?? 0) + 1;
  }
  return countsOfCounts.map(discountsFrom);
}

function checkToken(token: number, vocabulary: number): void {
  if (!Number.isInteger(token) || token < 0 || token >= vocabulary) {
    throw new RangeError(`token ${token} is not among the ${vocabulary} of the vocabulary`);
  }
}
