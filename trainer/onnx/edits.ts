/** What is to be different in a copy of a model. */
import type { Body } from './bodies.ts';
import type { NewAttribute, NewNode, NewPort, NewTensor } from './messages.ts';
import type { OnnxNode } from './model.ts';

/** What of a node is to be different; the rest of it stays, graphs in its attributes included. */
export interface NodeChange {
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** In place of those of the same names, or new. */
  readonly attributes?: Readonly<Record<string, NewAttribute>>;
}

/** Of one graph or function. What is added stands at the end, or right behind a node. */
export class BodyEdits {
  readonly nodes: NewNode[] = [];
  /** In a function, which stores nothing, they become `Constant` nodes. */
  readonly initializers: NewTensor[] = [];
  /** Of a graph. */
  readonly inputs: NewPort[] = [];
  /** Of a function's only the names are told. */
  readonly outputs: NewPort[] = [];
  /** What is said of values between; of a graph's. */
  readonly values: NewPort[] = [];
  readonly #changed = new Map<OnnxNode, NodeChange>();
  readonly #behind = new Map<OnnxNode, NewNode[]>();

  get changed(): ReadonlyMap<OnnxNode, NodeChange> {
    return this.#changed;
  }

  /** What stands right behind nodes: what others read that come later, where the order counts, as it does in branches. */
  get inserted(): ReadonlyMap<OnnxNode, readonly NewNode[]> {
    return this.#behind;
  }

  insert(behind: OnnxNode, node: NewNode): void {
    this.#behind.set(behind, [...(this.#behind.get(behind) ?? []), node]);
  }

  /** Adds to what was to change of a node before; of the same thing, the later word holds. */
  change(node: OnnxNode, change: NodeChange): void {
    const before = this.#changed.get(node) ?? {};
    this.#changed.set(node, { ...before, ...change, attributes: { ...before.attributes, ...change.attributes } });
  }
}

export class Edits {
  readonly #bodies = new Map<Body, BodyEdits>();

  /** Those of a graph of the model, its main one or one in a node's attribute, or of one of its functions. */
  of(body: Body): BodyEdits {
    const known = this.#bodies.get(body);
    if (known !== undefined) return known;
    const edits = new BodyEdits();
    this.#bodies.set(body, edits);
    return edits;
  }

  get bodies(): ReadonlyMap<Body, BodyEdits> {
    return this.#bodies;
  }
}
