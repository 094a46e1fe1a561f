/**
 * `model.json` of TensorFlow.js' layers format: `{format, generatedBy, convertedBy, modelTopology, weightsManifest}`, as
 * TensorFlow.js' own `model.save` and `tensorflowjs_converter` of Keras write it. The weights themselves are read by
 * `trainer/formats`.
 */
import * as z from 'zod';
import { Failure } from '../../protocol/failure.ts';
import { broken, quoted } from '../formats/broken.ts';
import { fieldsOf, shown } from '../formats/json.ts';
import { parseJson } from '../text/parse-json.ts';
import { type Library, libraryOf } from './library.ts';
import { type ModelSpec, parseModel } from './topology.ts';

export interface ModelFile {
  /** Path of `model.json`. */
  readonly path: string;
  readonly library: Library;
  /** "TensorFlow.js tfjs-layers v4.22.0", "keras v2.15.0"; empty where the file does not say. */
  readonly madeBy: string;
  readonly convertedBy: string;
  readonly model: ModelSpec;
  /** Names of the tensors that belong to an optimizer, and not to the model. */
  readonly optimizer: ReadonlySet<string>;
}

const text = z.string().max(1000).nullish().transform(value => value ?? '');
const schema = z.looseObject({
  format: text,
  generatedBy: text,
  convertedBy: text,
  modelTopology: z.unknown().optional(),
  weightsManifest: z
    .array(z.looseObject({ weights: z.array(z.looseObject({ name: z.string(), group: z.string().nullish() })) }))
    .nullish(),
});

/**
 * @param json all that stands in the file
 * @param path for messages
 * @throws Failure `broken-model`
 */
export function parseModelFile(json: unknown, path: string): ModelFile {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`;
    throw broken(path, `${place} is unreadable (${issue?.message ?? 'of another kind'})`, '{modelTopology, weightsManifest} as TensorFlow.js writes it');
  }
  const { format, generatedBy, convertedBy, weightsManifest } = parsed.data;
  const outer = objectOf(parsed.data.modelTopology, path, 'modelTopology');
  if (format === 'graph-model' || Array.isArray(outer.get('node'))) throw graphModel(path);
  const config = outer.get('model_config');
  const topology = config === undefined || config === null ? outer : objectOf(config, path, 'modelTopology.model_config');
  const version = outer.get('keras_version') ?? topology.get('keras_version');
  const weights = (weightsManifest ?? []).flatMap(group => group.weights);
  return {
    path,
    library: libraryOf(typeof version === 'string' ? version : generatedBy),
    madeBy: generatedBy === '' && typeof version === 'string' ? version : generatedBy,
    convertedBy,
    model: parseModel(Object.fromEntries(topology), path),
    optimizer: new Set(weights.filter(({ group }) => group === 'optimizer').map(({ name }) => name)),
  };
}

/** An object, or the JSON of one: older versions of Keras put a text there. */
function objectOf(value: unknown, path: string, place: string): ReadonlyMap<string, unknown> {
  const fields = fieldsOf(typeof value === 'string' ? parseJson(value) : value);
  if (fields === undefined) throw broken(path, `"${place}" is ${shown(value)}`, 'an object, the topology of a Keras model');
  return fields;
}

function graphModel(path: string): Failure {
  return new Failure(
    'broken-model',
    `${path} is a ${quoted('graph-model')} of TensorFlow.js, made of a SavedModel; a layers model was expected.`,
    'Convert the Keras model again with `tensorflowjs_converter --output_format=tfjs_layers_model`, or the SavedModel to ONNX with tf2onnx.',
  );
}
