/** The weights of a layers model, all read, as float32: those that were stored in 8 or 16 bits too. */
import { broken, quoted } from '../formats/broken.ts';
import { numbersOf } from '../formats/numbers.ts';
import { countOf } from '../formats/sizes.ts';
import type { TensorFile } from '../formats/tensor-file.ts';
import { type WeightName, WeightNames, type WeightPlace } from './weight-names.ts';

export interface StoredWeight {
  /** As the file calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** In bytes, as float32, of all weights together. Writing the graph takes several times as much memory for a moment. */
export const mostWeights = 512 << 20;

export class Weights {
  readonly #names: WeightNames;

  private constructor(
    private readonly path: string,
    private readonly stored: ReadonlyMap<string, StoredWeight>,
  ) {
    this.#names = new WeightNames(stored.keys());
  }

  /**
   * @param except names of tensors that are no weights of the model
   * @throws Failure `broken-model`
   */
  static async read(file: TensorFile, except: ReadonlySet<string>): Promise<Weights> {
    const entries = file.tensors.filter(({ name }) => !except.has(name));
    const bytes = entries.reduce((sum, { shape }) => sum + 4 * (countOf(shape) ?? Infinity), 0);
    if (bytes > mostWeights) {
      throw broken(file.path, `its weights take ${bytes} bytes as float32`, `at most ${mostWeights}`, 'Export the model to ONNX (tf2onnx does): such weights stay on the disk.');
    }
    const stored = new Map<string, StoredWeight>();
    for (const entry of entries) {
      if (entry.dtype === 'string') continue;
      const data = new Float32Array(countOf(entry.shape) ?? 0);
      let at = 0;
      for await (const numbers of numbersOf(file, entry)) {
        data.set(numbers, at);
        at += numbers.length;
      }
      stored.set(entry.name, { name: entry.name, shape: entry.shape, data });
    }
    return new Weights(file.path, stored);
  }

  /** Numbers in all of them. */
  get count(): number {
    return [...this.stored.values()].reduce((sum, { data }) => sum + data.length, 0);
  }

  /** `undefined` where there is none, or several may be meant. */
  shapeOf(place: WeightPlace, weight: WeightName): readonly number[] | undefined {
    const names = this.#names.find(place, weight);
    return names.length === 1 ? this.stored.get(names[0] ?? '')?.shape : undefined;
  }

  /**
   * @param shape as expected; a length of -1 may be any
   * @throws Failure `broken-model` where it is not there, more than once, or of another shape
   */
  get(place: WeightPlace, weight: WeightName, shape: readonly number[]): StoredWeight {
    const names = this.#names.find(place, weight);
    const [name] = names;
    const layer = quoted(place.layers.join('/'));
    if (name === undefined) {
      const some = [...this.stored.keys()].slice(0, 5).map(each => quoted(each)).join(', ');
      throw broken(this.path, `layer ${layer} has no weight "${weight.name}"; there are ${some === '' ? 'none' : `${some} and others`}`, `one named ${layer} and "${weight.name}"`);
    }
    if (names.length > 1) throw broken(this.path, `"${weight.name}" of layer ${layer} may be ${names.slice(0, 5).map(each => quoted(each)).join(' or ')}`, 'one');
    const found = this.stored.get(name);
    const fits = found?.shape.length === shape.length && found.shape.every((length, axis) => shape[axis] === -1 || shape[axis] === length);
    if (found === undefined || !fits) {
      throw broken(this.path, `weight ${quoted(name)} is [${found?.shape.join(', ') ?? ''}]`, `[${shape.map(length => (length === -1 ? 'any' : length)).join(', ')}] by the settings of its layer`);
    }
    return found;
  }
}
