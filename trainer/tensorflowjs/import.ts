/**
 * A layers model as a graph of ours. What its file leaves open (lengths of sequences, whether an input holds numbers or rows
 * of a table) is found out by building: where two open lengths meet that must be equal, they are taken for one, and the graph
 * is built anew.
 */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { broken, quoted } from '../formats/broken.ts';
import { shown } from '../formats/json.ts';
import type { Graph } from '../graph/graph.ts';
import type { Dimension, ElementType, Value } from '../graph/value.ts';
import { AssumedAnew, Assumptions, Build } from './build.ts';
import { type Given, inputsOf, type KerasTensor, type LayerCall } from './call.ts';
import { buildLayer, canBuild } from './layers.ts';
import type { ModelFile } from './model-file.ts';
import { keyOf, type Step, stepsOf } from './order.ts';
import { type Argument, type LayerSpec, type ModelSpec, refsOf } from './topology.ts';
import { savedNames, type WeightPlace } from './weight-names.ts';
import type { Weights } from './weights.ts';

export interface ImportedModel {
  readonly graph: Graph;
  /** In the model's order. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface ImportOptions {
  /** Takes every length of time for open, those that the file fixes too: tells which lengths depend on which. */
  readonly openTime?: boolean;
}

/** @throws Failure `broken-model`, naming file, layer and class */
export function importModel(file: ModelFile, weights: Weights, options: ImportOptions = {}): ImportedModel {
  const assumptions = new Assumptions();
  // Each attempt that ends early makes one length of two, or knows of one input more what it is.
  for (;;) {
    try {
      return attempt(file, weights, assumptions, options);
    } catch (thrown) {
      if (!(thrown instanceof AssumedAnew)) throw thrown;
    }
  }
}

function attempt(file: ModelFile, weights: Weights, assumptions: Assumptions, { openTime = false }: ImportOptions): ImportedModel {
  const open = new Set<string>();
  const build = new Build(file.path, file.model.name, file.library, weights, assumptions, open, call => layerOrModel(call));
  const { model } = file;
  const inputs = model.inputs.map(({ layer: name }): KerasTensor => {
    const layer = model.layers.find(each => each.name === name);
    if (layer === undefined) throw broken(file.path, `its input ${quoted(name)} is none of its layers`, 'a layer');
    return { value: inputValue(build, layer, openTime) };
  });
  const outputs = runModel(build, model, inputs, '', { layers: [], saved: [], parts: [] });
  build.graph.scope = '';
  // Nothing but rows of tables is made of it: it holds whole numbers, whatever the file says.
  const rows = inputs.filter(({ value }) => value.type === 'float32' && build.usedAsIndices.has(value) && !build.usedAsNumbers.has(value));
  if (rows.length > 0) {
    for (const { value } of rows) assumptions.indices.add(value.name);
    throw new AssumedAnew();
  }
  const named = outputs.map(({ value }, index) => {
    const name = model.outputs[index]?.layer ?? 'output';
    return build.graph.output(value, value.name === name && !build.graph.inputs.includes(value) ? name : build.unique(name));
  });
  return { graph: build.graph, inputs: inputs.map(({ value }) => value), outputs: named };
}

const dimension = z.union([z.int().min(1).max(1 << 24), z.null(), z.literal(-1)]);
const inputSchema = z.looseObject({
  // TensorFlow.js and Keras 2, and Keras 3.
  batch_input_shape: z.array(dimension).min(1).max(8).nullish(),
  batch_shape: z.array(dimension).min(1).max(8).nullish(),
  dtype: z.string().nullish().catch(undefined),
});

function inputValue(build: Build, layer: LayerSpec, openTime: boolean): Value {
  const parsed = inputSchema.safeParse(layer.config);
  const shape = parsed.data?.batch_shape ?? parsed.data?.batch_input_shape;
  const place = `input ${quoted(layer.name)}`;
  if (shape === null || shape === undefined) {
    throw broken(build.file, `${place} has the shape ${shown(layer.config['batch_shape'] ?? layer.config['batch_input_shape'])}`, 'a list of lengths, the batch\'s first', 'A model is saved with the shapes of its inputs once it has been built.');
  }
  const declared = parsed.data?.dtype ?? 'float32';
  if (declared === 'string') throw broken(build.file, `${place} holds texts`, 'numbers', 'Take the text\'s preprocessing out of the model, and save it again.');
  const whole = /^u?int/.test(declared) || build.assumptions.indices.has(layer.name);
  const type: ElementType = declared === 'bool' ? 'bool' : whole ? 'int64' : 'float32';
  const lengths = shape.map((length, axis): Dimension => {
    if (axis === 0) return 'batch';
    if (typeof length === 'number' && length > 0 && !(openTime && axis === 1 && shape.length <= 3)) return length;
    const name = axis === 1 ? `${layer.name}_length` : `${layer.name}_length_${axis}`;
    build.open.add(name);
    return build.assumptions.length(name);
  });
  return build.graph.input(layer.name, type, lengths);
}

/** What is the same each time that a model is called. */
interface Plan {
  readonly steps: readonly Step[];
  readonly savedOf: ReadonlyMap<string, string>;
  readonly dropped: ReadonlySet<string>;
}

const plans = new WeakMap<ModelSpec, Plan>();

function planOf(model: ModelSpec, file: string): Plan {
  const known = plans.get(model);
  if (known !== undefined) return known;
  const steps = stepsOf(model, file);
  const saved = savedNames(model.layers.map(({ className }) => className));
  const plan = { steps, savedOf: new Map(model.layers.map(({ name }, index) => [name, saved[index] ?? name])), dropped: unknownMasks(steps) };
  plans.set(model, plan);
  return plan;
}

/** @param prefix names of the models around it, each with a slash behind */
function runModel(build: Build, model: ModelSpec, inputs: readonly KerasTensor[], prefix: string, place: WeightPlace): readonly KerasTensor[] {
  const made = new Map<string, readonly KerasTensor[]>();
  model.inputs.forEach(({ layer, call }, index) => {
    const input = inputs[index];
    if (input === undefined) throw broken(build.file, `model ${quoted(model.name)} is fed ${inputs.length} tensors`, `${model.inputs.length}`);
    made.set(keyOf(layer, call), [input]);
  });
  const { steps, savedOf, dropped } = planOf(model, build.file);
  const find = (each: Argument): Given => {
    if (each.kind === 'constant') return each;
    if (each.kind === 'list') return { kind: 'list', items: each.items.map(find) };
    const { layer, call, output } = each.ref;
    const tensor = made.get(keyOf(layer, call))?.[output];
    if (tensor === undefined) throw broken(build.file, `output ${output} of layer ${quoted(layer)} is used`, 'an output that it has');
    return { kind: 'tensor', tensor };
  };
  for (const { layer, index, call } of steps) {
    const key = keyOf(layer.name, index);
    if (made.has(key) || dropped.has(layer.name)) continue;
    const path = `${prefix}${layer.name}${index === 0 ? '' : `:${index}`}`;
    const kept = [...call.named].filter(([, value]) => !refsOf(value).some(ref => dropped.has(ref.layer)));
    const layerCall: LayerCall = {
      layer,
      path,
      positional: call.positional.map(find),
      named: new Map(kept.map(([name, value]) => [name, find(value)])),
      place: { layers: [...place.layers, layer.name], saved: [...place.saved, savedOf.get(layer.name) ?? layer.name], parts: place.parts },
      build,
    };
    build.countCall();
    build.graph.scope = `${path}/`;
    made.set(key, saying(layerCall, () => layerOrModel(layerCall)));
  }
  return model.outputs.map(ref => {
    const output = made.get(keyOf(ref.layer, ref.call))?.[ref.output];
    if (output === undefined) throw broken(build.file, `model ${quoted(model.name)} gives output ${ref.output} of layer ${quoted(ref.layer)}`, 'an output that it has');
    return output;
  });
}

function layerOrModel(call: LayerCall): readonly KerasTensor[] {
  const { model } = call.layer;
  if (model === undefined) return buildLayer(call);
  return runModel(call.build, model, inputsOf(call), `${call.path}/`, call.place);
}

/** What the graph's own rules say against a layer becomes a failure that names the layer. */
function saying(call: LayerCall, work: () => readonly KerasTensor[]): readonly KerasTensor[] {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Failure || thrown instanceof AssumedAnew || !(thrown instanceof Error)) throw thrown;
    throw broken(call.build.file, `layer ${quoted(call.layer.name)} (${quoted(call.layer.className)}) does not fit what it is fed: ${thrown.message}`, 'shapes that fit', undefined, thrown);
  }
}

/** What Keras 3 makes masks of where it passes them on. */
const maskOperations: ReadonlySet<string> = new Set([
  'NotEqual', 'Any', 'All', 'LogicalAnd', 'LogicalOr', 'ExpandDims', 'Squeeze', 'BroadcastTo', 'OnesLike', 'Cast', 'Where', 'Concatenate',
]);

/** Masks that layers take by themselves; an `attention_mask` is a user's own. */
const passedOn: ReadonlySet<string> = new Set(['mask', 'query_mask', 'value_mask', 'key_mask']);

/**
 * Keras 3 lists the operations that masks are made of among a model's layers, and passes masks as arguments. Masks are passed
 * on here as well, so those that are made by operations that are not known here are not needed.
 */
function unknownMasks(steps: readonly Step[]): ReadonlySet<string> {
  const unknown = new Set<string>();
  for (const { layer, call } of steps) {
    const isFedUnknown = call.positional.flatMap(refsOf).some(ref => unknown.has(ref.layer));
    if (maskOperations.has(layer.className) && (isFedUnknown || !canBuild(layer.className))) unknown.add(layer.name);
  }
  const isMisused = ({ layer, call }: Step): boolean => {
    const others = [...call.named].filter(([name]) => !passedOn.has(name)).map(([, value]) => value);
    return !unknown.has(layer.name) && [...call.positional, ...others].flatMap(refsOf).some(ref => unknown.has(ref.layer));
  };
  return steps.some(isMisused) ? new Set() : unknown;
}
