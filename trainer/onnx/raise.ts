/** Brings a value out of the graphs or the function that a node stands for, so that what is around the node has it. */
import { type Body, bodiesOf } from './bodies.ts';
import type { Edits } from './edits.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './model.ts';

/** A node, and the graph or function that it stands in. */
export interface Place {
  readonly body: Body;
  readonly node: OnnxNode;
}

/**
 * Gives `If`, `Loop` or `Scan` one more output. Out of `If`, it is the value of the branch that ran; out of the others, those of all
 * turns, stacked along a new first axis.
 * @param values names of what comes out, by the attributes whose graphs they are of: `then_branch` and `else_branch`, or `body`
 * @param output name of the new output
 * @throws RangeError where a graph of the node is given no value, or the node is none of these
 */
export function raise(edits: Edits, { body, node }: Place, values: ReadonlyMap<string, string>, output: string): void {
  if (node.domain !== '' || !['If', 'Loop', 'Scan'].includes(node.operator)) throw new RangeError(`nothing can be brought out of ${node.operator}`);
  for (const [name, attribute] of node.attributes) {
    if (attribute.kind !== 'graph') continue;
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`${name} of ${node.operator} must give a value for ${output}`);
    putOut(edits, attribute.value, value, `${output}/${name}`);
  }
  const own = edits.of(body);
  const outputs = own.changed.get(node)?.outputs ?? node.outputs;
  own.change(node, { outputs: [...outputs, output], attributes: stacking(edits, { body, node }) });
}

/** Makes a value an output of a graph; under another name where it is one already, or comes from around. */
function putOut(edits: Edits, graph: OnnxGraph, value: string, name: string): void {
  const own = edits.of(graph);
  const isMade = [...graph.nodes, ...own.nodes].some(({ outputs }) => outputs.includes(value));
  const isOutput = [...graph.outputs, ...own.outputs].some(port => port.name === value);
  if (isMade && !isOutput) {
    own.outputs.push({ name: value });
    return;
  }
  own.nodes.push({ name, operator: 'Identity', inputs: [value], outputs: [name] });
  own.outputs.push({ name });
}

/** `Scan` may list how each of its outputs is stacked: 0, along the first axis and forward, for the new one. */
function stacking(edits: Edits, { body, node }: Place): Record<string, readonly number[]> {
  const found: Record<string, readonly number[]> = {};
  if (node.operator !== 'Scan') return found;
  for (const name of ['scan_output_axes', 'scan_output_directions']) {
    const attribute = node.attributes.get(name);
    const changed = edits.of(body).changed.get(node)?.attributes?.[name];
    const list = Array.isArray(changed) ? changed : attribute?.kind === 'integers' ? attribute.value : undefined;
    if (list !== undefined) found[name] = [...list, 0];
  }
  return found;
}

/**
 * Gives a call of one of the model's functions one more output, a value of the function's body. All other calls of the function get
 * one too, that nobody takes: a call has as many outputs as the function.
 */
export function raiseFromCall(edits: Edits, { graph, functions }: OnnxModel, { body, node }: Place, called: OnnxFunction, { value, output }: Raised): void {
  const inside = edits.of(called);
  const given = (): string[] => [...called.outputs, ...inside.outputs.map(({ name }) => name)];
  if (!given().includes(value)) inside.outputs.push({ name: value });
  const index = given().indexOf(value);
  for (const other of bodiesOf(graph, functions)) {
    for (const each of other.nodes) {
      if (each.operator !== called.name || each.domain !== called.domain) continue;
      const own = edits.of(other.body);
      const outputs = [...(own.changed.get(each)?.outputs ?? each.outputs)];
      while (outputs.length <= index) outputs.push('');
      if (each === node && outputs[index] === '') outputs[index] = output;
      else if (each === node) edits.of(body).nodes.push({ name: output, operator: 'Identity', inputs: [outputs[index] ?? ''], outputs: [output] });
      own.change(each, { outputs });
    }
  }
}

export interface Raised {
  /** A value of the function's body. */
  readonly value: string;
  /** Its name around the call. */
  readonly output: string;
}
