/** `GraphProto`, `NodeProto` and `AttributeProto`: which call each other, as graphs stand in attributes of nodes. */
import { most } from './limits.ts';
import type { Message } from './message.ts';
import type { ByteRange, MessagePlace, OnnxAttribute, OnnxGraph, OnnxNode, OnnxPort, OnnxTensor } from './model.ts';
import { readPort } from './read-port.ts';
import { readSparseTensorProto, readTensorProto } from './read-tensor-proto.ts';

/** A graph while it is read: a file may give it in several parts, which add up. */
export class GraphDraft {
  #name = '';
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];
  readonly #values = new Map<string, OnnxPort>();
  readonly #places: ByteRange[] = [];

  /** @param depth how many graphs this one stands in */
  constructor(readonly depth: number) {}

  async add(message: Message, place: ByteRange): Promise<void> {
    if (this.depth > most.depth) throw message.scan.broken(place.start, `a graph inside ${this.depth} others`, `at most ${most.depth}`);
    if (this.#places.length === most.stretches) throw message.scan.broken(place.start, 'one more part of a graph', `at most ${most.stretches}`);
    this.#places.push({ start: place.start, end: place.end });
    while (message.next()) {
      if (message.scan.isDue) await message.scan.turn();
      switch (message.field) {
        case 1:
          this.#nodes.push(await readNode(message.message('node'), message.place, this.depth));
          break;
        case 2:
          this.#name = message.name();
          break;
        case 5:
          this.#initializers.push(readTensorProto(message.message('tensor'), message.place));
          break;
        case 11:
          this.#inputs.push(readPort(message.message('input')));
          break;
        case 12:
          this.#outputs.push(readPort(message.message('output')));
          break;
        case 13: {
          const value = readPort(message.message('declared value'));
          this.#values.set(value.name, value);
          break;
        }
        case 15:
          this.#initializers.push(readSparseTensorProto(message.message('sparse tensor'), message.place));
      }
    }
  }

  finish(): OnnxGraph {
    const stored = new Set(this.#initializers.map(({ name }) => name));
    return {
      name: this.#name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs.filter(({ name }) => !stored.has(name)),
      outputs: this.#outputs,
      values: this.#values,
      places: this.#places,
    };
  }
}

export async function readNode(message: Message, place: MessagePlace, depth: number): Promise<OnnxNode> {
  const { scan } = message;
  scan.count('nodes');
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, operator, domain] = ['', '', ''];
  while (message.next()) {
    if (scan.isDue) await scan.turn();
    switch (message.field) {
      case 1:
      case 2: {
        const ports = message.field === 1 ? inputs : outputs;
        if (ports.length === most.nodePorts) throw message.broken('one more', `at most ${most.nodePorts}`);
        ports.push(message.name());
        break;
      }
      case 3:
        name = message.ownName();
        break;
      case 4:
        operator = message.name();
        break;
      case 5: {
        const [key, attribute] = await readAttribute(message.message('attribute'), depth);
        attributes.set(key, attribute);
        break;
      }
      case 7:
        domain = standardDomain(message.name());
    }
  }
  return { name, operator, domain, inputs, outputs, attributes, place };
}

/** ONNX's own operators are of the domain `''`, which may be written out. */
export const standardDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

/** `AttributeProto.AttributeType`, in the order of its numbers from 1 on. */
const kinds = ['float', 'integer', 'text', 'tensor', 'graph', 'floats', 'integers', 'texts'] as const;
type Kind = (typeof kinds)[number];
/** Which field holds an attribute of each kind. */
const kindOfField: ReadonlyMap<number, Kind> = new Map([
  [2, 'float'], [3, 'integer'], [4, 'text'], [5, 'tensor'], [6, 'graph'], [7, 'floats'], [8, 'integers'], [9, 'texts'],
]);

async function readAttribute(message: Message, depth: number): Promise<[string, OnnxAttribute]> {
  message.scan.count('attributes');
  let [name, reference, type, float, integer] = ['', '', 0, 0, 0];
  let [floats, integers, texts]: [number[] | undefined, number[] | undefined, string[] | undefined] = [undefined, undefined, undefined];
  let text: string | undefined = '';
  let tensor: OnnxTensor | undefined;
  let graph: GraphDraft | undefined;
  /** What stands there, for files that do not say the type; and whether it is all taken in. */
  let [present, whole]: [Kind | undefined, boolean] = [undefined, true];
  while (message.next()) {
    if (message.scan.isDue) await message.scan.turn();
    present = kindOfField.get(message.field) ?? present;
    switch (message.field) {
      case 1:
        name = message.name();
        break;
      case 2:
        float = message.float();
        break;
      case 3:
        integer = message.integer();
        break;
      case 4:
        text = message.text(most.attribute);
        break;
      case 5:
        tensor = readTensorProto(message.message('tensor'), message.place);
        break;
      case 6:
        graph ??= new GraphDraft(depth + 1);
        await graph.add(message.message('graph'), message.place);
        break;
      case 7:
        whole = message.floats((floats ??= []), most.attribute) && whole;
        break;
      case 8:
        whole = message.integers((integers ??= []), most.attribute) && whole;
        break;
      case 9: {
        texts ??= [];
        const one = texts.length < most.attribute ? message.text(most.attribute) : undefined;
        message.scan.count('names', one?.length ?? 0);
        if (one === undefined) whole = false;
        else texts.push(one);
        break;
      }
      case 20:
        type = message.integer();
        break;
      case 21:
        reference = message.name();
    }
  }
  message.scan.count('names', text?.length ?? 0);
  message.scan.count('numbers', (floats?.length ?? 0) + (integers?.length ?? 0));
  const value = (): OnnxAttribute => {
    if (reference !== '') return { kind: 'reference', name: reference };
    const kind = type === 0 ? present : kinds[type - 1];
    switch (kind) {
      case 'float':
        return { kind, value: float };
      case 'integer':
        return { kind, value: integer };
      case 'text':
        return text === undefined ? { kind: 'other' } : { kind, value: text };
      case 'tensor':
        return tensor === undefined ? { kind: 'other' } : { kind, value: tensor };
      case 'graph':
        return graph === undefined ? { kind: 'other' } : { kind, value: graph.finish() };
      case 'floats':
        return whole ? { kind, value: floats ?? [] } : { kind: 'other' };
      case 'integers':
        return whole ? { kind, value: integers ?? [] } : { kind: 'other' };
      case 'texts':
        return whole ? { kind, value: texts ?? [] } : { kind: 'other' };
      case undefined:
        return { kind: 'other' };
    }
  };
  return [name, value()];
}
