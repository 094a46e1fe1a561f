/** Edits of graphs and functions, as what is cut out of a file and what stands there instead. */
import type { ByteSource } from '../formats/bytes.ts';
import { isPlain } from '../formats/dtype.ts';
import { addedToFunction, addedToGraph, type NodeField, nodeFields } from './added.ts';
import type { BodyEdits, Edits, NodeChange } from './edits.ts';
import { Message } from './message.ts';
import { type ExternalPlace, writeAttribute, writeMessage, writeTensor, writeText } from './messages.ts';
import type { ByteRange, MessagePlace, OnnxFunction, OnnxGraph, OnnxNode, OnnxTensor } from './model.ts';
import { type Cut, delimited, type Part, withCuts, written } from './parts.ts';
import { Scan } from './scan.ts';
import { Window } from './window.ts';

export interface WeightsLeft {
  /** What the model's own file is called, and from how many bytes on a tensor stays in it. */
  readonly own: string;
  readonly from: number;
  /** Other names of files of external data. */
  readonly renamed: ReadonlyMap<string, string>;
}

export class Splicer {
  constructor(
    readonly source: ByteSource,
    readonly edits: Edits,
    readonly weights: WeightsLeft,
  ) {}

  /** The content of a graph, or `undefined` where nothing in it is another. */
  graph(graph: OnnxGraph): Part[] | undefined {
    const own = this.edits.bodies.get(graph);
    const cuts = this.#nodes(graph.nodes, own, 1);
    for (const tensor of graph.initializers) {
      const parts = this.#left(tensor);
      if (parts !== undefined) cuts.push(cutOf(tensor.place, parts));
    }
    const added = own === undefined ? [] : addedToGraph(own);
    return cuts.length === 0 && added.length === 0 ? undefined : [...withCuts(graph.places, cuts), ...added];
  }

  /** Those of a model's functions that are others. */
  functions(functions: readonly OnnxFunction[]): Cut[] {
    const cuts: Cut[] = [];
    for (const body of functions) {
      const own = this.edits.bodies.get(body);
      const inside = this.#nodes(body.nodes, own, 7);
      const added = own === undefined ? [] : addedToFunction(own);
      if (inside.length === 0 && added.length === 0) continue;
      cuts.push(cutOf(body.place, delimited(25, [...withCuts([body.place], inside), ...added])));
    }
    return cuts;
  }

  #nodes(nodes: readonly OnnxNode[], own: BodyEdits | undefined, field: NodeField): Cut[] {
    const cuts: Cut[] = [];
    for (const node of nodes) {
      const parts = this.#node(node, own?.changed.get(node), field);
      const behind = own?.inserted.get(node) ?? [];
      if (parts === undefined && behind.length === 0) continue;
      cuts.push(cutOf(node.place, [...(parts ?? [{ start: node.place.head, end: node.place.end }]), ...nodeFields(behind, field)]));
    }
    return cuts;
  }

  /** A tensor that stays in a file, which the copy must name. */
  #left({ name, dtype, shape, data }: OnnxTensor): Part[] | undefined {
    const place = this.#place(data);
    if (place === undefined || !isPlain(dtype)) return undefined;
    return written(writer => writeMessage(writer, 5, inner => writeTensor(inner, { name, dtype, shape, data: place })));
  }

  #place(data: OnnxTensor['data']): ExternalPlace | undefined {
    const { own, from, renamed } = this.weights;
    if (data.kind === 'external') {
      const file = renamed.get(data.location);
      return file === undefined ? undefined : { file, offset: data.offset, length: data.length };
    }
    if (data.kind !== 'raw') return undefined;
    const { start, end } = data.place;
    return end - start < from ? undefined : { file: own, offset: start, length: end - start };
  }

  /** A node's field with what has changed in it, or `undefined` where nothing has. */
  #node(node: OnnxNode, change: NodeChange | undefined, field: NodeField): Part[] | undefined {
    const graphs = new Map<string, Part[]>();
    for (const [name, attribute] of node.attributes) {
      if (attribute.kind !== 'graph') continue;
      const parts = this.graph(attribute.value);
      if (parts !== undefined) graphs.set(name, parts);
    }
    if (change === undefined && graphs.size === 0) return undefined;
    return delimited(field, this.#changed(node, change ?? {}, graphs));
  }

  #changed(node: OnnxNode, change: NodeChange, graphs: ReadonlyMap<string, Part[]>): Part[] {
    const { inputs, outputs, attributes = {} } = change;
    const gone = new Set(Object.keys(attributes));
    const parts: Part[] = [];
    const message = this.#read(node.place, 'node');
    while (message.next()) {
      if (message.field === 5) parts.push(...this.#attribute(message.place, gone, graphs));
      else if ((message.field !== 1 || inputs === undefined) && (message.field !== 2 || outputs === undefined)) parts.push({ start: message.head, end: message.stop });
    }
    const changed = written(writer => {
      for (const input of inputs ?? []) writeText(writer, 1, input);
      for (const output of outputs ?? []) writeText(writer, 2, output);
      for (const [name, value] of Object.entries(attributes)) writeMessage(writer, 5, inner => writeAttribute(inner, name, value));
    });
    return [...parts, ...changed];
  }

  /** An attribute as it is, with another graph, or not at all. */
  #attribute(place: MessagePlace, gone: ReadonlySet<string>, graphs: ReadonlyMap<string, Part[]>): Part[] {
    const others: Part[] = [];
    let name = '';
    const message = this.#read(place, 'attribute');
    while (message.next()) {
      if (message.field === 1) name = message.name();
      if (message.field !== 6) others.push({ start: message.head, end: message.stop });
    }
    if (gone.has(name)) return [];
    const graph = graphs.get(name);
    return graph === undefined ? [{ start: place.head, end: place.end }] : delimited(5, [...others, ...delimited(6, graph)]);
  }

  #read(place: ByteRange, about: string): Message {
    return new Message(new Scan(new Window(this.source)), place, about);
  }
}

const cutOf = ({ head, end }: MessagePlace, parts: readonly Part[]): Cut => ({ start: head, end, parts });
