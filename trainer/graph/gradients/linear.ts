/** Matrix products: Y = α A B has Ā = α Ȳ Bᵀ and B̄ = α Aᵀ Ȳ (Giles 2008, section 2.2.1). */
import { fusedMatmul, gemm, matmul, type ProductOptions } from '../operators/linear.ts';
import { transpose } from '../operators/shape.ts';
import { lengthOf, type Value } from '../value.ts';
import { type Contribution, dense } from './contribution.ts';
import { at, single, unbroadcast } from './vjp.ts';

type Product = (a: Value, b: Value, options: ProductOptions) => Value;

/** Ā for Y = α op(A) op(B), laid out as A is. */
function leftGradient(product: Product, g: Value, b: Value, options: Required<ProductOptions>): Value {
  const { transA, transB, alpha } = options;
  return transA
    ? product(b, g, { transA: transB, transB: true, alpha })
    : product(g, b, { transB: !transB, alpha });
}

/** B̄ for Y = α op(A) op(B), laid out as B is, left as a product so that the uses of a shared B become one. */
function rightGradient(
  operator: 'Gemm' | 'FusedMatMul',
  g: Value,
  a: Value,
  { transA, transB, alpha }: Required<ProductOptions>,
): Contribution {
  if (transA) {
    const product = operator === 'Gemm' ? gemmProduct : fusedMatmul;
    return dense(transB ? product(g, a, { transA: true, transB: true, alpha }) : product(a, g, { alpha }));
  }
  const [left, right] = transB ? [g, a] : [a, g];
  return { kind: 'product', operator, left, right, alpha };
}

const gemmProduct: Product = (a, b, options) => gemm(a, b, undefined, options);

/** Y = α op(A) op(B) + c: as above, and c̄ = Ȳ summed to c's shape. */
export const gemmVjp = single<'Gemm'>((g, node, inputs) => {
  const { attributes } = node;
  const options = {
    transA: attributes.transA === 1,
    transB: attributes.transB === 1,
    alpha: attributes.alpha?.float ?? 1,
  };
  const [a, b, bias] = inputs;
  const gradients: (Contribution | undefined)[] = [
    at(inputs, 0).constant ? undefined : dense(leftGradient(gemmProduct, g, at([b], 0), options)),
    at(inputs, 1).constant ? undefined : rightGradient('Gemm', g, at([a], 0), options),
  ];
  if (bias !== undefined) {
    const isRow = bias.rank === 1 && lengthOf(bias, 0) === lengthOf(g, 1);
    gradients.push(isRow ? { kind: 'column-sum', rows: g } : dense(unbroadcast(g, bias)));
  }
  return gradients;
});

/** Y = α op(A) op(B), batched and broadcast over leading axes. */
export const fusedMatmulVjp = single<'FusedMatMul'>((g, node, inputs) => {
  const { attributes } = node;
  if (attributes.transBatchA || attributes.transBatchB) throw new Error('a product with its batch inside has no gradient');
  const options = {
    transA: attributes.transA === 1,
    transB: attributes.transB === 1,
    alpha: attributes.alpha?.float ?? 1,
  };
  const [a, b] = [at(inputs, 0), at(inputs, 1)];
  const right = rightGradient('FusedMatMul', g, a, options);
  return [
    a.constant ? undefined : dense(unbroadcast(leftGradient(fusedMatmul, g, b, options), a)),
    b.constant ? undefined : sameBatch(g, b) ? right : dense(unbroadcast(finish(right), b)),
  ];
});

/** Y = A B over the last two axes. */
export const matmulVjp = single<'MatMul'>((g, _node, inputs) => {
  const [a, b] = [at(inputs, 0), at(inputs, 1)];
  const flip = (x: Value): Value => {
    const axes = [...x.shape.keys()];
    const [row, column] = axes.splice(-2);
    return transpose(x, [...axes, column ?? 1, row ?? 0]);
  };
  return [
    a.constant ? undefined : dense(unbroadcast(matmul(g, flip(b)), a)),
    b.constant ? undefined : dense(unbroadcast(matmul(flip(a), g), b)),
  ];
});

function sameBatch(g: Value, b: Value): boolean {
  return g.rank === b.rank && g.shape.slice(0, -2).every((length, axis) => length === b.shape[axis]);
}

function finish(contribution: Contribution): Value {
  switch (contribution.kind) {
    case 'dense':
      return contribution.value;
    case 'product':
      return fusedMatmul(contribution.left, contribution.right, { transA: true, alpha: contribution.alpha });
    default:
      throw new Error(`a product gave ${contribution.kind}`);
  }
}
