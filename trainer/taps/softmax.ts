/** Every place where numbers are made to sum to one: `Softmax`, its kin, and the small operators that exporters write it out as. */
import { integerAttribute } from './attributes.ts';
import type { FlowValue, Step } from './flow.ts';
import { axesOf } from './shape-rules.ts';
import type { Shapes } from './shapes.ts';
import { behindLayout } from './walk.ts';

export interface SoftmaxSite {
  readonly step: Step;
  /** For the user. */
  readonly operator: string;
  readonly scores: FlowValue;
  /** What sums to one. */
  readonly weights: FlowValue;
  /** The last axis, or else the one before it. */
  readonly overLast: boolean;
  /** Scale and zero point of what comes out, where that is in 8 bits. */
  readonly quantised?: { readonly scale: FlowValue; readonly zeroPoint: FlowValue | undefined };
}

export interface SoftmaxContext {
  readonly shapes: Shapes;
  readonly opset: number;
}

/** What `step` is the end of, where that is a softmax over the last axis or the one before it. */
export function softmaxAt(step: Step, context: SoftmaxContext): SoftmaxSite | undefined {
  const [scores, second] = step.inputs;
  const [weights] = step.outputs;
  if (scores === undefined || weights === undefined) return undefined;
  switch (step.operator) {
    case 'Softmax':
    case 'com.microsoft.BiasSoftmax': {
      const overLast = softmaxAxis(step, weights, context);
      return overLast === undefined ? undefined : { step, operator: step.operator, scores, weights, overLast };
    }
    case 'com.microsoft.QLinearSoftmax': {
      const [, , , scale, zeroPoint] = step.inputs;
      const overLast = softmaxAxis(step, weights, { ...context, opset: integerAttribute(step, 'opset') ?? 13 });
      if (overLast === undefined || scale === undefined) return undefined;
      return { step, operator: step.operator, scores, weights, overLast, quantised: { scale, zeroPoint } };
    }
    case 'Exp':
      return exponential(step, scores, weights, context);
    case 'Div':
      return second === undefined ? undefined : quotient(step, scores, second, weights, context);
    case 'Mul': {
      // In either order: e · (1 ∕ Σ e).
      const inverse = [scores, second].findIndex(side => behindLayout(side)?.producer?.operator === 'Reciprocal');
      const numerator = step.inputs[1 - inverse];
      const reciprocal = behindLayout(step.inputs[inverse])?.producer?.inputs[0];
      return inverse < 0 || numerator === undefined || reciprocal === undefined ? undefined : quotient(step, numerator, reciprocal, weights, context);
    }
    default:
      return undefined;
  }
}

/** Whether it runs over the last axis or the one before it; `undefined` for any other, or for several. */
function softmaxAxis(step: Step, weights: FlowValue, { shapes, opset }: SoftmaxContext): boolean | undefined {
  const shape = shapes.shape(weights) ?? shapes.shape(step.inputs[0]);
  const axis = integerAttribute(step, 'axis') ?? (opset < 13 ? 1 : -1);
  if (opset >= 13) return isLast(axis, shape?.length);
  // Before operator set 13 everything from the axis on is one row (Softmax-11): one axis only where those behind it are of length 1.
  if (shape === undefined) return axis === -1 || axis > 0 ? true : undefined;
  const at = axis < 0 ? axis + shape.length : axis;
  return at >= 0 && at < shape.length && shape.slice(at + 1).every(length => length === 1) ? at === shape.length - 1 : undefined;
}

function isLast(axis: number, rank: number | undefined): boolean | undefined {
  if (axis === -1 || axis === -2) return axis === -1;
  // Without a rank, exporters that count from the front mean the last axis.
  if (rank === undefined) return axis > 0 ? true : undefined;
  return axis === rank - 1 ? true : axis === rank - 2 ? false : undefined;
}

/** exp(log softmax(x)), or exp(x − log Σ exp x). */
function exponential(step: Step, exponent: FlowValue, weights: FlowValue, context: SoftmaxContext): SoftmaxSite | undefined {
  const made = behindLayout(exponent)?.producer;
  const [scores, offset] = made?.inputs ?? [];
  if (made === undefined || scores === undefined) return undefined;
  if (made.operator === 'LogSoftmax') {
    const overLast = softmaxAxis(made, exponent, context);
    return overLast === undefined ? undefined : { step, operator: 'Exp(LogSoftmax)', scores, weights, overLast };
  }
  const sum = behindLayout(offset)?.producer;
  if (made.operator !== 'Sub' || sum?.operator !== 'ReduceLogSumExp' || behindLayout(sum.inputs[0]) !== behindLayout(scores)) return undefined;
  const overLast = reducedAxis(sum, context);
  return overLast === undefined ? undefined : { step, operator: 'Exp(Sub(ReduceLogSumExp))', scores, weights, overLast };
}

/** exp(x) ∕ Σ exp(x), its largest taken off before or not. */
function quotient(step: Step, numerator: FlowValue, denominator: FlowValue, weights: FlowValue, context: SoftmaxContext): SoftmaxSite | undefined {
  const sum = sumBehind(denominator);
  const exp = exponentBehind(numerator);
  if (sum === undefined || exp === undefined || behindLayout(sum.inputs[0]) !== behindLayout(numerator)) return undefined;
  const overLast = reducedAxis(sum, context);
  const shifted = behindLayout(exp)?.producer;
  const isShifted = shifted?.operator === 'Sub' && behindLayout(shifted.inputs[1])?.producer?.operator === 'ReduceMax';
  const scores = (isShifted ? shifted.inputs[0] : undefined) ?? exp;
  return overLast === undefined ? undefined : { step, operator: 'Exp ∕ ReduceSum', scores, weights, overLast };
}

/** A sum, behind what keeps it from being zero. */
function sumBehind(value: FlowValue): Step | undefined {
  let at = behindLayout(value);
  for (let steps = 0; steps < 4 && at?.producer !== undefined; steps++) {
    if (at.producer.operator === 'ReduceSum') return at.producer;
    if (!['Add', 'Max', 'Clip', 'Where'].includes(at.producer.operator)) return undefined;
    at = at.producer.inputs.map(input => behindLayout(input)).find(input => input?.producer !== undefined && input.producer.operator !== 'Constant');
  }
  return undefined;
}

/** What an exponential was taken of, behind a mask that was multiplied in. */
function exponentBehind(value: FlowValue): FlowValue | undefined {
  let at = behindLayout(value);
  for (let steps = 0; steps < 3 && at?.producer !== undefined; steps++) {
    if (at.producer.operator === 'Exp') return at.producer.inputs[0];
    if (at.producer.operator !== 'Mul' && at.producer.operator !== 'Where') return undefined;
    const inputs = at.producer.inputs.map(input => behindLayout(input));
    at = inputs.find(input => input?.producer?.operator === 'Exp') ?? inputs.find(input => input?.producer?.operator === 'Mul');
  }
  return undefined;
}

function reducedAxis(sum: Step, { shapes }: SoftmaxContext): boolean | undefined {
  const axes = axesOf(sum, shapes);
  const [axis] = axes ?? [-1];
  return axis === undefined || (axes !== undefined && axes.length !== 1) ? undefined : isLast(axis, shapes.shape(sum.inputs[0])?.length);
}
