/** Opens a layers model of TensorFlow.js, and makes of it a graph as any other. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Fact } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import { shortened } from '../formats/broken.ts';
import { fieldsOf, readJson } from '../formats/json.ts';
import { openManifest } from '../formats/tensorflowjs.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { importModel, type ImportedModel } from './import.ts';
import { type ModelFile, parseModelFile } from './model-file.ts';
import { type Roles, rolesOf } from './roles.ts';
import type { ModelSpec } from './topology.ts';
import { readVocabularies, type Vocabularies } from './vocabulary.ts';
import { Weights } from './weights.ts';

export interface TensorFlowJsModel {
  /** Absolute path of its `model.json`. */
  readonly path: string;
  readonly name: string;
  /**
   * Weights are inside, as float32: `writeOnnx` makes a file of it, `builtGraph` what is run. What a layer that is attention
   * weighs by is named `<layer>/attention_scores`.
   */
  readonly graph: Graph;
  /** By the names of the input layers; `[batch, …]`. Token ids are int64, whatever the file says they are. */
  readonly inputs: readonly Value[];
  /** By the names of the layers that give them; `[batch, …]`. */
  readonly outputs: readonly Value[];
  readonly facts: readonly Fact[];
  /** `undefined` where a text could not be fed: the model takes numbers by the names of its inputs. */
  readonly roles: Roles | undefined;
  /** Of files beside the model: `vocabulary.ts` says which. */
  readonly vocabularies: Vocabularies;
}

/**
 * @param given path of `model.json`, or of the folder it is in
 * @throws Failure `no-such-file`, `broken-model`, naming the layer where one cannot be run
 */
export async function openTensorFlowJs(given: string): Promise<TensorFlowJsModel> {
  const path = await modelPath(resolve(given));
  const json = await readJson(path);
  const file = parseModelFile(json, path);
  const tensors = await openManifest(path, fieldsOf(json) ?? new Map());
  let weights: Weights;
  try {
    weights = await Weights.read(tensors, file.optimizer);
  } finally {
    await tensors.close();
  }
  const model = importModel(file, weights);
  return {
    path,
    name: file.model.name,
    ...model,
    facts: factsOf(file, weights),
    roles: rolesOf(model, () => withOpenTime(file, weights)),
    vocabularies: await readVocabularies(dirname(path)),
  };
}

async function modelPath(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true ? join(path, 'model.json') : path;
}

/** `undefined` where the model needs the lengths that its file fixes. */
function withOpenTime(file: ModelFile, weights: Weights): ImportedModel | undefined {
  try {
    return importModel(file, weights, { openTime: true });
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}

function factsOf({ model, madeBy, convertedBy }: ModelFile, weights: Weights): Fact[] {
  const counts = new Map<string, number>();
  countLayers(model, counts);
  const layers = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => (count === 1 ? name : `${name} × ${count}`));
  const told = [
    ['Model', `${model.className} ${shortened(model.name)}`],
    ['Written by', madeBy],
    ['Converted by', convertedBy],
    ['Layers', shortened(layers.join(', '), 500)],
    ['Parameters', weights.count.toLocaleString('en-US')],
  ] as const;
  return told.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value: shortened(value, 500) }));
}

function countLayers({ layers }: ModelSpec, counts: Map<string, number>): void {
  for (const { className, model } of layers) {
    if (model !== undefined) countLayers(model, counts);
    else if (className !== 'InputLayer') counts.set(className, (counts.get(className) ?? 0) + 1);
  }
}
