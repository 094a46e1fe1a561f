/** A distinct word of the training texts: the tokens it is made of so far, and how often it occurs. */
export interface Word {
  symbols: string[];
  readonly count: number;
}

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  /** Words that hold the pair, or held it once. */
  readonly words: Set<Word>;
}

/** An entry of the queue: what a pair counted when it was put in. Out of date when the pair counts less by now. */
interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

/**
 * How often each pair of neighbouring tokens occurs, kept up to date while pairs are merged: a merge touches only the
 * words that hold the pair, and a binary heap with lazy corrections finds the next one.
 */
export class PairCounts {
  private readonly pairs = new Map<string, Pair>();
  private readonly heap: Candidate[] = [];

  constructor(words: Iterable<Word>) {
    for (const word of words) this.add(word);
    for (const pair of this.pairs.values()) this.push({ pair, count: pair.count });
  }

  /**
   * Takes out the most frequent pair, the alphabetically first of equals, which must be merged or is never offered
   * again; `undefined` when no pair occurs twice.
   */
  takeMostFrequent(): readonly [left: string, right: string] | undefined {
    for (let top = this.pop(); top !== undefined; top = this.pop()) {
      const { pair, count } = top;
      if (count === pair.count && count > 1) return [pair.left, pair.right];
      if (pair.count > 1) this.push({ pair, count: pair.count });
    }
    return undefined;
  }

  /** Joins every occurrence of the pair, from left to right, into one token. */
  merge(left: string, right: string): void {
    const merged = this.pairs.get(key(left, right));
    if (merged === undefined) return;
    const token = left + right;
    const risen = new Set<Pair>();
    for (const word of merged.words) {
      const joined = join(word.symbols, left, right);
      if (joined.length === word.symbols.length) continue;
      this.remove(word);
      word.symbols = joined;
      for (const pair of this.add(word)) if (pair.left === token || pair.right === token) risen.add(pair);
    }
    for (const pair of risen) this.push({ pair, count: pair.count });
  }

  private add(word: Word): Pair[] {
    const added: Pair[] = [];
    for (let index = 1; index < word.symbols.length; index++) {
      const left = word.symbols[index - 1] ?? '';
      const right = word.symbols[index] ?? '';
      let pair = this.pairs.get(key(left, right));
      if (pair === undefined) this.pairs.set(key(left, right), (pair = { left, right, count: 0, words: new Set() }));
      pair.count += word.count;
      pair.words.add(word);
      added.push(pair);
    }
    return added;
  }

  private remove(word: Word): void {
    for (let index = 1; index < word.symbols.length; index++) {
      const pair = this.pairs.get(key(word.symbols[index - 1] ?? '', word.symbols[index] ?? ''));
      if (pair !== undefined) pair.count -= word.count;
    }
  }

  private push(candidate: Candidate): void {
    const { heap } = this;
    let index = heap.push(candidate) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !precedes(candidate, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = candidate;
  }

  private pop(): Candidate | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let below = heap[child];
      const other = heap[child + 1];
      if (other !== undefined && below !== undefined && precedes(other, below)) [child, below] = [child + 1, other];
      if (below === undefined || !precedes(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

function precedes(one: Candidate, other: Candidate): boolean {
  if (one.count !== other.count) return one.count > other.count;
  if (one.pair.left !== other.pair.left) return one.pair.left < other.pair.left;
  return one.pair.right < other.pair.right;
}

/** No symbol of the byte alphabet is a space, so a space may stand between two of them. */
function key(left: string, right: string): string {
  return `${left} ${right}`;
}

function join(symbols: readonly string[], left: string, right: string): string[] {
  const joined: string[] = [];
  for (let index = 0; index < symbols.length; index++) {
    const symbol = symbols[index] ?? '';
    if (symbol === left && symbols[index + 1] === right) {
      joined.push(left + right);
      index++;
    } else {
      joined.push(symbol);
    }
  }
  return joined;
}
