/** `weightsManifest` of a TensorFlow.js `model.json`: which weights lie in which files, and in what order. */
import { broken, quoted } from './broken.ts';
import type { PlainDtype } from './dtype.ts';
import { fieldsOf, shown } from './json.ts';
import { bytesOfShape, isSize, mostDimensions, mostTensors } from './sizes.ts';

export interface ManifestGroup {
  /** Relative to the folder. */
  readonly paths: readonly string[];
  /** In the order in which they lie. */
  readonly weights: readonly Weight[];
}

export type WeightDtype = PlainDtype | 'string';

export interface Weight {
  readonly name: string;
  readonly dtype: WeightDtype;
  readonly shape: readonly number[];
  readonly quantization: Quantization | undefined;
  /** As it is stored; `undefined` for texts, which say their lengths themselves. */
  readonly bytes: number | undefined;
}

export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  /** value = scale · stored + minimum; 1 and 0 for float16. */
  readonly scale: number;
  readonly minimum: number;
}

const dtypes: ReadonlyMap<unknown, WeightDtype> = new Map<unknown, WeightDtype>([
  ['float32', 'float32'], ['int32', 'int32'], ['bool', 'bool'], ['complex64', 'complex64'], ['string', 'string'],
  ['float16', 'float16'], ['uint8', 'uint8'], ['uint16', 'uint16'],
]);

/** @throws Failure `broken-model`, naming the key */
export function groupsOf(value: unknown, path: string): ManifestGroup[] {
  if (!Array.isArray(value)) throw broken(path, `its weightsManifest is ${shown(value)}`, 'a list of groups');
  let count = 0;
  return value.map((group: unknown, index) => {
    const fields = fieldsOf(group);
    const paths: unknown = fields?.get('paths');
    const weights: unknown = fields?.get('weights');
    const place = `weightsManifest[${index}]`;
    if (!isTexts(paths)) throw broken(path, `${place}.paths is ${shown(paths)}`, 'a list of files');
    if (!Array.isArray(weights)) throw broken(path, `${place}.weights is ${shown(weights)}`, 'a list of weights');
    count += weights.length;
    if (count > mostTensors) throw broken(path, `it lists more than ${mostTensors} weights`, `at most ${mostTensors}`);
    return { paths, weights: weights.map((weight: unknown, at) => weightOf(weight, `${place}.weights[${at}]`, path)) };
  });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

function weightOf(value: unknown, place: string, path: string): Weight {
  const fields = fieldsOf(value);
  const name: unknown = fields?.get('name');
  if (typeof name !== 'string') throw broken(path, `${place}.name is ${shown(name)}`, 'a text');
  const weight = `${place}, ${quoted(name)},`;
  const dtype = dtypes.get(fields?.get('dtype'));
  if (dtype === undefined) throw broken(path, `${weight} has dtype ${shown(fields?.get('dtype'))}`, `one of ${[...dtypes.keys()].join(', ')}`);
  const shape: unknown = fields?.get('shape');
  if (!Array.isArray(shape) || shape.length > mostDimensions || !shape.every(isSize)) {
    throw broken(path, `${weight} has shape ${shown(shape)}`, `at most ${mostDimensions} lengths of 0 or more`);
  }
  const quantization = quantizationOf(fields?.get('quantization'), dtype, weight, path);
  const stored = quantization?.dtype ?? dtype;
  const bytes = stored === 'string' ? undefined : bytesOfShape(stored, shape);
  if (bytes === undefined && dtype !== 'string') throw broken(path, `${weight} has shape ${shown(shape)}`, 'one whose bytes can be counted');
  return { name, dtype, shape, quantization, bytes };
}

function quantizationOf(value: unknown, dtype: WeightDtype, weight: string, path: string): Quantization | undefined {
  if (value === undefined) return undefined;
  const fields = fieldsOf(value);
  const stored: unknown = fields?.get('dtype');
  if (stored === 'float16' && dtype === 'float32') return { dtype: stored, scale: 1, minimum: 0 };
  const [scale, minimum]: readonly unknown[] = [fields?.get('scale'), fields?.get('min')];
  if ((stored !== 'uint8' && stored !== 'uint16') || typeof scale !== 'number' || typeof minimum !== 'number' || (dtype !== 'float32' && dtype !== 'int32')) {
    throw broken(path, `${weight} of ${dtype} has quantization ${shown(value)}`, 'dtype uint8 or uint16 with scale and min, or float16, of float32 or int32');
  }
  return { dtype: stored, scale, minimum };
}
