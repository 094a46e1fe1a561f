/** Nodes that are added to a graph or function, each with the names and in the form that its operator set asks for. */
import type { Dtype } from '../formats/dtype.ts';
import { dataTypeOf } from '../onnx/data-types.ts';
import type { BodyEdits } from '../onnx/edits.ts';
import type { NewAttribute, NewNode, NewTensor } from '../onnx/messages.ts';
import type { OnnxNode } from '../onnx/model.ts';

export class Appender {
  #count = 0;

  /**
   * @param opset version of ONNX's own operator set there
   * @param prefix of all names; no other name of the model begins so
   * @param behind a node that all stands behind; left out, it stands at the end
   */
  constructor(
    readonly edits: BodyEdits,
    readonly opset: number,
    readonly prefix: string,
    readonly behind?: OnnxNode,
  ) {}

  /** Adds a node with one output, and returns its name. */
  node(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, NewAttribute>> = {}, output = this.name(operator)): string {
    this.add({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  add(node: NewNode): void {
    const named = { name: node.outputs.find(output => output !== '') ?? this.name(node.operator), ...node };
    if (this.behind === undefined) this.edits.nodes.push(named);
    else this.edits.insert(this.behind, named);
  }

  /** A name that nothing has yet. */
  name(of: string): string {
    return `${this.prefix}/${of.toLowerCase()}_${this.#count++}`;
  }

  /** A list of integers. */
  integers(values: readonly number[]): string {
    return this.#store('int64', [values.length], new BigInt64Array(values.map(BigInt)));
  }

  integer(value: number): string {
    return this.#store('int64', [], BigInt64Array.of(BigInt(value)));
  }

  float(value: number): string {
    return this.#store('float32', [], Float32Array.of(value));
  }

  /** A tensor of no elements. */
  nothing(rank: number): string {
    return this.#store('float32', Array.from({ length: rank }, () => 0), new Float32Array(0));
  }

  #store(dtype: 'int64' | 'float32', shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = this.name('constant');
    this.edits.initializers.push({ name, dtype, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return name;
  }

  /** What is of that type already is copied by nobody: ONNX Runtime drops such nodes. */
  cast(value: string, to: Dtype, output?: string): string {
    return this.node('Cast', [value], { to: dataTypeOf(to) }, output);
  }

  /** scale · (value − zero point), along the last axis where there is one scale a column. */
  dequantised(value: string, scale: string, zeroPoint: string | undefined): string {
    const number = this.cast(value, 'float32');
    const centred = zeroPoint === undefined ? number : this.node('Sub', [number, this.cast(zeroPoint, 'float32')]);
    return this.node('Mul', [centred, this.cast(scale, 'float32')]);
  }

  /** Axes are an input from operator set 13 on. */
  unsqueeze(value: string, axes: readonly number[]): string {
    return this.#along('Unsqueeze', value, axes);
  }

  squeeze(value: string, axes: readonly number[]): string {
    return this.#along('Squeeze', value, axes);
  }

  /** Over one axis, which stays with a length of 1. */
  sum(value: string, axis: number): string {
    return this.#along('ReduceSum', value, [axis]);
  }

  #along(operator: string, value: string, axes: readonly number[]): string {
    return this.opset < 13 ? this.node(operator, [value], { axes }) : this.node(operator, [value, this.integers(axes)]);
  }

  /** `[start, end)` of an axis. Bounds are inputs from operator set 10 on. */
  slice(value: string, axis: number, start: number, end: number): string {
    if (this.opset < 10) return this.node('Slice', [value], { axes: [axis], starts: [start], ends: [end] });
    return this.node('Slice', [value, this.integers([start]), this.integers([end]), this.integers([axis])]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return this.node('Transpose', [value], { perm });
  }

  /** One index of the first axis, which goes. */
  at(value: string, index: number): string {
    return this.node('Gather', [value, this.integer(index)], { axis: 0 });
  }

  /** Lengths of some axes, as a list. */
  lengths(value: string, axes: readonly number[]): string {
    return this.node('Gather', [this.node('Shape', [value]), this.integers(axes)], { axis: 0 });
  }

  /** 0, 1, 2 … as far as an axis goes: `[1, length]`. `Range` is only in operator sets from 11 on. */
  positions(value: string, axis: number): string {
    return this.#numbers(this.lengths(value, [axis]));
  }

  /** 0, 1, 2 … up to a number: `[number]`. @param number a list of one */
  countTo(number: string): string {
    return this.reshape(this.#numbers(number), [-1]);
  }

  #numbers(number: string): string {
    const one: NewTensor = { name: '', dtype: 'int64', shape: [1], data: new Uint8Array(BigInt64Array.of(1n).buffer) };
    return this.node('NonZero', [this.node('ConstantOfShape', [number], { value: { tensor: one } })]);
  }

  /** To a shape of which the last lengths are those of `value` along `kept`. */
  reshape(value: string, first: readonly number[], kept: readonly number[] = []): string {
    const shape = kept.length === 0 ? this.integers(first) : this.node('Concat', [this.integers(first), this.lengths(value, kept)], { axis: 0 });
    return this.node('Reshape', [value, shape]);
  }
}
