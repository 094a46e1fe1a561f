/** What all layers of a model share while its graph is built. */
import { broken } from '../formats/broken.ts';
import { Graph } from '../graph/graph.ts';
import { cast } from '../graph/operators/elementwise.ts';
import type { Dimension, Shape, Value } from '../graph/value.ts';
import type { KerasTensor, LayerBuilder, LayerCall } from './call.ts';
import type { Library } from './library.ts';
import type { StoredWeight, Weights } from './weights.ts';

/**
 * What has been found out of a model's inputs by building it: lengths that the file leaves open and that must be equal for
 * its layers to fit, and which inputs are rows of tables.
 */
export class Assumptions {
  readonly #lengths = new Map<string, Dimension>();
  readonly indices = new Set<string>();
  /** Of layers, each time that the graph was built. */
  calls = 0;

  /** What an open length is. */
  length(name: string): Dimension {
    let found: Dimension = name;
    for (let next = this.#lengths.get(name); next !== undefined; next = typeof next === 'string' ? this.#lengths.get(next) : undefined) found = next;
    return found;
  }

  /** Takes two lengths for one; false where neither is open. */
  equate(a: Dimension, b: Dimension, open: ReadonlySet<string>): boolean {
    if (a === b) return true;
    if (typeof a === 'string' && open.has(a)) this.#lengths.set(a, b);
    else if (typeof b === 'string' && open.has(b)) this.#lengths.set(b, a);
    else return false;
    return true;
  }
}

/** Thrown where something was assumed that is to be tried again. */
export class AssumedAnew extends Error {
  override readonly name = 'AssumedAnew';
}

/**
 * Calls of layers in all, each time that the graph is built. The largest models have some hundreds; models that call models
 * that call models could make more than any machine holds.
 */
const mostCalls = 10_000;

export class Build {
  readonly graph: Graph;
  /** Inputs by how they are used. */
  readonly usedAsIndices = new Set<Value>();
  readonly usedAsNumbers = new Set<Value>();
  readonly #stored = new Map<string, Value>();

  constructor(
    readonly file: string,
    name: string,
    readonly library: Library,
    readonly weights: Weights,
    readonly assumptions: Assumptions,
    /** Lengths that the file leaves open. */
    readonly open: Set<string>,
    /** Builds a layer of any class: wrappers have layers in them. */
    readonly layer: LayerBuilder,
  ) {
    this.graph = new Graph(name);
  }

  /** @throws Failure `broken-model` when there are too many */
  countCall(): void {
    this.assumptions.calls++;
    if (this.assumptions.calls > mostCalls) throw broken(this.file, `its layers are called more than ${mostCalls} times`, 'at most so often');
  }

  /** A weight as it is stored. */
  constant(weight: StoredWeight): Value {
    return this.stored(weight, '', weight.shape, () => weight.data);
  }

  /** A weight in another layout, made once however often the layer is called. @param layout names it */
  stored({ name }: StoredWeight, layout: string, shape: readonly number[], make: () => Float32Array): Value {
    const key = `${name} ${layout} [${shape.join()}]`;
    const known = this.#stored.get(key);
    if (known !== undefined) return known;
    const value = this.graph.constant('float32', shape, make(), this.unique(name));
    this.#stored.set(key, value);
    return value;
  }

  /** A name for a value that no other has. */
  unique(name: string): string {
    if (!this.graph.has(name)) return name;
    for (let number = 1; ; number++) if (!this.graph.has(`${name}:${number}`)) return `${name}:${number}`;
  }

  /** Numbers to compute with. */
  numbers(x: Value): Value {
    this.usedAsNumbers.add(x);
    return cast(x, 'float32');
  }

  /** Rows of a table, cut to whole numbers as Keras does. */
  indices(x: Value): Value {
    this.usedAsIndices.add(x);
    return cast(x, 'int64');
  }

  /**
   * Sees to it that two shapes broadcast: what the file leaves open is taken for what it meets.
   * @throws AssumedAnew where that is new
   */
  agree(call: Pick<LayerCall, 'layer'>, a: Shape, b: Shape): void {
    const rank = Math.min(a.length, b.length);
    for (let axis = 1; axis <= rank; axis++) this.equal(call, a.at(-axis) ?? 1, b.at(-axis) ?? 1, true);
  }

  /** The same of two lengths. @param broadcast whether one may be 1 */
  equal({ layer }: Pick<LayerCall, 'layer'>, a: Dimension, b: Dimension, broadcast = false): void {
    if (a === b || a === 'open' || b === 'open' || (broadcast && (a === 1 || b === 1))) return;
    if (this.assumptions.equate(a, b, this.open)) throw new AssumedAnew();
    throw broken(this.file, `layer "${layer.name}" is fed tensors of the lengths ${a} and ${b}`, 'lengths that fit each other');
  }
}

/** The same tensor under its mask, changed one number at a time. */
export function pointwise(tensor: KerasTensor, change: (x: Value) => Value): KerasTensor {
  return { value: change(tensor.value), mask: tensor.mask };
}
