/**
 * All graphs of a model as one flow of values. What stands in a branch, a loop's body or one of the model's own functions stands
 * here where it is run, once for each call, so that whoever follows a value need not know where it crosses from one into another.
 */
import { Failure } from '../../protocol/failure.ts';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from '../onnx/model.ts';
import type { Path } from './tap.ts';

export interface FlowValue {
  readonly name: string;
  /** Where the name is known. */
  readonly path: Path;
  readonly uses: Step[];
  producer: Step | undefined;
  /** What the file stores under the name. */
  readonly tensor: OnnxTensor | undefined;
  /** What the file says of it. */
  readonly port: OnnxPort | undefined;
  /** It comes from outside: an input of the model, or of a graph that an operator runs as it likes. */
  readonly fed: boolean;
}

/** One use of a node. */
export interface Step {
  readonly node: OnnxNode;
  /** `Softmax`, `com.microsoft.Attention`, or one of `crossings`. */
  readonly operator: string;
  readonly inputs: readonly (FlowValue | undefined)[];
  readonly outputs: readonly (FlowValue | undefined)[];
  /** Those of a function's body have their caller's values. */
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly path: Path;
}

/** Steps that are no nodes: a value goes on under another name, in another graph. */
export const crossings = {
  /** Out of the one branch or the other. */
  either: '(either)',
  /** Into a turn of a loop: the first value, or what the turn before left. */
  carried: '(carried)',
  /** Into a turn of a scan: a slice. */
  slice: '(slice)',
  /** Out of all turns: stacked. */
  stacked: '(stacked)',
  /** Out of a function, or of the last turn. */
  out: '(out)',
} as const;

export interface Flow {
  readonly steps: readonly Step[];
  readonly values: readonly FlowValue[];
}

/** A function may call functions: what it all comes to is bounded (nodes, with what they take and give), and how deep it goes. */
const [most, mostCalls] = [10_000_000, 32];

type Names = Map<string, FlowValue>;
/** Names as they are seen in a graph: its own, then those around it. */
type Sight = readonly Names[];

/** @throws Failure `broken-model` where the model's functions call each other without end */
export function flowOf(model: OnnxModel): Flow {
  const flow = new FlowBuilder(model);
  flow.graph(model.graph, [], [], undefined);
  return flow;
}

class FlowBuilder implements Flow {
  readonly steps: Step[] = [];
  readonly values: FlowValue[] = [];
  readonly #functions: ReadonlyMap<string, OnnxFunction>;
  #size = 0;

  constructor(readonly model: OnnxModel) {
    this.#functions = new Map(model.functions.map(body => [qualified(body.domain, body.name), body]));
  }

  /** @param given what its inputs are; left out, they are fed */
  graph(graph: OnnxGraph, path: Path, around: Sight, given: readonly FlowValue[] | undefined): Names {
    const own: Names = new Map();
    const outputs = new Map(graph.outputs.map(port => [port.name, port]));
    const port = (name: string): OnnxPort | undefined => graph.values.get(name) ?? outputs.get(name);
    for (const tensor of graph.initializers) own.set(tensor.name, this.#value(tensor.name, path, { tensor }));
    graph.inputs.forEach((input, index) => {
      own.set(input.name, given?.[index] ?? this.#value(input.name, path, { port: input, fed: given === undefined }));
    });
    this.#nodes(graph.nodes, path, [own, ...around], port, undefined);
    return own;
  }

  #nodes(
    nodes: readonly OnnxNode[],
    path: Path,
    sight: Sight,
    port: (name: string) => OnnxPort | undefined,
    caller: ReadonlyMap<string, OnnxAttribute> | undefined,
  ): void {
    const [own] = sight;
    if (own === undefined) return;
    // Not every file lists its nodes in the order in which they can be run: names first.
    for (const node of nodes) {
      const constant = node.operator === 'Constant' ? node.attributes.get('value') : undefined;
      const tensor = constant?.kind === 'tensor' ? constant.value : undefined;
      for (const name of node.outputs) {
        if (name !== '' && !own.has(name)) own.set(name, this.#value(name, path, { port: port(name), tensor }));
      }
    }
    const find = (name: string): FlowValue | undefined => {
      if (name === '') return undefined;
      const known = seen(name, sight);
      if (known !== undefined) return known;
      const missing = this.#value(name, path, { port: port(name) });
      own.set(name, missing);
      return missing;
    };
    for (const node of nodes) {
      this.#size += 1 + node.inputs.length + node.outputs.length;
      if (this.#size > most) throw this.#endless(`its graphs and functions come to over ${most} operators, inputs and outputs`);
      const attributes = caller === undefined ? node.attributes : resolved(node.attributes, caller);
      const operator = qualified(node.domain, node.operator);
      const inputs = node.inputs.map(find);
      const outputs = node.outputs.map(find);
      const body = this.#functions.get(operator);
      if (body !== undefined) this.#call(node, body, { node, operator, inputs, outputs, attributes, path });
      else this.#node({ node, operator, inputs, outputs, attributes, path }, sight);
    }
  }

  #call(node: OnnxNode, body: OnnxFunction, call: Step): void {
    const inside: Path = [...call.path, { form: 'call', node, body }];
    if (inside.filter(({ form }) => form === 'call').length > mostCalls) {
      throw this.#endless(`the function ${call.operator} is called inside ${mostCalls} other calls`);
    }
    const own: Names = new Map();
    body.inputs.forEach((name, index) => {
      const given = call.inputs[index];
      if (given !== undefined) own.set(name, given);
    });
    this.#nodes(body.nodes, inside, [own], () => undefined, call.attributes);
    this.#out(call, body.outputs.map(name => own.get(name)), call.outputs);
  }

  #node(step: Step, sight: Sight): void {
    const { node, inputs, outputs, path } = step;
    const bodies = [...step.attributes].flatMap(([name, attribute]) => (attribute.kind === 'graph' ? [[name, attribute.value] as const] : []));
    if (bodies.length === 0) {
      this.#step(step);
      return;
    }
    if (step.operator === 'If') {
      const results = bodies.map(([attribute, graph]) => {
        const names = this.graph(graph, [...path, { form: 'branch', node, attribute, graph }], sight, []);
        return graph.outputs.map(({ name }) => seen(name, [names, ...sight]));
      });
      outputs.forEach((output, index) => this.#cross(step, crossings.either, results.map(result => result[index]), [output]));
    } else if (step.operator === 'Loop' || step.operator === 'Scan') {
      for (const [attribute, graph] of bodies) this.#turns(step, attribute, graph, sight);
    } else {
      for (const [attribute, graph] of bodies) this.graph(graph, [...path, { form: 'search', node, attribute, graph }], sight, undefined);
      this.#step({ ...step, inputs });
    }
  }

  /** `Loop`: M, condition, carried… → carried…, stacked…; its body takes turn and condition first, and gives the condition first. */
  #turns(step: Step, attribute: string, graph: OnnxGraph, sight: Sight): void {
    const { node, path, inputs, outputs } = step;
    const inside: Path = [...path, { form: 'turns', node, attribute, graph }];
    const loop = step.operator === 'Loop';
    const scanned = step.attributes.get('num_scan_inputs');
    const carried = loop ? inputs.length - 2 : inputs.length - (scanned?.kind === 'integer' ? scanned.value : 0);
    const outer = loop ? [undefined, undefined, ...inputs.slice(2)] : inputs;
    const offset = loop ? 2 : 0;
    const within = graph.inputs.map(port => this.#value(port.name, inside, { port }));
    const names = this.graph(graph, inside, sight, within);
    const results = graph.outputs.slice(loop ? 1 : 0).map(({ name }) => seen(name, [names, ...sight]));
    within.forEach((value, index) => {
      const state = index - offset;
      const isCarried = state >= 0 && state < carried;
      const from = isCarried ? [outer[index], results[state]] : [outer[index]];
      this.#cross({ ...step, path: inside }, isCarried ? crossings.carried : crossings.slice, from, [value]);
    });
    outputs.forEach((output, index) => {
      this.#cross(step, index < carried ? crossings.out : crossings.stacked, [results[index]], [output]);
    });
  }

  #out(step: Step, from: readonly (FlowValue | undefined)[], to: readonly (FlowValue | undefined)[]): void {
    to.forEach((value, index) => this.#cross(step, crossings.out, [from[index]], [value]));
  }

  #cross({ node, path }: Step, operator: string, inputs: readonly (FlowValue | undefined)[], outputs: readonly (FlowValue | undefined)[]): void {
    this.#step({ node, operator, inputs, outputs, attributes: new Map(), path });
  }

  #step(step: Step): void {
    this.steps.push(step);
    for (const value of new Set(step.inputs)) value?.uses.push(step);
    for (const value of step.outputs) if (value !== undefined) value.producer ??= step;
  }

  #value(name: string, path: Path, { tensor, port, fed = false }: Partial<Pick<FlowValue, 'tensor' | 'port' | 'fed'>>): FlowValue {
    const value: FlowValue = { name, path, uses: [], producer: undefined, tensor, port, fed };
    this.values.push(value);
    return value;
  }

  #endless(found: string): Failure {
    return new Failure('broken-model', `${this.model.file}: ${found}; expected was a model that can be written out.`, 'Export the model without functions.');
  }
}

export const qualified = (domain: string, operator: string): string => (domain === '' ? operator : `${domain}.${operator}`);

function seen(name: string, sight: Sight): FlowValue | undefined {
  for (const names of sight) {
    const found = names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolved(own: ReadonlyMap<string, OnnxAttribute>, caller: ReadonlyMap<string, OnnxAttribute>): ReadonlyMap<string, OnnxAttribute> {
  return new Map(
    [...own].flatMap(([name, attribute]): [string, OnnxAttribute][] => {
      if (attribute.kind !== 'reference') return [[name, attribute]];
      const given = caller.get(attribute.name);
      return given === undefined ? [] : [[name, given]];
    }),
  );
}
