/** What a search tried: a tree of tokens, and what else could have been written at each of its places. */

/** A token that may come next, and the logarithm of the probability that the model gives it. */
export interface Candidate {
  readonly token: number;
  readonly logProb: number;
}

/** `kept` in the beam, `ended` with an end token, `dropped`, or on the way to what was written. */
export type Fate = 'kept' | 'ended' | 'dropped' | 'chosen';

export interface RecordedNode extends Candidate {
  /** Where the one that it goes on from stands; -1 at the beginning. */
  readonly parent: number;
  /** 0-based. */
  readonly step: number;
  /** Sum over the hypothesis so far. */
  readonly total: number;
  readonly fate: Fate;
}

export interface RecordedStep {
  readonly written: Candidate;
  /** The most probable tokens first, whether they were allowed or not, and what was written among them. */
  readonly alternatives: readonly Candidate[];
}

/** Where a search begins. */
export const atBeginning = -1;

/** How many of the most probable tokens are kept of a step. */
const mostAlternatives = 8;

export class SearchRecord {
  readonly #nodes: RecordedNode[] = [];
  /** By the node that they could have come after. */
  readonly #alternatives = new Map<number, readonly Candidate[]>();
  #last = atBeginning;

  /** Parents stand before their children. */
  get nodes(): readonly RecordedNode[] {
    return this.#nodes;
  }

  /**
   * What the model gives after a node; to be told before anything of it is forbidden.
   * @param logProbs `[vocabulary]`
   */
  look(node: number, logProbs: Float32Array): void {
    this.#alternatives.set(node, mostProbable(logProbs));
  }

  /** @returns where it stands */
  add(parent: number, { token, logProb }: Candidate, fate: Fate): number {
    const before = this.#nodes[parent];
    this.#nodes.push({ token, logProb, parent, step: (before?.step ?? -1) + 1, total: (before?.total ?? 0) + logProb, fate });
    return this.#nodes.length - 1;
  }

  /** What was written ends in this node. */
  choose(node: number): void {
    this.#last = node;
    for (const place of this.#path()) {
      const found = this.#nodes[place];
      if (found !== undefined) this.#nodes[place] = { ...found, fate: 'chosen' };
    }
  }

  /** One a token of what was written. */
  get steps(): RecordedStep[] {
    return this.#path().flatMap(place => {
      const node = this.#nodes[place];
      if (node === undefined) return [];
      const { token, logProb, parent } = node;
      const probable = this.#alternatives.get(parent) ?? [];
      const written = { token, logProb };
      return [{ written, alternatives: probable.some(one => one.token === token) ? probable : [...probable, written] }];
    });
  }

  #path(): number[] {
    const path: number[] = [];
    for (let place = this.#last; place !== atBeginning; place = this.#nodes[place]?.parent ?? atBeginning) path.push(place);
    return path.reverse();
  }
}

/** The most probable tokens, best first; the first of equals. */
function mostProbable(logProbs: Float32Array): Candidate[] {
  const found: Candidate[] = [];
  let least = -Infinity;
  for (let token = 0; token < logProbs.length; token++) {
    const logProb = logProbs[token] as number;
    if (!(logProb > least)) continue;
    let place = found.length;
    while (place > 0 && (found[place - 1]?.logProb ?? Infinity) < logProb) place--;
    found.splice(place, 0, { token, logProb });
    if (found.length > mostAlternatives) found.pop();
    if (found.length === mostAlternatives) least = found[mostAlternatives - 1]?.logProb ?? -Infinity;
  }
  return found;
}
