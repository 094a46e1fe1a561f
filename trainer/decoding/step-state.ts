/** What a decoder hands on from step to step, in buffers that are made once. */
import type { Tensor } from '../engine/session.ts';
import type { Runtime } from '../engine/runtime.ts';

type TensorClass = Runtime['Tensor'];

export interface StepState {
  readonly name: string;
  /** What the next step of so many hypotheses reads. */
  before(count: number): Tensor;
  /** Where it writes. */
  after(count: number): Tensor;
  /** Goes on from what was written: hypothesis `i` of the next step continues hypothesis `parents[i]`. */
  advance(parents: readonly number[]): void;
}

/** `[beam, width]`: two buffers take turns. */
export class StateBuffer implements StepState {
  readonly #buffers: readonly [Float32Array, Float32Array];
  readonly #tensors = new Map<number, Tensor>();
  #now: 0 | 1 = 0;

  /** @param start `[width]`; zeros without it */
  constructor(
    private readonly tensorClass: TensorClass,
    readonly name: string,
    private readonly width: number,
    most: number,
    start?: Float32Array,
  ) {
    this.#buffers = [new Float32Array(most * width), new Float32Array(most * width)];
    if (start !== undefined) this.#buffers[0].set(start);
  }

  before(count: number): Tensor {
    return this.#tensor(count, this.#now);
  }

  after(count: number): Tensor {
    return this.#tensor(count, other(this.#now));
  }

  advance(parents: readonly number[]): void {
    if (isIdentity(parents)) {
      this.#now = other(this.#now);
      return;
    }
    const [before, after] = [this.#buffers[this.#now], this.#buffers[other(this.#now)]];
    reorder(after, before, parents, this.width);
  }

  #tensor(count: number, which: 0 | 1): Tensor {
    const key = count * 2 + which;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const tensor = new this.tensorClass('float32', this.#buffers[which].subarray(0, count * this.width), [count, this.width]);
    this.#tensors.set(key, tensor);
    return tensor;
  }
}

/** `[past, beam, width]`: a step's rows are written behind those there are, so that nothing is copied while the beam keeps its order. */
export class GrowingBuffer implements StepState {
  #data: Float32Array<ArrayBuffer>;
  #spare: Float32Array<ArrayBuffer> | undefined;
  /** Steps that are in it. */
  #length = 0;
  /** Hypotheses of each of them. */
  #count = 1;

  constructor(
    private readonly tensorClass: TensorClass,
    readonly name: string,
    private readonly width: number,
    private readonly most: number,
  ) {
    this.#data = new Float32Array(this.#capacity(16));
  }

  before(count: number): Tensor {
    this.#count = count;
    const size = count * this.width;
    if ((this.#length + 1) * size > this.#data.length) {
      const larger = new Float32Array(this.#capacity(this.#length * 2));
      larger.set(this.#data);
      this.#data = larger;
    }
    return new this.tensorClass('float32', this.#data.subarray(0, this.#length * size), [this.#length, count, this.width]);
  }

  after(count: number): Tensor {
    const size = count * this.width;
    return new this.tensorClass('float32', this.#data.subarray(this.#length * size, (this.#length + 1) * size), [1, count, this.width]);
  }

  advance(parents: readonly number[]): void {
    this.#length++;
    if (parents.length === this.#count && isIdentity(parents)) return;
    const needed = this.#capacity(this.#length + 16);
    const to = this.#spare !== undefined && this.#spare.length >= needed ? this.#spare : new Float32Array(needed);
    const [from, into] = [this.#count * this.width, parents.length * this.width];
    for (let step = 0; step < this.#length; step++) {
      reorder(this.#data.subarray(step * from, (step + 1) * from), to.subarray(step * into, (step + 1) * into), parents, this.width);
    }
    this.#spare = this.#data;
    this.#data = to;
    this.#count = parents.length;
  }

  #capacity(steps: number): number {
    return steps * this.most * this.width;
  }
}

function reorder(from: Float32Array, to: Float32Array, parents: readonly number[], width: number): void {
  parents.forEach((parent, hypothesis) => to.set(from.subarray(parent * width, (parent + 1) * width), hypothesis * width));
}

const isIdentity = (parents: readonly number[]): boolean => parents.every((parent, hypothesis) => parent === hypothesis);

const other = (index: 0 | 1): 0 | 1 => (index === 0 ? 1 : 0);
