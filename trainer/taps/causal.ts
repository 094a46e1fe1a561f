/** Whether a mask hides what comes after: found in how it is made, or in a stored mask itself. */
import type { Dtype } from '../formats/dtype.ts';
import { decoderOf, unitOf } from '../formats/numbers.ts';
import { withModelFile } from '../onnx/model-file.ts';
import type { OnnxModel, OnnxTensor } from '../onnx/model.ts';
import { tensorBytes } from '../onnx/read-tensor.ts';
import type { FlowValue, Step } from './flow.ts';
import { isConvolution, isLayout, sides, tensors } from './operators.ts';
import type { Shapes } from './shapes.ts';
import { search } from './walk.ts';

export interface MaskContext {
  readonly model: OnnxModel;
  readonly shapes: Shapes;
  readonly weights: ReadonlySet<FlowValue>;
  /** What is known of stored masks already. */
  readonly stored: Map<OnnxTensor, Promise<boolean>>;
}

const bounds = { depth: 60, values: 1500 };

/** @param masks whatever is added to scores, multiplied with them or chosen by */
export async function isCausal(masks: readonly FlowValue[], context: MaskContext): Promise<boolean> {
  const found = { built: false, stored: new Set<OnnxTensor>() };
  search(masks, bounds, ({ value }) => {
    if (found.built) return [];
    if (value.tensor !== undefined) {
      if (isSquare(value.tensor)) found.stored.add(value.tensor);
      return [];
    }
    const step = value.producer;
    if (step === undefined || sides(step) !== undefined || isConvolution(step) || step.operator === 'Softmax') return [];
    if (step.operator === 'Trilu' || comparesPositions(step, context)) {
      found.built = true;
      return [];
    }
    // The index of a lookup only chooses: T5's buckets of distances compare positions too.
    return step.operator === 'Where' ? step.inputs.filter(input => input !== undefined) : tensors(step);
  });
  if (found.built) return true;
  for (const tensor of found.stored) {
    const known = context.stored.get(tensor) ?? isTriangle(context.model, tensor);
    context.stored.set(tensor, known);
    if (await known) return true;
  }
  return false;
}

const comparisons: ReadonlySet<string> = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);

/** i < j, or j − i > 0. Against a length or a window's width it is another mask. */
function comparesPositions({ operator, inputs: [left, right] }: Step, { shapes, weights }: MaskContext): boolean {
  if (!comparisons.has(operator) || left === undefined || right === undefined) return false;
  const [isLeft, isRight] = [left, right].map(side => arePositions(side, weights));
  if (isLeft === true && isRight === true) return true;
  const [difference, bound] = isLeft === true ? [left, right] : [right, left];
  const at = shapes.integers(bound)?.[0];
  const made = difference.producer;
  return (isLeft === true || isRight === true) && at !== undefined && Math.abs(at) <= 1 && made?.operator === 'Sub' &&
    made.inputs.every(input => input !== undefined && arePositions(input, weights));
}

function arePositions(value: FlowValue, weights: ReadonlySet<FlowValue>): boolean {
  let found = false;
  search([value], { depth: 14, values: 80 }, ({ value: at }) => {
    const { producer, tensor } = at;
    if (tensor !== undefined || weights.has(at)) {
      // A stored row of positions: 0, 1, 2 …
      found ||= tensor !== undefined && (tensor.dtype === 'int64' || tensor.dtype === 'int32') && tensor.shape.some(length => length > 2);
      return [];
    }
    if (producer === undefined) {
      found ||= /position/i.test(at.name);
      return [];
    }
    found ||= producer.operator === 'Range' || producer.operator === 'NonZero';
    return !found && (isLayout(producer) || ['Add', 'Sub', 'Slice', 'Concat', 'Gather', 'Tile'].includes(producer.operator)) ? tensors(producer) : [];
  });
  return found;
}

/** Types that masks are stored in. */
const maskTypes: ReadonlySet<Dtype> = new Set<Dtype>(['bool', 'uint8', 'int8', 'int32', 'float32', 'int64', 'float64', 'float16']);

function isSquare({ shape, dtype }: OnnxTensor): boolean {
  const [rows, columns] = shape.slice(-2);
  return shape.length >= 2 && maskTypes.has(dtype) && rows !== undefined && rows > 1 && rows === columns && shape.slice(0, -2).every(length => length === 1);
}

/** Rows that are looked at: a mask that is a triangle in its first corner is one. */
const corner = 8;

async function isTriangle(model: OnnxModel, tensor: OnnxTensor): Promise<boolean> {
  const { dtype, shape } = tensor;
  const size = shape.at(-1) ?? 0;
  const rows = Math.min(corner, size);
  const bytes = await firstBytes(model, tensor, ((rows - 1) * size + rows) * unitOf(dtype));
  const numbers = bytes === undefined ? undefined : decoderOf(dtype)?.(bytes);
  if (numbers === undefined) return false;
  const at = (row: number, column: number): number => numbers[row * size + column] ?? NaN;
  const [hidden, seen] = [at(0, 1), at(1, 0)];
  if (hidden === seen) return false;
  // Two numbers, as of a mask that is multiplied or chosen by; or biases that may differ, and far below them what is hidden.
  const isAdded = dtype.startsWith('float') && hidden < -1000;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < rows; column++) {
      const here = at(row, column);
      const fits = column > row ? (isAdded ? here < -1000 : here === hidden) : isAdded ? here >= -1000 : here === seen;
      if (!fits) return false;
    }
  }
  return true;
}

async function firstBytes(model: OnnxModel, tensor: OnnxTensor, length: number): Promise<Uint8Array | undefined> {
  const { data } = tensor;
  if (data.kind === 'raw') {
    if (data.place.end - data.place.start < length) return undefined;
    const { start } = data.place;
    return withModelFile(model, source => source.read(start, length));
  }
  for await (const part of tensorBytes(model, tensor)) return part.length < length ? undefined : part.subarray(0, length);
  return undefined;
}
