/** Which rows of the tree can be seen, and where the keyboard goes in them. */
import type { GroupNode, TreeNode } from './tree.ts';

export interface Row {
  readonly node: TreeNode;
  /** Of the first level 0. */
  readonly depth: number;
  readonly isOpen: boolean;
  /** Its place among its parent's children, from 0, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/** Which groups are open: by a rule, but for those that the user opened or closed by hand. */
export interface Folding {
  /** `some`: as many levels as fit a page; `all`; `none`. */
  readonly rule: 'some' | 'all' | 'none';
  /** Keys of groups that are as the rule does not say. */
  readonly exceptions: ReadonlySet<string>;
}

export const freshFolding: Folding = { rule: 'some', exceptions: new Set() };
/** All that a filter found is shown. */
export const openFolding: Folding = { rule: 'all', exceptions: new Set() };

/** Levels are open as long as all rows of a tree that was just opened are no more than these. */
const firstPage = 24;

export function toggled({ rule, exceptions }: Folding, key: string): Folding {
  const changed = new Set(exceptions);
  if (!changed.delete(key)) changed.add(key);
  return { rule, exceptions: changed };
}

/** The rows of a tree, from top to bottom. */
export function rowsOf(tree: readonly TreeNode[], folding: Folding): readonly Row[] {
  const some = folding.rule === 'some' ? firstLevels(tree) : undefined;
  const isOpen = (group: GroupNode): boolean => (some?.has(group.key) ?? folding.rule === 'all') !== folding.exceptions.has(group.key);
  const rows: Row[] = [];
  const append = (nodes: readonly TreeNode[], depth: number): void => {
    nodes.forEach((node, position) => {
      const open = node.kind === 'group' && isOpen(node);
      rows.push({ node, depth, isOpen: open, position, siblings: nodes.length });
      if (open) append(node.children, depth + 1);
    });
  };
  append(tree, 0);
  return rows;
}

function firstLevels(tree: readonly TreeNode[]): ReadonlySet<string> {
  const open = new Set<string>();
  let rows = tree.length;
  let level = tree.filter(node => node.kind === 'group');
  while (level.length > 0) {
    rows += level.reduce((sum, group) => sum + group.children.length, 0);
    if (rows > firstPage) break;
    for (const { key } of level) open.add(key);
    level = level.flatMap(group => group.children).filter(node => node.kind === 'group');
  }
  return open;
}

/** What a key does in the tree. */
export type Move = { readonly to: number } | { readonly toggle: string };

/**
 * As in any tree (WAI-ARIA Authoring Practices, tree view): up and down by a row or a page, to the ends; right opens or enters,
 * left closes or leaves. `undefined` for keys that do nothing here.
 * @param at the row that is selected; -1: none yet
 * @param page how many rows can be seen
 */
export function moveInTree(rows: readonly Row[], at: number, key: string, page: number): Move | undefined {
  const last = rows.length - 1;
  if (last < 0) return undefined;
  const to = (index: number): Move => ({ to: Math.max(0, Math.min(last, index)) });
  const row = rows[at];
  switch (key) {
    case 'ArrowDown': return to(at + 1);
    case 'ArrowUp': return to(at < 0 ? last : at - 1);
    case 'PageDown': return to(at + Math.max(1, page - 1));
    case 'PageUp': return to(at - Math.max(1, page - 1));
    case 'Home': return to(0);
    case 'End': return to(last);
    case 'ArrowRight':
      if (row?.node.kind !== 'group') return undefined;
      return row.isOpen ? to(at + 1) : { toggle: row.node.key };
    case 'ArrowLeft':
      if (row === undefined) return undefined;
      if (row.isOpen) return { toggle: row.node.key };
      return row.depth === 0 ? undefined : to(parentOf(rows, at));
    case 'Enter':
    case ' ':
      return row?.node.kind === 'group' ? { toggle: row.node.key } : undefined;
    default: return undefined;
  }
}

/** The next row, after the one that is selected, whose label begins so; the selected one counts while the text grows. */
export function typeAhead(rows: readonly Row[], at: number, text: string): number | undefined {
  const wanted = text.toLowerCase();
  const from = Math.max(0, text.length > 1 ? at : at + 1);
  for (let step = 0; step < rows.length; step++) {
    const index = (from + step) % rows.length;
    if (rows[index]?.node.label.toLowerCase().startsWith(wanted) === true) return index;
  }
  return undefined;
}

function parentOf(rows: readonly Row[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  let index = at - 1;
  while (index > 0 && (rows[index]?.depth ?? 0) >= depth) index--;
  return index;
}
