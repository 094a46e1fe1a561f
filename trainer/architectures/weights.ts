/**
 * The tensors of a checkpoint as constants of the graphs that are built over them. They stay where they lie: a constant says in
 * which file, at which byte, and ONNX Runtime maps it from there. Half-width floats are cast to float32, which ONNX Runtime does
 * once, when it loads the graph.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Failure } from '../../protocol/failure.ts';
import { broken, quoted } from '../formats/broken.ts';
import { bitsOf, type Dtype } from '../formats/dtype.ts';
import type { TensorEntry, TensorFile, TensorPlace } from '../formats/tensor-file.ts';
import type { Graph } from '../graph/graph.ts';
import { cast } from '../graph/operators/elementwise.ts';
import { embed } from '../graph/operators/lookup.ts';
import { elementCount, type ElementType, type Value } from '../graph/value.ts';

/** A length that the config does not tell is whatever the file has. */
export type Expected = readonly (number | 'any')[];

/** How an architecture's tensors are called. */
export interface Naming {
  /** What stands before the names of a model that was saved below an output layer: `bert.` */
  readonly prefix: string;
  /** Names, without the prefix, of tensors that a checkpoint may hold and that nothing is computed from here. */
  readonly unneeded: readonly RegExp[];
}

/** What weights may be of. */
const elementTypes: ReadonlyMap<Dtype, ElementType> = new Map<Dtype, ElementType>([
  ['float32', 'float32'],
  ['float16', 'float16'],
  ['bfloat16', 'bfloat16'],
  ['float64', 'float64'],
]);

/** A tensor, and where it is to be read. */
interface Located {
  readonly entry: TensorEntry;
  readonly type: ElementType;
  /** Real path. */
  readonly file: string;
  readonly offset: number;
}

/** Where the files lie, for whoever loads the graphs. */
export interface WeightFiles {
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
}

export class Weights {
  readonly #entries = new Map<string, TensorEntry>();
  readonly #used = new Set<TensorEntry>();

  private constructor(
    /** Names the checkpoint in messages. */
    readonly path: string,
    entries: readonly TensorEntry[],
    private readonly naming: Naming,
    /** The real paths of the files that tensors say they lie in. */
    private readonly real: ReadonlyMap<string, string>,
  ) {
    for (const entry of entries) {
      const name = withoutPrefix(entry.name, naming.prefix);
      const other = this.#entries.get(name);
      if (other !== undefined) throw broken(path, `it holds both ${quoted(other.name)} and ${quoted(entry.name)}`, 'one of them');
      this.#entries.set(name, entry);
    }
  }

  /**
   * @param entries of the file: as it lists them, or renamed
   * @throws Failure `broken-model` where a name comes twice
   */
  static async of({ path }: Pick<TensorFile, 'path'>, entries: readonly TensorEntry[], naming: Naming): Promise<Weights> {
    const real = new Map<string, string>();
    for (const file of new Set(entries.flatMap(({ place }) => (place === undefined ? [] : [place.file])))) {
      // Hugging Face's cache holds links, and ONNX Runtime follows none.
      const found = await realpath(file).catch((thrown: unknown) => {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        throw broken(path, `${file} cannot be reached (${why})`, 'the file of its weights', undefined, thrown);
      });
      real.set(file, found);
    }
    return new Weights(path, entries, naming, real);
  }

  in(graph: Graph): GraphWeights {
    return new GraphWeights(this, graph);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * The tensor of that name.
   * @throws Failure `broken-model` where it is missing, of another shape, of no floating-point type, or has no place of its own
   */
  find(name: string, expected: Expected): Located {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      const names = [name, `${this.naming.prefix}${name}`].map(quoted).join(' or ');
      throw broken(this.path, `it holds no tensor ${names}`, `${quoted(name)} of [${expected.join(', ')}]`, otherConfig);
    }
    const { shape, dtype, place } = entry;
    const wrong = (found: string, wanted: string, hint: string): Failure =>
      broken(this.path, `tensor ${quoted(entry.name)} ${found}`, wanted, hint);
    if (shape.length !== expected.length || expected.some((length, axis) => length !== 'any' && length !== shape[axis])) {
      throw wrong(`is of [${shape.join(', ')}]`, `[${expected.join(', ')}], as config.json says`, otherConfig);
    }
    const type = elementTypes.get(dtype);
    if (type === undefined) {
      const known = [...elementTypes.keys()].join(', ');
      throw wrong(`is of ${dtype}`, `one of ${known}`, 'Choose a checkpoint that is not quantised, or export this one to ONNX.');
    }
    if (place === undefined) {
      throw wrong('does not lie in one piece', 'values row by row in one stretch of a file', 'Save it as safetensors, of contiguous tensors.');
    }
    const size = bitsOf[type] / 8;
    // A map of the file is read as it is: numbers that straddle their own boundaries would trap on some processors.
    if (place.offset % size !== 0) {
      const hint = 'Save it anew with a current version of safetensors or PyTorch.';
      throw wrong(`begins at byte ${place.offset}`, `a multiple of ${size}`, hint);
    }
    this.#used.add(entry);
    return { entry, type, offset: place.offset, file: this.#realOf(place) };
  }

  #realOf({ file }: TensorPlace): string {
    return this.real.get(file) ?? file;
  }

  /** A name that the file has, or the first. */
  firstOf(names: readonly [string, ...string[]]): string {
    return names.find(name => this.has(name)) ?? names[0];
  }

  /**
   * To be called when all graphs are built.
   * @returns where the weights that they use lie
   * @throws Failure `broken-model` where tensors are left over that are not known to be unneeded: the model is another than was
   *   built; or where the weights lie in several folders
   */
  finish(): WeightFiles {
    const isNeeded = (name: string): boolean => !this.naming.unneeded.some(pattern => pattern.test(name));
    const left = [...this.#entries].filter(([name, entry]) => !this.#used.has(entry) && isNeeded(name));
    const [first] = left;
    if (first !== undefined) {
      const more = left.length === 1 ? '' : ` and ${left.length - 1} more`;
      const found = `it holds ${quoted(first[1].name)}${more}, which a model of config.json's kind does not have`;
      throw broken(this.path, found, 'tensors of that kind alone', otherConfig);
    }
    const files = [...new Set([...this.#used].flatMap(({ place }) => (place === undefined ? [] : [this.#realOf(place)])))];
    const folders = new Set(files.map(dirname));
    const [folder, other] = folders;
    if (folder === undefined || other !== undefined) {
      throw broken(this.path, `its weights lie in ${folders.size} folders: ${[...folders].join(', ')}`, 'one', 'Put its files beside each other.');
    }
    return { folder, files };
  }
}

/** The weights as one graph's constants; one that is used twice is stored once. */
export class GraphWeights {
  readonly #known = new Map<string, Value>();

  constructor(readonly weights: Weights, readonly graph: Graph) {}

  has(name: string): boolean {
    return this.weights.has(name);
  }

  /** The tensor in float32. @throws Failure `broken-model`, as `Weights.find` */
  tensor(name: string, shape: Expected): Value {
    const key = `${name} as float32`;
    const known = this.#known.get(key) ?? cast(this.#stored(name, shape), 'float32');
    this.#known.set(key, known);
    return known;
  }

  /**
   * Rows of a table in float32, `[…, width]`; those alone are cast.
   * @param indices int64 `[…]`
   * @throws Failure `broken-model`, as `Weights.find`
   */
  rows(name: string, shape: Expected, indices: Value): Value {
    return cast(embed(this.#stored(name, shape), indices), 'float32');
  }

  #stored(name: string, expected: Expected): Value {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { entry, type, offset, file } = this.weights.find(name, expected);
    const length = (elementCount(entry.shape) * bitsOf[type]) / 8;
    const value = this.graph.externalConstant(type, entry.shape, { file: basename(file), offset, length }, name);
    this.#known.set(name, value);
    return value;
  }
}

const otherConfig = 'Is config.json of the same model? What it says was built; an ONNX export runs without it.';

/** As the architecture calls a tensor: old checkpoints of Google's have gamma and beta. */
function withoutPrefix(name: string, prefix: string): string {
  const bare = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return bare.replace(/(LayerNorm|layer_norm)\.gamma$/, '$1.weight').replace(/(LayerNorm|layer_norm)\.beta$/, '$1.bias');
}

/** For a checkpoint whose weights cannot be built over at all. */
export function unbuildable(path: string, found: string, expected: string): Failure {
  return broken(path, found, expected, 'Export the model to ONNX: any architecture runs then.');
}
