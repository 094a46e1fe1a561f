/**
 * A graph that stands in an attribute of a node, as a model of its own: the decoder in `com.microsoft.BeamSearch`, say, to be run
 * step by step. Nothing is copied: it is another view of the same file, and can be spliced as any model can.
 */
import { Failure } from '../../protocol/failure.ts';
import { quoted } from '../formats/broken.ts';
import type { ByteRange, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './model.ts';

/** What a graph takes from the graph around it. */
interface Taken {
  readonly nodes: Set<OnnxNode>;
  readonly initializers: Set<OnnxTensor>;
}

/**
 * The graph in an attribute of a node of the main graph. Weights of the main graph that it uses come along, and what is computed
 * from weights alone.
 * @throws Failure `bad-argument` where there is no such graph, or it uses what only the main graph's inputs can tell
 */
export function innerModel(model: OnnxModel, node: OnnxNode, attribute: string): OnnxModel {
  const found = node.attributes.get(attribute);
  if (found?.kind !== 'graph') {
    throw new Failure('bad-argument', `${model.file}: ${node.operator} ${quoted(node.name)} has no graph ${attribute}.`, 'Choose another model.');
  }
  const { value: inner } = found;
  const { nodes, initializers } = taken(model, node, inner);
  const around = model.graph.nodes.filter(each => nodes.has(each));
  const weights = model.graph.initializers.filter(each => initializers.has(each));
  const graph: OnnxGraph = {
    ...inner,
    nodes: [...around, ...inner.nodes],
    initializers: [...inner.initializers, ...weights],
    places: [...around.map(recordOf), ...inner.places, ...weights.map(recordOf)],
  };
  return { ...model, graph, inner: true };
}

/** The whole field, in which the message is one of a graph's. */
const recordOf = ({ place }: OnnxNode | OnnxTensor): ByteRange => ({ start: place.head, end: place.end });

function taken({ file, graph }: OnnxModel, holder: OnnxNode, inner: OnnxGraph): Taken {
  const stored = new Map(graph.initializers.map(tensor => [tensor.name, tensor]));
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)));
  const all: Taken = { nodes: new Set(), initializers: new Set() };
  const wanted = freeNames(inner);
  // A set also goes over what is added to it on the way.
  for (const name of wanted) {
    const tensor = stored.get(name);
    const maker = makers.get(name);
    if (tensor !== undefined) all.initializers.add(tensor);
    else if (maker !== undefined && maker !== holder && ![...maker.attributes.values()].some(({ kind }) => kind === 'graph')) {
      all.nodes.add(maker);
      for (const input of maker.inputs) if (input !== '') wanted.add(input);
    } else {
      throw new Failure(
        'bad-argument',
        `${file}: the graph in ${holder.operator} ${quoted(holder.name)} uses ${quoted(name)}, which only the graph around it has when it runs.`,
        'Export the decoder as a model of its own.',
      );
    }
  }
  return all;
}

/** Names that a graph, or a graph inside it, uses and does not define. */
function freeNames(graph: OnnxGraph): Set<string> {
  const defined = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
  for (const { outputs } of graph.nodes) for (const output of outputs) defined.add(output);
  const used = new Set(graph.outputs.map(({ name }) => name));
  for (const { inputs, attributes } of graph.nodes) {
    for (const input of inputs) used.add(input);
    for (const attribute of attributes.values()) {
      if (attribute.kind === 'graph') for (const name of freeNames(attribute.value)) used.add(name);
    }
  }
  used.delete('');
  return new Set([...used].filter(name => !defined.has(name)));
}
