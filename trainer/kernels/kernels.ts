/**
 * The numbers of a training in one WebAssembly memory: parameters, gradients and the optimizer's moments. ONNX Runtime
 * reads and writes the same memory, so nothing is copied between a graph's run and the optimizer.
 */
import { optimizerWasm } from './optimizer.wasm.ts';

/** A stretch of the memory: floats at a byte offset. */
export interface Floats {
  readonly pointer: number;
  readonly data: Float32Array<ArrayBuffer>;
}

/** What every optimizer does to a gradient before it is used: scale · g + decay · p. */
interface GradientStep {
  readonly gradientScale: number;
  readonly decay: number;
}

export interface SgdStep extends GradientStep {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly rate: number;
}

export interface RmspropStep extends GradientStep {
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly rate: number;
}

export interface AdamStep extends GradientStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly stepSize: number;
  readonly rootScale: number;
  readonly epsilon: number;
  /** What is left of the parameter itself: AdamW's decay. */
  readonly keep: number;
}

interface Exports {
  sumOfSquares(x: number, length: number): number;
  addScaled(y: number, x: number, a: number, length: number): void;
  addRows(table: number, ids: number, rows: number, count: number, features: number): void;
  sgd(
    p: number, g: number, m: number, length: number,
    scale: number, decay: number, momentum: number, nesterov: number, rate: number,
  ): void;
  rmsprop(
    p: number, g: number, m: number, v: number, length: number,
    scale: number, decay: number, alpha: number, epsilon: number, momentum: number, rate: number,
  ): void;
  adam(
    p: number, g: number, m: number, v: number, length: number,
    scale: number, decay: number, beta1: number, beta2: number, step: number, root: number, epsilon: number, keep: number,
  ): void;
  dropoutMask(mask: number, length: number, key: bigint, rate: number): void;
}

const pageBytes = 65_536;
/** 4 GB: pointers have 32 bits. */
const mostPages = 65_536;
/** Below this the kernels keep their own data. */
const firstByte = 1_024;

export class Kernels {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #next = firstByte;

  /** @param bytes how much memory all allocations together will need; it never grows, since growing would detach it */
  private constructor(bytes: number) {
    const pages = Math.ceil((firstByte + bytes) / pageBytes) + 1;
    if (pages > mostPages) throw new RangeError(`${bytes} bytes are more than WebAssembly can address`);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const module = new WebAssembly.Module(Buffer.from(optimizerWasm, 'base64'));
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    // The module is compiled from assembly/optimizer.ts, whose exports these are.
    this.#exports = instance.exports as unknown as Exports;
  }

  /** The most that can be asked for. */
  static readonly mostBytes = (mostPages - 2) * pageBytes;

  static allocate(bytes: number): Kernels {
    return new Kernels(bytes);
  }

  /** Bytes that a tensor of so many floats takes, its alignment included. */
  static bytesOf(floats: number): number {
    return Math.ceil((floats * 4) / 64) * 64;
  }

  floats(length: number): Floats {
    const pointer = this.#take(length * 4);
    return { pointer, data: new Float32Array(this.#buffer, pointer, length) };
  }

  integers(length: number): { readonly pointer: number; readonly data: BigInt64Array<ArrayBuffer> } {
    const pointer = this.#take(length * 8);
    return { pointer, data: new BigInt64Array(this.#buffer, pointer, length) };
  }

  /** Σ x². */
  sumOfSquares(x: Floats): number {
    return this.#exports.sumOfSquares(x.pointer, x.data.length);
  }

  /** y += a x. */
  addScaled(y: Floats, x: Floats, a: number): void {
    this.#exports.addScaled(y.pointer, x.pointer, a, y.data.length);
  }

  /**
   * Adds row n of `rows` `[count, features]` to row `ids[n]` of `table` `[…, features]`.
   * @throws RangeError for an id outside the table
   */
  addRows(table: Floats, ids: { readonly pointer: number; readonly data: BigInt64Array }, rows: Floats, features: number): void {
    const limit = BigInt(table.data.length / features);
    if (ids.data.some(id => id < 0n || id >= limit)) throw new RangeError(`a row outside the ${limit} rows of the table`);
    this.#exports.addRows(table.pointer, ids.pointer, rows.pointer, ids.data.length, features);
  }

  /** Stochastic gradient descent; m is the momentum. */
  sgd(p: Floats, g: Floats, m: Floats, step: SgdStep): void {
    this.#exports.sgd(
      p.pointer, g.pointer, m.pointer, p.data.length,
      step.gradientScale, step.decay, step.momentum, Number(step.nesterov), step.rate,
    );
  }

  /** RMSprop; m is the momentum, v the mean of squares. */
  rmsprop(p: Floats, g: Floats, m: Floats, v: Floats, step: RmspropStep): void {
    this.#exports.rmsprop(
      p.pointer, g.pointer, m.pointer, v.pointer, p.data.length,
      step.gradientScale, step.decay, step.alpha, step.epsilon, step.momentum, step.rate,
    );
  }

  /** Adam and AdamW; m and v are the moments. */
  adam(p: Floats, g: Floats, m: Floats, v: Floats, step: AdamStep): void {
    this.#exports.adam(
      p.pointer, g.pointer, m.pointer, v.pointer, p.data.length,
      step.gradientScale, step.decay, step.beta1, step.beta2, step.stepSize, step.rootScale, step.epsilon, step.keep,
    );
  }

  /** Fills a mask with 0 (probability `rate`) and 1 / (1 − rate), drawn from `key` alone. */
  dropoutMask(mask: Floats, key: bigint, rate: number): void {
    this.#exports.dropoutMask(mask.pointer, mask.data.length, BigInt.asUintN(64, key), rate);
  }

  get #buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  #take(bytes: number): number {
    const pointer = Math.ceil(this.#next / 64) * 64;
    this.#next = pointer + bytes;
    if (this.#next > this.#buffer.byteLength) throw new RangeError('the kernels were given too little memory');
    return pointer;
  }
}
