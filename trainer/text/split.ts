import { createHash } from 'node:crypto';
import { normalizeForModel } from './normalize.ts';
import type { Pair } from './pairs.ts';

export interface SplitOptions {
  /** How many distinct sources to hold out for validation and for the test. */
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}

export interface Split {
  readonly train: readonly Pair[];
  readonly validation: readonly Pair[];
  readonly test: readonly Pair[];
  readonly components: ComponentCounts;
}

/** What the corpus hangs together in. */
export interface ComponentCounts {
  readonly total: number;
  /** Pairs in the largest component. */
  readonly largest: number;
  /** Components too large to be held out, and the pairs in them. */
  readonly kept: number;
  readonly keptPairs: number;
}

/** Of what is asked to be held out, the largest share that one component may be. */
export const largestShare = 0.02;

/**
 * Holds pairs out so that neither side of any was seen in training. Pairs that share a source or a target, compared by
 * `splitKey`, are linked; each connected component of pairs goes to one side as a whole. Components are drawn uniformly
 * at random, by a hash of the seed and their smallest key, first for the test, then for validation, until as many
 * distinct sources are held out as asked; those with more sources than 2 % of what is asked stay in training, so that
 * no chain of near-identical sentences weighs down a score. The result depends on the set of pairs and the seed, not
 * on the order of the pairs; each list is sorted.
 */
export function splitByComponent(pairs: readonly Pair[], options: SplitOptions): Split {
  const components = componentsOf(pairs.toSorted(byText));
  const limit = Math.max(2, Math.floor(largestShare * Math.max(options.test, options.validation)));
  const parts = { test: [] as Pair[], validation: [] as Pair[], train: [] as Pair[] };
  const left = { test: options.test, validation: options.validation };
  let kept = 0;
  let keptPairs = 0;
  for (const component of byDraw(components, options.seed)) {
    const sources = new Set(component.pairs.map(pair => normalizeForModel(pair.source))).size;
    const part = sources > limit ? 'train' : left.test > 0 ? 'test' : left.validation > 0 ? 'validation' : 'train';
    if (sources > limit) {
      kept++;
      keptPairs += component.pairs.length;
    }
    if (part !== 'train') left[part] -= sources;
    for (const pair of component.pairs) parts[part].push(pair);
  }
  for (const part of Object.values(parts)) part.sort(byText);
  const largest = components.reduce((most, component) => Math.max(most, component.pairs.length), 0);
  return { ...parts, components: { total: components.length, largest, kept, keptPairs } };
}

/** What two texts have in common when they are held to be the same: letters and digits, in lower case. */
export function splitKey(text: string): string {
  const normal = normalizeForModel(text).toLowerCase();
  const key = normal.replace(/[\p{P}\p{S}\s]+/gu, '');
  return key === '' ? normal : key;
}

export interface Component {
  /** The smallest key of any of its sources. */
  readonly key: string;
  readonly pairs: Pair[];
}

/** Union-find over the keys of both sides, with path halving (Tarjan and van Leeuwen 1984). */
export function componentsOf(pairs: readonly Pair[]): Component[] {
  const nodes = new Map<string, number>();
  const parents: number[] = [];
  const nodeOf = (key: string): number => {
    const known = nodes.get(key);
    if (known !== undefined) return known;
    nodes.set(key, parents.length);
    return parents.push(parents.length) - 1;
  };
  const rootOf = (node: number): number => {
    let root = node;
    for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) {
      parents[root] = parents[parent] ?? parent;
      root = parent;
    }
    return root;
  };
  const links = pairs.map(pair => {
    const key = splitKey(pair.source);
    const source = nodeOf(`source ${key}`);
    const target = rootOf(nodeOf(`target ${splitKey(pair.target)}`));
    parents[target] = rootOf(source);
    return { pair, key, source };
  });
  const components = new Map<number, { key: string; pairs: Pair[] }>();
  for (const { pair, key, source } of links) {
    const root = rootOf(source);
    const component = components.get(root);
    if (component === undefined) {
      components.set(root, { key, pairs: [pair] });
    } else {
      component.pairs.push(pair);
      if (key < component.key) component.key = key;
    }
  }
  return [...components.values()];
}

/** Components in an order drawn by the seed, whatever order they come in. */
export function byDraw(components: readonly Component[], seed: number): Component[] {
  return components
    .map(component => ({ component, draw: hash(`${seed}\n${component.key}`) }))
    .toSorted((one, other) => compare(one.draw, other.draw))
    .map(({ component }) => component);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The order of a split's lists. */
export function byText(one: Pair, other: Pair): number {
  return compare(one.source, other.source) || compare(one.target, other.target);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
