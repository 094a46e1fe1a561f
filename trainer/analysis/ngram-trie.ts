/** What `child` answers where there is none. */
export const nothing = -1;
/** The node of the empty sequence. */
export const root = 0;

/** The hash's slots per node, at least: open addressing slows down when it is fuller. */
const slack = 1.6;

/**
 * Sequences of integers as a trie whose nodes are numbered from 0, the root, in the order they were added: 16 bytes a
 * node and no object for any, where a `Map` would take several times that and end at 2²⁴ entries. A node's child is
 * found by one hash table over pairs of node and token, with linear probing.
 */
export class NgramTrie {
  #size = 1;
  #parents = new Int32Array(1024);
  #tokens = new Int32Array(1024);
  #slots = new Int32Array(2048).fill(nothing);

  /** Nodes, the root included. */
  get size(): number {
    return this.#size;
  }

  /** Of any node but the root. */
  parentOf(node: number): number {
    return this.#parents[node] ?? root;
  }

  /** The node of `node`'s sequence and one token more; `nothing` where it was never added, or `node` is `nothing`. */
  child(node: number, token: number): number {
    return node === nothing ? nothing : (this.#slots[this.#slotOf(node, token)] ?? nothing);
  }

  /** The same, added where it is missing: the newest number is then one more. */
  childOrNew(node: number, token: number): number {
    const slot = this.#slotOf(node, token);
    const found = this.#slots[slot] ?? nothing;
    if (found !== nothing) return found;
    const added = this.#size++;
    if (added >= this.#parents.length) {
      this.#parents = grown(this.#parents);
      this.#tokens = grown(this.#tokens);
    }
    this.#parents[added] = node;
    this.#tokens[added] = token;
    this.#slots[slot] = added;
    if (this.#size * slack > this.#slots.length) this.#rehash();
    return added;
  }

  /** Where the pair stands, or the free slot where it belongs. */
  #slotOf(node: number, token: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(node, token) & mask;
    for (;;) {
      const found = this.#slots[slot] ?? nothing;
      if (found === nothing || (this.#parents[found] === node && this.#tokens[found] === token)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(nothing);
    for (let node = 1; node < this.#size; node++) {
      this.#slots[this.#slotOf(this.#parents[node] ?? 0, this.#tokens[node] ?? 0)] = node;
    }
  }
}

/** The array with room for twice as many, zeros at first. */
export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** Both numbers' bits spread over 32: two odd multipliers, and the high bits brought down. */
function hash(node: number, token: number): number {
  const mixed = Math.imul(Math.imul(node, 0x9e3779b1) ^ token, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
