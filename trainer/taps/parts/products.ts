/** Steps that multiply and sum up, as products whose axes are known. */
import { floatAttribute, integerAttribute } from '../attributes.ts';
import type { FlowValue, Step } from '../flow.ts';
import { axesOf } from '../shape-rules.ts';
import type { Shapes } from '../shapes.ts';
import { behindLayout } from '../walk.ts';
import type { PartValue, Product, ProductAxes } from './parts.ts';

export const partValue = ({ name, path }: FlowValue, dtype: PartValue['dtype']): PartValue => ({ name, path, dtype });

/** A product, and the values that it is of. */
export interface FoundProduct {
  readonly product: Product;
  readonly left: FlowValue;
  readonly right: FlowValue;
}

/** @returns `undefined` where a step's numbers are in 8 bits, or it sums up in a way that is not known */
export function productAt(step: Step, shapes: Shapes): FoundProduct | undefined {
  const [left, right] = step.inputs;
  const [out] = step.outputs;
  if (step.operator === 'ReduceSum') return sumOfProducts(step, shapes);
  const form = axes(step);
  if (left === undefined || right === undefined || out === undefined || form === undefined) return undefined;
  return found(left, right, out, form, floatAttribute(step, 'alpha') ?? 1, shapes);
}

/** Element by element, then a sum over an axis. @param sum `ReduceSum` */
function sumOfProducts(sum: Step, shapes: Shapes): FoundProduct | undefined {
  const product = behindLayout(sum.inputs[0])?.producer;
  const [left, right] = product?.operator === 'Mul' ? product.inputs : [];
  const [out] = sum.outputs;
  const [axis, ...others] = axesOf(sum, shapes) ?? [];
  if (left === undefined || right === undefined || out === undefined || axis === undefined || others.length > 0) return undefined;
  return found(left, right, out, { form: 'elements', summed: axis, isKept: integerAttribute(sum, 'keepdims') !== 0 }, 1, shapes);
}

function found(left: FlowValue, right: FlowValue, out: FlowValue, form: ProductAxes, factor: number, shapes: Shapes): FoundProduct {
  const part = (value: FlowValue): PartValue => partValue(value, shapes.dtype(value));
  return { product: { left: part(left), right: part(right), out: part(out), factor, axes: form }, left, right };
}

function axes(step: Step): ProductAxes | undefined {
  const is = (name: string): boolean => integerAttribute(step, name) === 1;
  switch (step.operator) {
    case 'MatMul':
    case 'Gemm':
    case 'com.microsoft.FusedMatMul':
    case 'com.microsoft.TransposeMatMul':
      return {
        form: 'matrices',
        left: { isTransposed: is('transA'), isBatchInside: is('transBatchA') },
        right: { isTransposed: is('transB'), isBatchInside: is('transBatchB') },
      };
    case 'Einsum': {
      const equation = step.attributes.get('equation');
      const [, left, right, out] = (equation?.kind === 'text' ? /^([a-z]+),([a-z]+)->([a-z]+)$/i.exec(equation.value.replaceAll(' ', '')) : undefined) ?? [];
      return left === undefined || right === undefined || out === undefined ? undefined : { form: 'letters', left, right, out };
    }
    default:
      return undefined;
  }
}
