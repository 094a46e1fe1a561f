/** Type and shape of what each operator computes, from its inputs and attributes: ONNX's own rules. */
import { dataTypeOf } from '../onnx/data-types.ts';
import type { Operator, OperatorAttributes, SlidingWindow } from './attributes.ts';
import { type Dimension, type ElementType, elementTypes, type Shape, type Value } from './value.ts';

export interface Inferred {
  readonly type: ElementType;
  readonly shape: Shape;
}

type Inputs = readonly (Value | undefined)[];
type Rule<O extends Operator> = (inputs: Inputs, attributes: OperatorAttributes[O]) => readonly Inferred[];

export function inferShapes<O extends Operator>(
  operator: O,
  inputs: Inputs,
  attributes: OperatorAttributes[O],
): readonly Inferred[] {
  const rule: Rule<O> = rules[operator];
  return rule(inputs, attributes);
}

/** The shape that two shapes broadcast to (NumPy's rule, which ONNX adopts). An open length is whatever the other one is. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis): Dimension => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1 || left === 'open') return right;
    if (right === 'open') return left;
    throw new Error(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
  });
}

function required(inputs: Inputs, index: number): Value {
  const value = inputs[index];
  if (value === undefined) throw new Error(`input ${index} is missing`);
  return value;
}

/** Whole numbers stored in the graph: axes, sizes. */
function stored(inputs: Inputs, index: number): number[] {
  const value = required(inputs, index);
  if (value.constant === undefined) throw new Error(`input ${index} (${value.name}) must be a constant`);
  return Array.from(value.constant.data, Number);
}

function dimension(shape: Shape, axis: number): Dimension {
  const found = shape.at(axis);
  if (found === undefined) throw new Error(`[${shape.join(', ')}] has no axis ${axis}`);
  return found;
}

/** An axis counted from the front. */
const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** A slice's bound as a place on an axis: counted from the end where negative, and never beyond either end. */
export const clipBound = (bound: number, length: number): number =>
  Math.max(0, Math.min(length, bound < 0 ? bound + length : bound));

function elementType(number: number): ElementType {
  const found = elementTypes.find(type => dataTypeOf(type) === number);
  if (found === undefined) throw new Error(`no element type has the number ${number}`);
  return found;
}

const like = (inputs: Inputs): readonly Inferred[] => {
  const { type, shape } = required(inputs, 0);
  return [{ type, shape }];
};

const elementwise = (inputs: Inputs): readonly Inferred[] => {
  const shape = inputs.reduce<Shape>((sum, input) => (input ? broadcast(sum, input.shape) : sum), []);
  return [{ type: required(inputs, 0).type, shape }];
};

/** `[…, m, k] × […, k, n]`, either side transposed in its last two axes. */
function product(type: ElementType, a: Shape, b: Shape, transA: 0 | 1 = 0, transB: 0 | 1 = 0): readonly Inferred[] {
  const rows = dimension(a, transA ? -1 : -2);
  const inner = dimension(a, transA ? -2 : -1);
  const otherInner = dimension(b, transB ? -1 : -2);
  const columns = dimension(b, transB ? -2 : -1);
  if (inner !== otherInner && inner !== 'open' && otherInner !== 'open') {
    throw new Error(`product of [${a.join(', ')}] and [${b.join(', ')}]: ${inner} is not ${otherInner}`);
  }
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return [{ type, shape: [...batch, rows, columns] }];
}

/** A side of `FusedMatMul` whose first axis is moved behind the batch: `[m, …, k]` is taken as `[…, m, k]`. */
function batchFirst(value: Value, moved: 0 | 1 | undefined): Shape {
  const { shape } = value;
  return moved === 1 ? [...shape.slice(1, -1), dimension(shape, 0), dimension(shape, -1)] : shape;
}

/**
 * Lengths that are stored in the graph, or known when it runs: from the `Shape` node that measures them there, alone, without
 * its axis, or joined with others.
 */
function lengths(value: Value): Dimension[] {
  if (value.constant !== undefined) return Array.from(value.constant.data, Number);
  const node = value.graph.producers.get(value);
  const [of] = node?.inputs ?? [];
  if (node !== undefined && of !== undefined) {
    if (node.operator === 'Shape' && 'start' in node.attributes) return of.shape.slice(node.attributes.start, node.attributes.end);
    if (node.operator === 'Squeeze') return lengths(of);
    if (node.operator === 'Concat') return node.inputs.flatMap(part => (part === undefined ? [] : lengths(part)));
  }
  throw new Error(`${value.name} must be a constant, a Shape, or such joined`);
}

/** The one length that a value tells. */
function measured(value: Value): Dimension {
  return dimension(lengths(value), 0);
}

/** Two lengths, one behind the other: numbers are added up, names follow each other in order, and a number comes last. */
function sumOfLengths(all: readonly Dimension[]): Dimension {
  const terms = all.flatMap((length): Dimension[] => (typeof length === 'number' ? [length] : length.split(' + ').map(term => (/^\d+$/.test(term) ? Number(term) : term))));
  const names = terms.filter(term => typeof term === 'string');
  if (names.includes('open')) return 'open';
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`cannot concatenate along the symbolic length ${twice} twice over`);
  const known = terms.reduce<number>((sum, term) => (typeof term === 'number' ? sum + term : sum), 0);
  return names.length === 0 ? known : [...names, ...(known === 0 ? [] : [known])].join(' + ');
}

function reduced(inputs: Inputs, { keepdims }: { readonly keepdims: 0 | 1 }): readonly Inferred[] {
  const { type, shape } = required(inputs, 0);
  const axes = new Set(stored(inputs, 1).map(axis => positive(axis, shape.length)));
  const kept = shape.flatMap((length, axis): Dimension[] => (axes.has(axis) ? (keepdims ? [1] : []) : [length]));
  return [{ type, shape: kept }];
}

/** Outputs of all steps, and of the last one as many tensors as a cell's state has. */
function recurrent(inputs: Inputs, { hidden_size, direction }: OperatorAttributes['RNN' | 'GRU' | 'LSTM'], parts: number): readonly Inferred[] {
  const { type, shape } = required(inputs, 0);
  const directions = direction === 'bidirectional' ? 2 : 1;
  const [length, batch] = [dimension(shape, 0), dimension(shape, 1)];
  const last = new Array<Inferred>(parts).fill({ type, shape: [directions, batch, hidden_size] });
  return [{ type, shape: [length, directions, batch, hidden_size] }, ...last];
}

/** How often a window stands along each axis of an image `[batch, channels, …]`. */
function places(image: Shape, window: Shape, { strides, pads = [], auto_pad }: SlidingWindow, dilations: readonly number[] = []): Dimension[] {
  return strides.map((stride, axis): Dimension => {
    const length = dimension(image, axis + 2);
    const across = dimension(window, axis);
    if (typeof across === 'string') throw new Error(`a window of the symbolic length ${across}`);
    const reach = (dilations[axis] ?? 1) * (across - 1) + 1;
    const added = (pads[axis] ?? 0) + (pads[axis + strides.length] ?? 0);
    if (typeof length === 'string') return stride === 1 && (auto_pad === 'SAME_UPPER' || added === reach - 1) ? length : 'open';
    return auto_pad === 'SAME_UPPER' ? Math.ceil(length / stride) : Math.floor((length + added - reach) / stride) + 1;
  });
}

function pooled(inputs: Inputs, attributes: OperatorAttributes['MaxPool' | 'AveragePool']): readonly Inferred[] {
  const { type, shape } = required(inputs, 0);
  return [{ type, shape: [...shape.slice(0, 2), ...places(shape, attributes.kernel_shape, attributes)] }];
}

const comparison = (inputs: Inputs): readonly Inferred[] => elementwise(inputs).map(({ shape }) => ({ type: 'bool', shape }));

const rules: { readonly [O in Operator]: Rule<O> } = {
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Pow: elementwise,
  Neg: like,
  Exp: like,
  Log: like,
  Sqrt: like,
  Cos: like,
  Sin: like,
  Erf: like,
  Tanh: like,
  Sigmoid: like,
  Relu: like,
  Identity: like,
  Detach: like,
  Softmax: like,
  LogSoftmax: like,
  Hardmax: like,
  CumSum: like,
  ScatterElements: like,
  Greater: comparison,
  Equal: comparison,
  And: comparison,
  Or: comparison,
  Not: like,
  Clip: like,
  Where: inputs => elementwise(inputs).map(({ shape }) => ({ type: required(inputs, 1).type, shape })),
  MatMul: inputs => product(required(inputs, 0).type, required(inputs, 0).shape, required(inputs, 1).shape),
  FusedMatMul: (inputs, { transA, transB, transBatchA, transBatchB }) => {
    const [a, b] = [required(inputs, 0), required(inputs, 1)];
    return product(a.type, batchFirst(a, transBatchA), batchFirst(b, transBatchB), transA, transB);
  },
  Gemm: (inputs, { transA, transB }) => {
    const [a, b] = [required(inputs, 0), required(inputs, 1)];
    const [inferred] = product(a.type, a.shape, b.shape, transA, transB);
    const bias = inputs[2];
    if (inferred === undefined) return [];
    if (bias !== undefined) broadcast(inferred.shape, bias.shape);
    return [inferred];
  },
  Reshape: inputs => {
    const { type, shape } = required(inputs, 0);
    const wanted = lengths(required(inputs, 1));
    const symbolic = shape.filter(length => typeof length === 'string');
    const target = wanted.map((length, axis): Dimension => (length === 0 ? dimension(shape, axis) : length));
    const open = target.indexOf(-1);
    if (open >= 0) {
      const rest = symbolic.filter(length => !target.includes(length));
      const known = (all: Shape): number =>
        all.reduce<number>((count, length) => (typeof length === 'number' && length > 0 ? count * length : count), 1);
      const [only, ...others] = rest;
      const factor = known(shape) / known(target);
      target[open] = only === undefined ? factor : others.length === 0 && factor === 1 ? only : 'open';
    }
    return [{ type, shape: target }];
  },
  Transpose: (inputs, { perm }) => {
    const { type, shape } = required(inputs, 0);
    return [{ type, shape: perm.map(axis => dimension(shape, axis)) }];
  },
  Split: (inputs, { axis }) => {
    const { type, shape } = required(inputs, 0);
    return stored(inputs, 1).map(length => ({ type, shape: shape.with(axis, length) }));
  },
  Concat: (inputs, { axis }) => {
    const { type, shape } = required(inputs, 0);
    return [{ type, shape: shape.with(axis, sumOfLengths(inputs.map((_, index) => dimension(required(inputs, index).shape, axis)))) }];
  },
  Slice: inputs => {
    const { type, shape } = required(inputs, 0);
    const [starts, axes] = [stored(inputs, 1), stored(inputs, 3)];
    const end = required(inputs, 2);
    const [only] = axes;
    // From the start to a length that another value has.
    if (end.constant === undefined && only !== undefined) return [{ type, shape: shape.with(only, measured(end)) }];
    const ends = stored(inputs, 2);
    const out = [...shape];
    axes.forEach((axis, index) => {
      const length = dimension(shape, axis);
      if (typeof length === 'string') throw new Error(`cannot slice along the symbolic length ${length}`);
      const [start, end] = [clipBound(starts[index] ?? 0, length), clipBound(ends[index] ?? length, length)];
      out[positive(axis, shape.length)] = Math.max(0, end - start);
    });
    return [{ type, shape: out }];
  },
  Expand: inputs => {
    const { type, shape } = required(inputs, 0);
    return [{ type, shape: broadcast(shape, lengths(required(inputs, 1))) }];
  },
  Squeeze: inputs => {
    const { type, shape } = required(inputs, 0);
    const axes = new Set(stored(inputs, 1).map(axis => positive(axis, shape.length)));
    return [{ type, shape: shape.filter((_, axis) => !axes.has(axis)) }];
  },
  Unsqueeze: inputs => {
    const { type, shape } = required(inputs, 0);
    const axes = stored(inputs, 1).map(axis => positive(axis, shape.length + 1));
    return [{ type, shape: axes.reduce<Shape>((longer, axis) => longer.toSpliced(axis, 0, 1), shape) }];
  },
  ReduceSum: reduced,
  ReduceMean: reduced,
  ReduceMax: reduced,
  LayerNormalization: (inputs, { axis }) => {
    const { type, shape } = required(inputs, 0);
    const from = positive(axis, shape.length);
    const statistics = shape.map((length, index): Dimension => (index >= from ? 1 : length));
    // The statistics are float32 whatever is normalized.
    return [{ type, shape }, { type: 'float32', shape: statistics }, { type: 'float32', shape: statistics }];
  },
  Gather: (inputs, { axis }) => {
    const { type, shape } = required(inputs, 0);
    const indices = required(inputs, 1).shape;
    return [{ type, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] }];
  },
  SoftmaxCrossEntropyLoss: inputs => {
    const { type, shape } = required(inputs, 0);
    return [{ type, shape: required(inputs, 1).shape }, { type, shape }];
  },
  // Each of the last axis' tuples names an element, or a slice, of what stands behind the batch's axes.
  GatherND: (inputs, { batch_dims }) => {
    const { type, shape } = required(inputs, 0);
    const indices = required(inputs, 1).shape;
    const named = dimension(indices, -1);
    if (typeof named === 'string') throw new Error(`tuples of the symbolic length ${named} name nothing`);
    return [{ type, shape: [...indices.slice(0, -1), ...shape.slice(batch_dims + named)] }];
  },
  RNN: (inputs, attributes) => recurrent(inputs, attributes, 1),
  GRU: (inputs, attributes) => recurrent(inputs, attributes, 1),
  LSTM: (inputs, attributes) => recurrent(inputs, attributes, 2),
  DequantizeLinear: inputs => [{ type: required(inputs, 1).type, shape: required(inputs, 0).shape }],
  Shape: (_inputs, { start, end }) => [{ type: 'int64', shape: [end - start] }],
  Range: inputs => {
    const [start] = stored(inputs, 0);
    const [step] = stored(inputs, 2);
    if (start !== 0 || step !== 1) throw new Error('only ranges from 0 by steps of 1 have a known length');
    return [{ type: required(inputs, 1).type, shape: [measured(required(inputs, 1))] }];
  },
  Conv: (inputs, attributes) => {
    const { type, shape } = required(inputs, 0);
    const filters = required(inputs, 1).shape;
    if (filters.length !== shape.length || attributes.strides.length !== shape.length - 2 || dimension(shape, 1) !== dimension(filters, 1)) {
      throw new Error(`filters [${filters.join(', ')}] by strides [${attributes.strides.join(', ')}] do not fit [${shape.join(', ')}]`);
    }
    const along = places(shape, filters.slice(2), attributes, attributes.dilations);
    return [{ type, shape: [dimension(shape, 0), dimension(filters, 0), ...along] }];
  },
  MaxPool: pooled,
  AveragePool: pooled,
  Pad: inputs => {
    const { type, shape } = required(inputs, 0);
    const pads = stored(inputs, 1);
    const padded = shape.map((length, axis) => sumOfLengths([length, (pads[axis] ?? 0) + (pads[axis + shape.length] ?? 0)]));
    return [{ type, shape: padded }];
  },
  Cast: (inputs, { to }) => [{ type: elementType(to), shape: required(inputs, 0).shape }],
};
