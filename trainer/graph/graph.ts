import { bitsOf } from '../formats/dtype.ts';
import type { ExternalPlace } from '../onnx/messages.ts';
import { type ConstantData, type ElementType, type Shape, type TensorData, Value, elementCount } from './value.ts';
import type { AttributeValue, Operator, OperatorAttributes } from './attributes.ts';
import { inferShapes } from './shapes.ts';

/** One operation of a graph. Optional inputs that are left out are `undefined`. */
export interface Node<O extends Operator = Operator> {
  readonly operator: O;
  readonly name: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: OperatorAttributes[O];
}

/** Attributes as plain pairs, for whoever writes or compares nodes without caring which operator they are. */
export function attributeEntries(node: Node): [string, AttributeValue][] {
  return Object.entries(node.attributes as Record<string, AttributeValue | undefined>).filter(
    (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
  );
}

/**
 * A computation under construction. Nodes stand in the order they were added, which is a topological order: a node's
 * inputs exist before it does. Shapes are known as soon as a value is.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  /** Those stored elsewhere, too. */
  readonly constants: Value[] = [];
  readonly nodes: Node[] = [];
  /** Which node made a value. */
  readonly producers = new Map<Value, Node>();
  /** What the names of nodes and their outputs begin with that are given none. */
  scope = '';
  readonly #names = new Set<string>();
  readonly #scalars = new Map<string, Value>();

  constructor(readonly name: string) {}

  input(name: string, type: ElementType, shape: Shape): Value {
    const value = new Value(this, this.#claim(name), type, shape);
    this.inputs.push(value);
    return value;
  }

  /** Stores a tensor in the graph. Small unnamed constants are stored once. */
  constant(type: ElementType, shape: readonly number[], data: TensorData, name?: string): Value {
    if (data.length !== elementCount(shape)) {
      throw new Error(`constant of shape [${shape.join(', ')}] given ${data.length} elements`);
    }
    const key = name === undefined && data.length <= 64 ? `${type} [${shape.join()}] ${data.join()}` : undefined;
    const known = key === undefined ? undefined : this.#scalars.get(key);
    if (known !== undefined) return known;
    const stored: ConstantData = { type, shape, data };
    const value = new Value(this, this.#claim(name ?? this.#fresh('constant')), type, shape, stored);
    this.constants.push(value);
    if (key !== undefined) this.#scalars.set(key, value);
    return value;
  }

  /** A tensor that stays in the file where it lies. */
  externalConstant(type: ElementType, shape: readonly number[], place: ExternalPlace, name: string): Value {
    const expected = (elementCount(shape) * bitsOf[type]) / 8;
    if (place.length !== expected) {
      throw new Error(`${name}: ${type} of shape [${shape.join(', ')}] takes ${expected} bytes; ${place.length} are given`);
    }
    const value = new Value(this, this.#claim(name), type, shape, undefined, place);
    this.constants.push(value);
    return value;
  }

  /**
   * Adds a node and returns its outputs, their shapes inferred. `names` names the outputs that deserve it; the first is the
   * node's own name, too.
   */
  node<O extends Operator>(
    operator: O,
    inputs: readonly (Value | undefined)[],
    attributes: OperatorAttributes[O],
    names: readonly string[] = [],
  ): readonly Value[] {
    const inferred = inferShapes(operator, inputs, attributes);
    const outputs = inferred.map(
      ({ type, shape }, index) => new Value(this, this.#claim(names[index] ?? this.#fresh(`${this.scope}${operator.toLowerCase()}`)), type, shape),
    );
    const node: Node<O> = { operator, name: names[0] ?? `${this.scope}${operator}_${this.nodes.length}`, inputs, outputs, attributes };
    this.nodes.push(node);
    for (const output of outputs) this.producers.set(output, node);
    return outputs;
  }

  /** Whether a value has this name. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Makes a value an output of the graph, under a name of its own where one is given. */
  output(value: Value, name?: string): Value {
    const shown = name === undefined || name === value.name ? value : this.node('Identity', [value], {}, [name])[0];
    if (shown === undefined) throw new Error('Identity gave no output');
    this.outputs.push(shown);
    return shown;
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new Error(`graph ${this.name} already has a value named ${name}`);
    this.#names.add(name);
    return name;
  }

  #fresh(prefix: string): string {
    let name = `${prefix}_${this.#names.size}`;
    while (this.#names.has(name)) name += '_';
    return name;
  }
}
