/** Graphs for tests, written node by node, and the parts that attention is made of in exported models. */
import type { NewAttribute, NewGraph, NewNode, NewPort, NewTensor } from '../onnx/messages.ts';
import { floats, integers, type NewFunction, type NewModel } from '../onnx/model.fixture.ts';
import { noise, sizeOf } from './tapped.fixture.ts';

type Attributes = Readonly<Record<string, NewAttribute>>;

export class Draft {
  readonly nodes: NewNode[] = [];
  readonly initializers: NewTensor[] = [];
  readonly inputs: NewPort[] = [];
  readonly outputs: NewPort[] = [];
  /** What the names of nodes begin with, as exporters have it. */
  scope = '';
  static #count = 0;

  input(name: string, shape: NewPort['shape'], dtype: NewPort['dtype'] = 'float32'): string {
    this.inputs.push({ name, dtype, shape });
    return name;
  }

  /** Weights that are small and the same each time. */
  weight(shape: readonly number[], name = `weight_${Draft.#count++}`): string {
    this.initializers.push(floats(name, [...noise(sizeOf(shape), shape.length + sizeOf(shape))].map(number => number / 2), shape));
    return name;
  }

  number(value: number): string {
    return this.#store(floats(`number_${Draft.#count++}`, [value], []));
  }

  list(values: readonly number[]): string {
    return this.#store(integers(`list_${Draft.#count++}`, values));
  }

  integer(value: number): string {
    return this.#store(integers(`integer_${Draft.#count++}`, [value], []));
  }

  store(tensor: NewTensor): string {
    return this.#store(tensor);
  }

  #store(tensor: NewTensor): string {
    this.initializers.push(tensor);
    return tensor.name;
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    return this.many(operator, inputs, 1, attributes, domain)[0] ?? '';
  }

  many(operator: string, inputs: readonly string[], count: number, attributes: Attributes = {}, domain = ''): readonly string[] {
    const id = Draft.#count++;
    const outputs = Array.from({ length: count }, (_, index) => `${operator}_${id}_${index}`);
    this.nodes.push({ name: `${this.scope}/${operator}_${id}`, operator, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** Makes a value an output, under a name of its own where one is given. */
  output(value: string, name?: string, dtype: NewPort['dtype'] = 'float32'): void {
    if (name !== undefined) this.nodes.push({ name: `${this.scope}/${name}`, operator: 'Identity', inputs: [value], outputs: [name] });
    this.outputs.push({ name: name ?? value, dtype });
  }

  graph(name = 'graph'): NewGraph {
    const { nodes, initializers, inputs, outputs } = this;
    return { name, nodes, initializers, inputs, outputs };
  }

  model(opsets: Readonly<Record<string, number>> = { '': 17, 'com.microsoft': 1 }, functions: readonly NewFunction[] = []): NewModel {
    return { graph: this.graph(), opsets, functions };
  }
}

export const [width, heads] = [8, 2];

export const linear = (draft: Draft, x: string, from = width, to = width): string =>
  draft.node('Add', [draft.node('MatMul', [x, draft.weight([from, to])]), draft.weight([to])]);

export const norm = (draft: Draft, x: string): string => draft.node('LayerNormalization', [x, draft.weight([width]), draft.weight([width])], { axis: -1 });

/** `[batch, length, width]` to `[batch, head, length, width of a head]`, its axes in the order that is wanted. */
export const apart = (draft: Draft, x: string, perm: readonly number[] = [0, 2, 1, 3]): string =>
  draft.node('Transpose', [draft.node('Reshape', [x, draft.list([0, 0, heads, width / heads])])], { perm });

export const together = (draft: Draft, x: string): string =>
  draft.node('Reshape', [draft.node('Transpose', [x], { perm: [0, 2, 1, 3] }), draft.list([0, 0, width])]);

export interface AttentionParts {
  /** What keys and values are made of; left out, what the queries are. */
  readonly memory?: string;
  /** Of the scores; left out, as they are. */
  readonly mask?: (scores: string) => string;
  readonly softmax?: (scores: string) => string;
  /** Of the keys before they are compared. */
  readonly keys?: (keys: string) => string;
  readonly values?: (values: string) => string;
}

/** softmax(mask(Q Kᵀ ∕ √d)) V, as PyTorch exports it. @returns `[batch, query, width]` */
export function attend(draft: Draft, x: string, parts: AttentionParts = {}): string {
  const { memory = x, mask = scores => scores, softmax = scores => draft.node('Softmax', [scores], { axis: -1 }), keys = kept => kept, values = kept => kept } = parts;
  const query = apart(draft, linear(draft, x));
  const key = keys(apart(draft, linear(draft, memory)));
  const value = values(apart(draft, linear(draft, memory)));
  const scores = draft.node('Div', [draft.node('MatMul', [query, draft.node('Transpose', [key], { perm: [0, 1, 3, 2] })]), draft.number(2)]);
  return together(draft, draft.node('MatMul', [softmax(mask(scores)), value]));
}

/** A layer: attention, and what was there before. */
export const layer = (draft: Draft, x: string, parts: AttentionParts = {}): string =>
  norm(draft, draft.node('Add', [x, linear(draft, attend(draft, x, parts))]));

/** Hides what comes after, by positions. */
export function causal(draft: Draft, x: string): (scores: string) => string {
  const length = draft.node('Gather', [draft.node('Shape', [x]), draft.integer(1)], { axis: 0 });
  const positions = draft.node('Range', [draft.integer(0), length, draft.integer(1)]);
  const future = draft.node('Less', [draft.node('Unsqueeze', [positions, draft.list([1])]), draft.node('Unsqueeze', [positions, draft.list([0])])]);
  return scores => draft.node('Where', [future, draft.number(-1e9), scores]);
}
