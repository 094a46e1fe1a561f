/**
 * Which layers a Keras model has and what feeds which, as `model.json` tells it. Keras 2, Keras 3 and TensorFlow.js write it
 * each in their own way; here it is one: every model is a graph of calls of layers, a stack (`Sequential`) too.
 */
import * as z from 'zod';
import { broken, quoted } from '../formats/broken.ts';
import { fieldsOf, shown } from '../formats/json.ts';
import { isSize } from '../formats/sizes.ts';

/** What a layer gives at one of its calls. */
export interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export type Argument =
  | { readonly kind: 'tensor'; readonly ref: TensorRef }
  | { readonly kind: 'list'; readonly items: readonly Argument[] }
  | { readonly kind: 'constant'; readonly value: unknown };

export interface Call {
  readonly positional: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}

export interface LayerSpec {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly calls: readonly Call[];
  /** Of a model that is used as a layer. */
  readonly model?: ModelSpec;
  /** The model that is wrapped in a layer: one that TimeDistributed runs at each step. */
  readonly wrapped?: ModelSpec;
}

export interface ModelSpec {
  readonly name: string;
  readonly className: string;
  readonly layers: readonly LayerSpec[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** Models inside models, and lists inside arguments. */
const deepest = 16;
const mostLayers = 20_000;
/** Inputs or outputs of a model, and tensors that a layer is fed at one call. */
const mostTensors = 1000;

const layerSchema = z.looseObject({
  name: z.string().min(1).max(500).optional(),
  class_name: z.string().min(1).max(500),
  config: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  inbound_nodes: z.array(z.unknown()).nullish(),
});
type LayerJson = z.infer<typeof layerSchema>;

interface Listed {
  readonly json: LayerJson;
  readonly name: string;
}

const stacks: ReadonlySet<string> = new Set(['Sequential']);
const graphs: ReadonlySet<string> = new Set(['Functional', 'Model']);
const isModelClass = (className: string): boolean => stacks.has(className) || graphs.has(className);

/** What older versions called layers that are no others. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['BatchNormalizationV1', 'BatchNormalization'],
  ['BatchNormalizationV2', 'BatchNormalization'],
  ['UnifiedGRU', 'GRU'],
  ['UnifiedLSTM', 'LSTM'],
]);

/**
 * @param file path, for messages
 * @param topology `{class_name, config}`
 * @throws Failure `broken-model`
 */
export function parseModel(topology: unknown, file: string): ModelSpec {
  return new Parser(file).model(topology, 'the model', 0);
}

class Parser {
  #layers = 0;

  constructor(private readonly file: string) {}

  model(value: unknown, place: string, depth: number): ModelSpec {
    if (depth > deepest) throw broken(this.file, `${place} is a model inside ${depth} models`, `at most ${deepest}`);
    const json = this.#layerJson(value, place);
    const className = json.class_name;
    if (stacks.has(className)) return this.#stack(json, place, depth);
    if (graphs.has(className)) return this.#graph(json, place, depth);
    throw broken(
      this.file,
      `${place} is a ${quoted(className)}`,
      'a Sequential or Functional model',
      'A model of a class of its own has no topology that could be read: export it to ONNX (tf2onnx does), and open that.',
    );
  }

  #layerJson(value: unknown, place: string): LayerJson {
    const parsed = layerSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw broken(this.file, `${place} is no layer (${[...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'unreadable'}; found ${shown(value)})`, '{class_name, config}');
  }

  #stack(json: LayerJson, place: string, depth: number): ModelSpec {
    // Before Keras 2.2.3 the config was the list of layers itself.
    const config = Array.isArray(json.config) ? { layers: json.config } : json.config;
    const layers = this.#layersOf(config, place).map(layer => this.#layer(layer, [], depth));
    const [first] = layers;
    if (first === undefined) throw broken(this.file, `${place} has no layers`, 'at least one');
    const chain: LayerSpec[] = [];
    if (first.className !== 'InputLayer') {
      const shape = first.config['batch_input_shape'] ?? first.config['batch_shape'] ?? config['build_input_shape'] ?? shapeInside(first.model);
      const input = { name: `${first.name}_input`, className: 'InputLayer', calls: [] };
      chain.push({ ...input, config: { batch_input_shape: shape, dtype: first.config['dtype'] } });
    }
    for (const layer of layers) {
      const before = chain.at(-1);
      chain.push({ ...layer, calls: before === undefined ? [] : [{ positional: [tensorOf(before.name)], named: new Map() }] });
    }
    const [inputs, outputs] = [chain[0], chain.at(-1)].map(layer => [refTo(layer?.name ?? '')]);
    return { name: this.#nameOf(json, place), className: json.class_name, layers: chain, inputs: inputs ?? [], outputs: outputs ?? [] };
  }

  #graph(json: LayerJson, place: string, depth: number): ModelSpec {
    if (Array.isArray(json.config)) throw broken(this.file, `${place} has a list for its config`, 'an object');
    const [inputs, outputs] = [this.#refs(json.config, 'input_layers', place), this.#refs(json.config, 'output_layers', place)];
    const listed = this.#layersOf(json.config, place);
    const names = new Set(listed.map(({ name }) => name));
    const layers = listed.map(layer => this.#layer(layer, layer.json.inbound_nodes ?? [], depth, names));
    const offsets = offsetsOf(layers, outputs);
    const moved = layers.map(layer => ({ ...layer, calls: layer.calls.map(call => moveCall(call, offsets)) }));
    return {
      name: this.#nameOf(json, place),
      className: json.class_name,
      layers: offsets.size === 0 ? layers : moved,
      inputs,
      outputs: outputs.map(ref => moveRef(ref, offsets)),
    };
  }

  #refs(config: LayerJson['config'], key: 'input_layers' | 'output_layers', place: string): TensorRef[] {
    const value = fieldsOf(config)?.get(key);
    const refs = refsIn(value, 0);
    if (refs === undefined || refs.length === 0) throw broken(this.file, `${key} of ${place} is ${shown(value)}`, '[[layer, call, output], …]');
    if (refs.length > mostTensors) throw broken(this.file, `${key} of ${place} are ${refs.length}`, `at most ${mostTensors}`);
    return refs;
  }

  #nameOf(json: LayerJson, place: string): string {
    const name = json.name ?? fieldsOf(json.config)?.get('name');
    return typeof name === 'string' && name !== '' ? name.slice(0, 500) : place;
  }

  #layersOf(config: Readonly<Record<string, unknown>>, place: string): Listed[] {
    const list = config['layers'];
    if (!Array.isArray(list)) throw broken(this.file, `"layers" of ${place} is ${shown(list)}`, 'a list of layers');
    this.#layers += list.length;
    if (this.#layers > mostLayers) throw broken(this.file, `it has more than ${mostLayers} layers`, 'at most so many');
    const names = new Set<string>();
    return list.map((each: unknown, index) => {
      const json = this.#layerJson(each, `layer ${index} of ${place}`);
      const name = this.#nameOf(json, `layer ${index}`);
      if (names.has(name)) throw broken(this.file, `${place} has two layers named ${quoted(name)}`, 'names that differ');
      names.add(name);
      return { json, name };
    });
  }

  #layer({ json, name }: Listed, nodes: readonly unknown[], depth: number, names: ReadonlySet<string> = new Set()): LayerSpec {
    const inner = fieldsOf(json.config)?.get('layer');
    const isWrapped = isModelClass(String(fieldsOf(inner)?.get('class_name')));
    return {
      name,
      className: renamed.get(json.class_name) ?? json.class_name,
      config: Array.isArray(json.config) ? {} : json.config,
      calls: nodes.map(node => this.#bounded(this.#call(node, names, name), name)),
      ...(isModelClass(json.class_name) ? { model: this.model({ ...json, name }, `model ${quoted(name)}`, depth + 1) } : {}),
      ...(isWrapped ? { wrapped: this.model(inner, `the model in ${quoted(name)}`, depth + 1) } : {}),
    };
  }

  #bounded(call: Call, layer: string): Call {
    const fed = callRefs(call).length;
    if (fed > mostTensors) throw broken(this.file, `layer ${quoted(layer)} is fed ${fed} tensors at once`, `at most ${mostTensors}`);
    return call;
  }

  #call(node: unknown, names: ReadonlySet<string>, layer: string): Call {
    const fields = fieldsOf(node);
    const [args, kwargs] = [fields?.get('args'), fields?.get('kwargs')];
    if (Array.isArray(args)) {
      return {
        positional: args.map((each: unknown) => argument(each, newTensor, 0)),
        named: new Map([...(fieldsOf(kwargs) ?? [])].map(([key, value]) => [key, argument(value, newTensor, 0)])),
      };
    }
    const isTensor = (value: unknown): TensorRef | undefined => oldTensor(value, names);
    const items: unknown[] = isTensor(node) !== undefined ? [node] : Array.isArray(node) ? node : [...(fields?.values() ?? [])];
    const tensors = items.map(item => {
      const ref = isTensor(item);
      if (ref !== undefined) return { kind: 'tensor', ref } as const;
      if (Array.isArray(item) && item[0] === '_CONSTANT_VALUE') return { kind: 'constant', value: item[2] as unknown } as const;
      throw broken(this.file, `layer ${quoted(layer)} is fed by ${shown(item)}`, '[layer, call, output] of a layer of the same model');
    });
    // What is passed by name stands beside every tensor, the same each time.
    const [first] = items;
    const named = Array.isArray(first) ? fieldsOf(first[3]) : undefined;
    return { positional: tensors, named: new Map([...(named ?? [])].map(([key, value]) => [key, argument(value, isTensor, 0)])) };
  }
}

const refTo = (layer: string): TensorRef => ({ layer, call: 0, output: 0 });
const tensorOf = (layer: string): Argument => ({ kind: 'tensor', ref: refTo(layer) });

/** The shape of what a model is fed, where it tells. */
function shapeInside(model: ModelSpec | undefined): unknown {
  const input = model?.layers.find(({ name }) => name === model.inputs[0]?.layer);
  return input?.config['batch_input_shape'] ?? input?.config['batch_shape'];
}

/**
 * Where the calls of models that are used as layers begin to be counted. The making of the model itself is the first, number 0:
 * in Keras for Functional models, and for stacks that begin with an input layer; in TensorFlow.js for both; in Keras 3 not for
 * stacks. What the references say goes first.
 */
function offsetsOf(layers: readonly LayerSpec[], outputs: readonly TensorRef[]): ReadonlyMap<string, number> {
  const nested = layers.filter(({ model }) => model !== undefined);
  const used = new Map(nested.map(({ name }): [string, Set<number>] => [name, new Set()]));
  const inside = nested.length === 0 ? [] : layers.flatMap(({ calls }) => calls.flatMap(callRefs));
  for (const { layer, call } of [...inside, ...outputs]) used.get(layer)?.add(call);
  return new Map(nested.map(layer => [layer.name, offsetOf(layer, used.get(layer.name) ?? new Set())]));
}

function offsetOf({ className, model, calls }: LayerSpec, used: ReadonlySet<number>): 0 | 1 {
  if (used.has(0)) return 0;
  if (used.has(calls.length)) return 1;
  return graphs.has(className) || model?.layers[0]?.config['name'] !== undefined ? 1 : 0;
}

const callRefs = ({ positional, named }: Call): TensorRef[] => [...positional, ...named.values()].flatMap(refsOf);

function moveRef({ layer, call, output }: TensorRef, offsets: ReadonlyMap<string, number>): TensorRef {
  return { layer, call: call - (offsets.get(layer) ?? 0), output };
}

function moveCall(call: Call, offsets: ReadonlyMap<string, number>): Call {
  const move = (each: Argument): Argument => {
    if (each.kind === 'list') return { kind: 'list', items: each.items.map(move) };
    return each.kind === 'constant' ? each : { kind: 'tensor', ref: moveRef(each.ref, offsets) };
  };
  return { positional: call.positional.map(move), named: new Map([...call.named].map(([key, value]) => [key, move(value)])) };
}

/** Every tensor of an argument. */
export function refsOf(each: Argument): TensorRef[] {
  if (each.kind === 'tensor') return [each.ref];
  return each.kind === 'list' ? each.items.flatMap(refsOf) : [];
}

function argument(value: unknown, isTensor: (value: unknown) => TensorRef | undefined, depth: number): Argument {
  const ref = isTensor(value);
  if (ref !== undefined) return { kind: 'tensor', ref };
  if (!Array.isArray(value) || depth >= deepest) return { kind: 'constant', value };
  const items = value.map((each: unknown) => argument(each, isTensor, depth + 1));
  return items.some(({ kind }) => kind !== 'constant') ? { kind: 'list', items } : { kind: 'constant', value };
}

/** Keras 2 and TensorFlow.js: `[layer, call, output]`, and what is passed by name behind. */
function oldTensor(value: unknown, names: ReadonlySet<string>): TensorRef | undefined {
  if (!Array.isArray(value) || value.length < 3 || value.length > 4) return undefined;
  const [layer, call, output] = value as unknown[];
  return typeof layer === 'string' && names.has(layer) && isSize(call) && isSize(output) ? { layer, call, output } : undefined;
}

/** Keras 3: `{class_name: "__keras_tensor__", config: {keras_history: [layer, call, output]}}`. */
function newTensor(value: unknown): TensorRef | undefined {
  const fields = fieldsOf(value);
  if (fields?.get('class_name') !== '__keras_tensor__') return undefined;
  const history = fieldsOf(fields.get('config'))?.get('keras_history');
  if (!Array.isArray(history)) return undefined;
  const [layer, call, output] = history as unknown[];
  return typeof layer === 'string' && isSize(call) && isSize(output) ? { layer, call, output } : undefined;
}

/** `[layer, call, output]`, a list of such, or an object of such; `undefined` for anything else. */
function refsIn(value: unknown, depth: number): TensorRef[] | undefined {
  if (depth > deepest) return undefined;
  if (Array.isArray(value)) {
    const [layer, call, output] = value as unknown[];
    if (typeof layer === 'string') return isSize(call) && isSize(output) ? [{ layer, call, output }] : undefined;
    const each = value.map((item: unknown) => refsIn(item, depth + 1));
    return each.every(refs => refs !== undefined) ? each.flat() : undefined;
  }
  const fields = fieldsOf(value);
  return fields === undefined ? undefined : refsIn([...fields.values()], depth + 1);
}
