/** Pairs read into memory, and a hash over all that a config names: tells whether a run goes on with the data it was started on. */
import { createHash } from 'node:crypto';
import { MemoryBound } from '../../corpora/memory-bound.ts';
import { type Pair, type PairSource, readPairs } from '../../text/pairs.ts';

/** SHA-256 in chunks: of many small ones each costs more than its share. */
export class PairDigest {
  readonly #hash = createHash('sha256');
  #pending = '';

  add({ source, target, links }: Pair): void {
    this.#pending += `${source}\t${target}\n`;
    if (links !== undefined) this.#pending += `${links.map(link => `${link.source}-${link.target}`).join(' ')}\n`;
    if (this.#pending.length >= 65_536) this.#flush();
  }

  /** A line that no pair gives, since it has no tab: what follows, or how pairs are told apart. */
  mark(what: string): void {
    this.#pending += `${what}\n`;
  }

  end(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}

/** @throws Failure `bad-corpus`, `no-such-file` */
export async function readAll(source: PairSource): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const bound = new MemoryBound('pairs');
  for await (const pair of readPairs(source)) {
    bound.add(pair.source.length + pair.target.length);
    pairs.push(pair);
  }
  return pairs;
}

/** Sets of their own go into the hash after the corpus, each with its role: a pair that moves between them changes it. */
export function addGiven(digest: PairDigest, given: Readonly<Record<'validation' | 'test', readonly Pair[] | undefined>>): void {
  for (const role of ['validation', 'test'] as const) {
    const pairs = given[role];
    if (pairs === undefined) continue;
    digest.mark(role);
    for (const pair of pairs) digest.add(pair);
  }
}
