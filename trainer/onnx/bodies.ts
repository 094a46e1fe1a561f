/** All that has nodes in a model: its graph, the graphs in attributes of nodes, and functions. */
import type { OnnxFunction, OnnxGraph, OnnxNode, OnnxTensor } from './model.ts';

/** What has nodes. */
export type Body = OnnxGraph | OnnxFunction;

export interface NamedBody {
  readonly body: Body;
  /** Where it stands: names of nodes, of attributes and of functions, each with a slash after it; `''` is the main graph. */
  readonly prefix: string;
  readonly nodes: readonly OnnxNode[];
  /** A function has none. */
  readonly initializers: readonly OnnxTensor[];
}

export function* bodiesOf(graph: OnnxGraph, functions: readonly OnnxFunction[]): Generator<NamedBody> {
  yield* withInner(graph, '');
  for (const body of functions) yield* withInner(body, `${body.name}/`);
}

function* withInner(body: Body, prefix: string): Generator<NamedBody> {
  const { nodes } = body;
  yield { body, prefix, nodes, initializers: 'initializers' in body ? body.initializers : [] };
  for (const [index, { name, operator, attributes }] of nodes.entries()) {
    for (const [key, attribute] of attributes) {
      if (attribute.kind === 'graph') yield* withInner(attribute.value, `${prefix}${name === '' ? `${operator}_${index}` : name}/${key}/`);
    }
  }
}
