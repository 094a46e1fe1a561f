/** Tensors as a tree, by the parts of their names: what stands between dots or slashes. */
import type { TensorInfo } from '../../../protocol/checkpoint.ts';
import { elementsOf } from '../format.ts';

export interface TensorNode {
  readonly kind: 'tensor';
  /** Tells it from all other nodes, also after a reload. */
  readonly key: string;
  /** What its name adds to those of the groups around it. */
  readonly label: string;
  readonly tensor: TensorInfo;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly key: string;
  readonly label: string;
  readonly children: readonly TreeNode[];
  /** Of all that is in it, groups in it included. */
  readonly tensors: number;
  readonly elements: number;
  readonly bytes: number;
}

export type TreeNode = TensorNode | GroupNode;

export type Sort = 'name' | 'size';

/** Names may have any number of parts; the last level holds the rest. */
const deepest = 24;

/** A part with the dots or slashes behind it, the first with those before it too. */
const parts = /^[./]*[^./]+[./]*|[^./]+[./]*/g;

interface Draft {
  readonly path: string;
  readonly groups: Map<string, Draft>;
  readonly tensors: { readonly part: string; readonly tensor: TensorInfo }[];
}

/**
 * The tree of some tensors. A group that holds a single thing is joined with it: `encoder.layer` is one group, as the Explorer
 * joins folders, and `embeddings.weight` a tensor.
 * @param sort by name groups come before tensors and 2 before 10; by size the largest comes first
 */
export function tensorTree(tensors: readonly TensorInfo[], sort: Sort): readonly TreeNode[] {
  const root: Draft = { path: '', groups: new Map(), tensors: [] };
  for (const tensor of tensors) insert(root, tensor);
  return childrenOf(root, sort);
}

export function bytesOf(node: TreeNode): number {
  return node.kind === 'group' ? node.bytes : node.tensor.bytes;
}

export function tensorKey(name: string): string {
  return `tensor ${name}`;
}

/** A tensor that stands in no group. */
export function tensorNode(tensor: TensorInfo): TensorNode {
  return { kind: 'tensor', key: tensorKey(tensor.name), label: tensor.name, tensor };
}

/** The node of that key, wherever it stands. */
export function findNode(nodes: readonly TreeNode[], key: string): TreeNode | undefined {
  for (const node of nodes) {
    if (node.key === key) return node;
    const found = node.kind === 'group' ? findNode(node.children, key) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The tensors in a group, and in the groups in it. */
export function* tensorsIn(node: TreeNode): Generator<TensorInfo> {
  if (node.kind === 'tensor') yield node.tensor;
  else for (const child of node.children) yield* tensorsIn(child);
}

function insert(root: Draft, tensor: TensorInfo): void {
  const names = tensor.name.match(parts) ?? [tensor.name];
  const last = Math.min(names.length, deepest) - 1;
  let draft = root;
  for (const part of names.slice(0, last)) {
    let next = draft.groups.get(part);
    if (next === undefined) {
      next = { path: draft.path + part, groups: new Map(), tensors: [] };
      draft.groups.set(part, next);
    }
    draft = next;
  }
  draft.tensors.push({ part: names.slice(last).join(''), tensor });
}

function childrenOf(draft: Draft, sort: Sort): readonly TreeNode[] {
  const children: TreeNode[] = [];
  for (const [part, group] of draft.groups) children.push(joined(part, group, sort));
  for (const { part, tensor } of draft.tensors) children.push({ ...tensorNode(tensor), label: part });
  return sorted(children, sort);
}

function joined(part: string, draft: Draft, sort: Sort): TreeNode {
  const children = childrenOf(draft, sort);
  const [only] = children;
  if (only !== undefined && children.length === 1) return { ...only, label: part + only.label };
  const group = { tensors: 0, elements: 0, bytes: 0 };
  for (const child of children) {
    group.tensors += child.kind === 'group' ? child.tensors : 1;
    group.elements += child.kind === 'group' ? child.elements : elementsOf(child.tensor.shape);
    group.bytes += bytesOf(child);
  }
  return { kind: 'group', key: `group ${draft.path}`, label: part.replace(/[./]+$/, '') || part, children, ...group };
}

function sorted(nodes: readonly TreeNode[], sort: Sort): readonly TreeNode[] {
  const keyed = nodes.map(node => ({ node, name: `${node.kind === 'group' ? 0 : 1}${naturalKey(node.label)}`, bytes: bytesOf(node) }));
  const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
  keyed.sort(sort === 'name' ? byName : (one, other) => other.bytes - one.bytes || byName(one, other));
  return keyed.map(({ node }) => node);
}

/** By this, plain comparison puts 2 before 10; a collator takes ten times as long for 100,000 names. */
function naturalKey(label: string): string {
  return label.toLowerCase().replace(/\d+/g, digits => digits.padStart(12, '0'));
}
