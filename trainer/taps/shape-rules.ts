/** Shapes of what operators give (ONNX's operator specification), where they are known from the shapes of what they take. */
import { crossings, type Step } from './flow.ts';
import { integerAttribute, integersAttribute, textAttribute } from './attributes.ts';
import type { Length, Lengths, Shapes } from './shapes.ts';

type Rule = (step: Step, shapes: Shapes) => readonly (Lengths | undefined)[];

/** @returns one shape for each output; what is not known is left out */
export function shapeRule(step: Step, shapes: Shapes): readonly (Lengths | undefined)[] {
  return rules.get(step.operator)?.(step, shapes) ?? [];
}

const asFirst: Rule = ({ inputs }, shapes) => [shapes.shape(inputs[0])];
const broadcast: Rule = ({ inputs: [first, ...others] }, shapes) => [others.map(input => shapes.shape(input)).reduce(together, shapes.shape(first))];

/** What two shapes broadcast to. */
function together(left: Lengths | undefined, right: Lengths | undefined): Lengths | undefined {
  if (left === undefined || right === undefined) return undefined;
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [left, right].map(shape => (axis < rank - shape.length ? 1 : shape[axis - rank + shape.length]));
    return one === 1 ? other : other === 1 || other === undefined ? one : (one ?? other);
  });
}

function productOf(left: Lengths | undefined, right: Lengths | undefined): readonly (Lengths | undefined)[] {
  if (left === undefined || right === undefined || left.length < 2 || right.length < 2) return [];
  const batch = together(left.slice(0, -2), right.slice(0, -2));
  return [batch === undefined ? undefined : [...batch, left.at(-2), right.at(-1)]];
}

const matmul: Rule = ({ inputs }, shapes) => productOf(shapes.shape(inputs[0]), shapes.shape(inputs[1]));

/** Rows are kept; a row becomes as long as the weights are wide. */
const projection = (width: (step: Step, shapes: Shapes) => Length): Rule => (step, shapes) => {
  const rows = shapes.shape(step.inputs[0]);
  return [rows === undefined ? undefined : [...rows.slice(0, -1), width(step, shapes)]];
};

const fusedMatmul: Rule = ({ inputs, attributes }, shapes) => {
  const flipped = (input: number, name: string): Lengths | undefined => {
    const shape = shapes.shape(inputs[input]);
    if (shape === undefined || shape.length < 2) return undefined;
    return integerAttribute({ attributes }, name) === 1 ? [...shape.slice(0, -2), shape.at(-1), shape.at(-2)] : shape;
  };
  // A batch that is transposed as well changes more than the last two axes: nothing is said of it.
  if ((integerAttribute({ attributes }, 'transBatchA') ?? 0) + (integerAttribute({ attributes }, 'transBatchB') ?? 0) > 0) return [];
  return productOf(flipped(0, 'transA'), flipped(1, 'transB'));
};

const gemm: Rule = ({ inputs, attributes }, shapes) => {
  const side = (input: number, name: string, axis: number): Length => {
    const flipped = integerAttribute({ attributes }, name) === 1;
    return shapes.shape(inputs[input])?.[flipped ? 1 - axis : axis];
  };
  return [[side(0, 'transA', 0), side(1, 'transB', 1)]];
};

const einsum: Rule = (step, shapes) => {
  const equation = /^([a-zA-Z,]+)->([a-zA-Z]+)$/.exec(textAttribute(step, 'equation')?.replaceAll(' ', '') ?? '');
  const [, terms, result] = equation ?? [];
  if (terms === undefined || result === undefined) return [];
  const known = new Map<string, number>();
  terms.split(',').forEach((letters, input) => {
    shapes.shape(step.inputs[input])?.forEach((length, axis) => {
      if (length !== undefined) known.set(letters.charAt(axis), length);
    });
  });
  return [[...result].map(letter => known.get(letter))];
};

const reshape: Rule = ({ inputs, attributes }, shapes) => {
  const [data, wanted] = [shapes.shape(inputs[0]), shapes.integers(inputs[1])];
  const keepsZeros = integerAttribute({ attributes }, 'allowzero') === 1;
  if (wanted === undefined) {
    const [rank] = shapes.shape(inputs[1]) ?? [];
    return [rank === undefined || rank > 64 ? undefined : Array.from({ length: rank }, () => undefined)];
  }
  const shape = wanted.map((length, axis) => (length === 0 && !keepsZeros ? data?.[axis] : length === -1 ? undefined : length));
  // One length that is left open is told by all others.
  const [elements, rest] = [product(data), product(shape.filter((_, axis) => wanted[axis] !== -1))];
  return [elements === undefined || rest === undefined || rest === 0 ? shape : shape.map((length, axis) => (wanted[axis] === -1 ? elements / rest : length))];
};

function product(lengths: Lengths | undefined): Length {
  return lengths?.reduce<Length>((all, length) => (all === undefined || length === undefined ? undefined : all * length), 1);
}

const transpose: Rule = (step, shapes) => {
  const shape = shapes.shape(step.inputs[0]);
  const order = integersAttribute(step, 'perm');
  if (order === undefined) return [shape?.toReversed()];
  return [order.map(axis => shape?.[axis])];
};

/** Axes as an attribute, as old operator sets have them, or as an input. */
export function axesOf(step: Step, shapes: Shapes, input = 1): readonly number[] | undefined {
  const given = integersAttribute(step, 'axes') ?? shapes.integers(step.inputs[input]);
  const known = given?.filter(axis => axis !== undefined);
  return known === undefined || known.length !== given?.length ? undefined : known;
}

const unsqueeze: Rule = (step, shapes) => {
  const [shape, axes] = [shapes.shape(step.inputs[0]), axesOf(step, shapes)];
  if (shape === undefined || axes === undefined) return [];
  const rank = shape.length + axes.length;
  const added = new Set(axes.map(axis => (axis < 0 ? axis + rank : axis)));
  const left = [...shape];
  return [Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : left.shift()))];
};

const squeeze: Rule = (step, shapes) => {
  const [shape, axes] = [shapes.shape(step.inputs[0]), axesOf(step, shapes)];
  if (shape === undefined || axes === undefined) return [];
  const removed = new Set(axes.map(axis => (axis < 0 ? axis + shape.length : axis)));
  return [shape.filter((_, axis) => !removed.has(axis))];
};

const concat: Rule = (step, shapes) => {
  const parts = step.inputs.map(input => shapes.shape(input)).filter(shape => shape !== undefined);
  const [first] = parts;
  if (first === undefined || parts.some(({ length }) => length !== first.length)) return [];
  const axis = positive(integerAttribute(step, 'axis') ?? 0, first.length);
  const total = parts.length === step.inputs.length ? sum(parts.map(part => part[axis])) : undefined;
  return [first.map((_, at) => (at === axis ? total : parts.map(part => part[at]).find(length => length !== undefined)))];
};

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

function sum(lengths: Lengths): Length {
  return lengths.reduce<Length>((all, length) => (all === undefined || length === undefined ? undefined : all + length), 0);
}

const split: Rule = (step, shapes) => {
  const shape = shapes.shape(step.inputs[0]);
  if (shape === undefined) return [];
  const axis = positive(integerAttribute(step, 'axis') ?? 0, shape.length);
  const sizes = integersAttribute(step, 'split') ?? shapes.integers(step.inputs[1]);
  const whole = shape[axis];
  const even = whole === undefined || whole % step.outputs.length !== 0 || step.inputs[1] !== undefined ? undefined : whole / step.outputs.length;
  return step.outputs.map((_, index) => shape.map((length, at) => (at === axis ? (sizes === undefined ? even : sizes[index]) : length)));
};

/** Only which axes are cut is asked; how long they become is seldom known, and not needed. */
const slice: Rule = (step, shapes) => {
  const shape = shapes.shape(step.inputs[0]);
  if (shape === undefined) return [];
  const given = integersAttribute(step, 'axes') ?? (step.inputs[3] === undefined ? shape.map((_, axis) => axis) : shapes.integers(step.inputs[3]));
  const cut = given === undefined || given.includes(undefined) ? undefined : new Set(given.map(axis => positive(axis ?? 0, shape.length)));
  return [shape.map((length, axis) => (cut?.has(axis) === false ? length : undefined))];
};

const gather: Rule = (step, shapes) => {
  const [data, indices] = [shapes.shape(step.inputs[0]), shapes.shape(step.inputs[1])];
  if (data === undefined || indices === undefined) return [];
  const axis = positive(integerAttribute(step, 'axis') ?? 0, data.length);
  return [[...data.slice(0, axis), ...indices, ...data.slice(axis + 1)]];
};

const expand: Rule = ({ inputs }, shapes) => {
  const wanted = shapes.integers(inputs[1]) ?? (shapes.shape(inputs[1])?.[0] === undefined ? undefined : unknown(shapes.shape(inputs[1])?.[0] ?? 0));
  return [together(shapes.shape(inputs[0]), wanted)];
};

const unknown = (rank: number): Lengths | undefined => (rank > 64 ? undefined : Array.from({ length: rank }, () => undefined));

const tile: Rule = ({ inputs }, shapes) => {
  const [shape, times] = [shapes.shape(inputs[0]), shapes.integers(inputs[1])];
  return [shape?.map((length, axis) => product([length, times?.[axis]]))];
};

const reduce: Rule = (step, shapes) => {
  const [shape, axes] = [shapes.shape(step.inputs[0]), axesOf(step, shapes)];
  if (shape === undefined || axes === undefined) return [];
  const gone = new Set(axes.map(axis => positive(axis, shape.length)));
  const keeps = integerAttribute(step, 'keepdims') !== 0;
  return [shape.flatMap((length, axis) => (gone.has(axis) ? (keeps ? [1] : []) : [length]))];
};

const convolution: Rule = ({ inputs }, shapes) => {
  const [shape, kernel] = [shapes.shape(inputs[0]), shapes.shape(inputs[1])];
  return [shape?.map((length, axis) => (axis === 0 ? length : axis === 1 ? kernel?.[0] : undefined))];
};

/** Of two branches: what they agree on. */
const either: Rule = ({ inputs }, shapes) => {
  const [first, second] = inputs.map(input => shapes.shape(input));
  return [first?.length !== second?.length ? undefined : first?.map((length, axis) => (length === second?.[axis] ? length : undefined))];
};

const rank3: Rule = () => [[undefined, undefined, undefined]];

const third = (length: Length): Length => (length === undefined ? undefined : length / 3);

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries<Rule>({
  ...Object.fromEntries(
    ['Softmax', 'LogSoftmax', 'Exp', 'Cast', 'CastLike', 'Identity', 'Dropout', 'Relu', 'Tanh', 'Sigmoid', 'Sqrt', 'Neg', 'Erf', 'Abs', 'Clip',
      'LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization', 'BatchNormalization', 'Not', 'IsNaN', 'Trilu', 'QuantizeLinear',
      'DequantizeLinear', 'DynamicQuantizeLinear', 'Gelu', 'HardSigmoid', 'HardSwish', 'ScatterND', 'ScatterElements', 'RotaryEmbedding', 'CumSum', 'Cos',
      'Sin',
      'com.microsoft.SkipLayerNormalization', 'com.microsoft.SkipSimplifiedLayerNormalization', 'com.microsoft.BiasGelu', 'com.microsoft.FastGelu',
      'com.microsoft.Gelu', 'com.microsoft.QuickGelu', 'com.microsoft.RotaryEmbedding', 'com.microsoft.BiasSoftmax', 'com.microsoft.QLinearSoftmax',
      'com.microsoft.QuantizeLinear', 'com.microsoft.DequantizeLinear', crossings.out].map(name => [name, asFirst]),
  ),
  ...Object.fromEntries(
    ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Where', 'Max', 'Min', 'Sum', 'Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Mod']
      .map(name => [name, broadcast]),
  ),
  ...Object.fromEntries(['ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceMean', 'ReduceLogSumExp', 'ReduceProd'].map(name => [name, reduce])),
  MatMul: matmul, MatMulInteger: matmul, 'com.microsoft.MatMulIntegerToFloat': matmul, 'com.microsoft.DynamicQuantizeMatMul': matmul,
  QLinearMatMul: ({ inputs, ...step }, shapes) => matmul({ ...step, inputs: [inputs[0], inputs[3]] }, shapes),
  'com.microsoft.FusedMatMul': fusedMatmul, Gemm: gemm, 'com.microsoft.FusedGemm': gemm, Einsum: einsum,
  'com.microsoft.MatMulNBits': projection(step => integerAttribute(step, 'N')),
  'com.microsoft.Attention': projection((step, shapes) => integersAttribute(step, 'qkv_hidden_sizes')?.[2] ?? third(shapes.shape(step.inputs[1])?.[1])),
  'com.microsoft.MultiHeadAttention': rank3, 'com.microsoft.DecoderMaskedMultiHeadAttention': rank3, 'com.microsoft.GroupQueryAttention': rank3,
  'com.microsoft.EmbedLayerNormalization': rank3, Attention: asFirst,
  Reshape: reshape, Transpose: transpose, Unsqueeze: unsqueeze, Squeeze: squeeze, Concat: concat, Split: split, Slice: slice, Gather: gather,
  Expand: expand, Tile: tile, Conv: convolution, ConvInteger: convolution, 'com.microsoft.FusedConv': convolution,
  Flatten: () => [[undefined, undefined]], Range: () => [[undefined]],
  Shape: ({ inputs }, shapes) => [shapes.shape(inputs[0]) === undefined ? [undefined] : [shapes.shape(inputs[0])?.length]],
  ConstantOfShape: ({ inputs }, shapes) => [shapes.integers(inputs[0])],
  [crossings.either]: either,
  [crossings.carried]: ({ inputs }, shapes) => [shapes.shape(inputs[0])?.map(() => undefined)],
}));
