/** In which order the heads of a model stand, and which of them. */
import type { HeadFacts, HeadRole } from '../../../protocol/inspection.ts';
import { mapKinds, type MapKind } from '../../../protocol/trace.ts';

export const headOrders = ['layer', 'entropy', 'confidence', 'diagonality', 'distance', 'coverage', 'similarity'] as const;
export type HeadOrder = (typeof headOrders)[number];

export type HeadId = Pick<HeadFacts, 'kind' | 'layer' | 'head'>;

export interface Arrangement {
  readonly order: HeadOrder;
  /** Only heads that have it. */
  readonly role: HeadRole | undefined;
  /** What `similarity` is likeness to. */
  readonly similarTo: HeadId | undefined;
}

export const byLayer: Arrangement = { order: 'layer', role: undefined, similarTo: undefined };

/** A row of the grid: the name of a kind, the numbers of heads above them, or heads. */
export type ModelRow<Head extends HeadFacts> =
  | { readonly of: 'kind'; readonly kind: MapKind }
  | { readonly of: 'numbers'; readonly first: number; readonly count: number }
  | { readonly of: 'heads'; readonly layer: number | undefined; readonly cells: readonly (Head | undefined)[] };

/** Whether the head that says the most by it stands first with the smallest value or with the largest. */
const smallestFirst: ReadonlySet<HeadOrder> = new Set<HeadOrder>(['entropy', 'distance']);

/** What an order sorts by; `undefined` where a head has no such value. */
export function valueOf(facts: HeadFacts, order: HeadOrder): number | undefined {
  return order === 'layer' ? undefined : (facts[order] ?? undefined);
}

/**
 * Heads by kind; in the order of layers a row is a layer and a column a head, with gaps where the filter left some out; in any
 * other they follow each other.
 *
 * @param across heads in a row, where they follow each other
 * @param beside heads of a layer beside each other: the others stand below, again layer by layer
 */
export function arrange<Head extends HeadFacts>(heads: readonly Head[], { order, role }: Arrangement, across: number, beside = Infinity): readonly ModelRow<Head>[] {
  const wanted = (head: Head): boolean => role === undefined || head.roles.some(one => one.role === role);
  const kinds = mapKinds.map(kind => ({ kind, heads: heads.filter(head => head.kind === kind) })).filter(group => group.heads.length > 0);
  return kinds.flatMap(({ kind, heads: ofKind }): ModelRow<Head>[] => {
    const rows = order === 'layer' ? layerRows(ofKind, wanted, beside) : flowRows(ofKind.filter(wanted), order, across);
    return kinds.length === 1 ? rows : [{ of: 'kind', kind }, ...rows];
  });
}

function layerRows<Head extends HeadFacts>(heads: readonly Head[], wanted: (head: Head) => boolean, beside: number): ModelRow<Head>[] {
  const layers = [...new Set(heads.map(({ layer }) => layer))].sort((one, other) => one - other);
  const count = Math.max(...heads.map(({ head }) => head)) + 1;
  const cells = layers.map(layer => {
    const ofLayer = heads.filter(head => head.layer === layer);
    return Array.from({ length: count }, (_, index) => ofLayer.find(({ head }) => head === index)).map(head => (head !== undefined && wanted(head) ? head : undefined));
  });
  return Array.from({ length: Math.ceil(count / Math.min(count, beside)) }, (_, block) => block * Math.min(count, beside)).flatMap((first): ModelRow<Head>[] => [
    { of: 'numbers', first, count: Math.min(beside, count - first) },
    ...cells.map((ofLayer, index): ModelRow<Head> => ({ of: 'heads', layer: layers[index] ?? 0, cells: ofLayer.slice(first, first + beside) })),
  ]);
}

function flowRows<Head extends HeadFacts>(heads: readonly Head[], order: HeadOrder, across: number): ModelRow<Head>[] {
  const sign = smallestFirst.has(order) ? 1 : -1;
  const key = (head: Head): number => sign * (valueOf(head, order) ?? sign * Infinity);
  const sorted = heads.toSorted((one, other) => key(one) - key(other) || 0);
  const rows: ModelRow<Head>[] = [];
  for (let at = 0; at < sorted.length; at += across) rows.push({ of: 'heads', layer: undefined, cells: sorted.slice(at, at + across) });
  return rows;
}

export function isSameHead(one: HeadId | undefined, other: HeadId | undefined): boolean {
  return one?.kind === other?.kind && one?.layer === other?.layer && one?.head === other?.head;
}

/** How many heads have each role, of those that any has. */
export function roleCounts(heads: readonly HeadFacts[]): ReadonlyMap<HeadRole, number> {
  const counts = new Map<HeadRole, number>();
  for (const { roles } of heads) for (const { role } of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
  return counts;
}
