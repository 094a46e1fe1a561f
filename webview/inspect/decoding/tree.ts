/** The search for what was written, as a tree that goes from left to right: a column a step, what was chosen uppermost. */
import type { Alternative, InspectedOutput, SearchNode } from '../../../protocol/inspection.ts';

export type Written = Extract<InspectedOutput, { readonly kind: 'written' }>;

export interface PlacedNode {
  readonly node: SearchNode;
  /** Index of the node in its tree, and of its parent; -1 at the root. */
  readonly index: number;
  readonly row: number;
}

export interface SearchTree {
  /** By step, what was looked at there, the chosen one first. */
  readonly columns: readonly (readonly PlacedNode[])[];
  readonly rows: number;
}

/** Of a greedy search the path, with what could have been written instead beside it. */
export function searchOf({ steps, searches }: Written): readonly (readonly SearchNode[])[] {
  if (searches.length > 0) return searches;
  const nodes: SearchNode[] = [];
  let [parent, total] = [-1, 0];
  steps.forEach(({ written, alternatives }, step) => {
    const of = { parent, step };
    const before = total;
    total += written.logProb;
    parent = nodes.length;
    nodes.push({ ...written, ...of, total, fate: 'chosen' });
    for (const one of alternatives) if (one.token !== written.token) nodes.push({ ...one, ...of, total: before + one.logProb, fate: 'dropped' });
  });
  return nodes.length === 0 ? [] : [nodes];
}

const fates: readonly SearchNode['fate'][] = ['chosen', 'ended', 'kept', 'dropped'];

/** What became of a token that was looked at. */
export const fateNames: Readonly<Record<SearchNode['fate'], string>> = {
  kept: 'kept in the beam', ended: 'ended here', dropped: 'dropped', chosen: 'on the way to what was written',
};

export function placeTree(nodes: readonly SearchNode[]): SearchTree {
  const columns: PlacedNode[][] = [];
  const rows: number[] = [];
  const bySteps: number[][] = [];
  nodes.forEach(({ step }, index) => (bySteps[step] ??= []).push(index));
  for (let step = 0; step < bySteps.length; step++) {
    // Children stand by their parents, so that few edges cross.
    const sorted = (bySteps[step] ?? []).toSorted((one, other) => order(nodes, rows, one) - order(nodes, rows, other) || (nodes[other]?.total ?? 0) - (nodes[one]?.total ?? 0));
    columns[step] = sorted.flatMap((index, row) => {
      const node = nodes[index];
      if (node === undefined) return [];
      rows[index] = row;
      return [{ node, index, row }];
    });
  }
  return { columns, rows: Math.max(0, ...columns.map(column => column.length)) };
}

function order(nodes: readonly SearchNode[], rows: readonly number[], index: number): number {
  const node = nodes[index];
  if (node === undefined) return 0;
  return node.fate === 'chosen' ? -1 : (rows[node.parent] ?? 0) * fates.length + fates.indexOf(node.fate);
}

/** "12 %", "0.03 %": of a natural logarithm of a probability. */
export function probabilityText(logProb: number): string {
  const share = 100 * Math.exp(logProb);
  return `${share >= 10 || share === 0 ? Math.round(share) : Number(share.toPrecision(1))} %`;
}

/** Steps `[first, end)` in sight, of columns of one width. */
export function stepsInSight(count: number, left: number, width: number, column: number): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.floor(left / column) - 1);
  return { first: Math.min(first, count), end: Math.min(count, Math.ceil((left + width) / column) + 1) };
}

/** As maps call it. */
export function tokenText({ text }: Pick<Alternative, 'text'>): string {
  return text.trim() === '' ? '␣' : text.trim();
}

/** With the space that it begins with: " he" is another token than "he". */
export function rawText({ text }: Pick<Alternative, 'text'>): string {
  return text.trim() === '' ? '␣' : text.replace(/^ +/, '␣').trim();
}
