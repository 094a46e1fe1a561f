/** Element by element: y = f(a, b) has ā = ȳ · ∂f/∂a, summed over whatever was broadcast. */
import { add, div, exp, greater, log, mul, neg, pow, sub, where } from '../operators/elementwise.ts';
import { filled } from '../operators/constants.ts';
import type { Value } from '../value.ts';
import { type Contribution, dense } from './contribution.ts';
import { at, single, unbroadcast } from './vjp.ts';

/** Gradients of both sides, each computed only where it is wanted and then summed to its side's shape. */
function both(inputs: readonly Value[], left: () => Value, right: () => Value): (Contribution | undefined)[] {
  return [left, right].map((gradient, index) => {
    const input = at(inputs, index);
    return input.constant === undefined ? dense(unbroadcast(gradient(), input)) : undefined;
  });
}

/** y = a + b: ā = ȳ, b̄ = ȳ */
export const addVjp = single<'Add'>((g, _node, inputs) => both(inputs, () => g, () => g));

/** y = a − b: ā = ȳ, b̄ = −ȳ */
export const subVjp = single<'Sub'>((g, _node, inputs) => both(inputs, () => g, () => neg(g)));

/** y = a b: ā = ȳ b, b̄ = ȳ a */
export const mulVjp = single<'Mul'>((g, _node, inputs) =>
  both(inputs, () => mul(g, at(inputs, 1)), () => mul(g, at(inputs, 0))),
);

/** y = a / b: ā = ȳ / b, b̄ = −ȳ y / b */
export const divVjp = single<'Div'>((g, _node, inputs, y) =>
  both(inputs, () => div(g, at(inputs, 1)), () => neg(div(mul(g, y), at(inputs, 1)))),
);

/** y = aᵇ: ā = ȳ b aᵇ⁻¹, b̄ = ȳ y ln a */
export const powVjp = single<'Pow'>((g, _node, inputs, y) => {
  const [base, exponent] = [at(inputs, 0), at(inputs, 1)];
  return both(inputs, () => mul(g, mul(exponent, pow(base, sub(exponent, 1)))), () => mul(g, mul(y, log(base))));
});

/** y = −x: x̄ = −ȳ */
export const negVjp = single<'Neg'>(g => [dense(neg(g))]);

/** y = eˣ: x̄ = ȳ y */
export const expVjp = single<'Exp'>((g, _node, _inputs, y) => [dense(mul(g, y))]);

/** y = ln x: x̄ = ȳ / x */
export const logVjp = single<'Log'>((g, _node, inputs) => [dense(div(g, at(inputs, 0)))]);

/** y = √x: x̄ = ȳ / 2y */
export const sqrtVjp = single<'Sqrt'>((g, _node, _inputs, y) => [dense(div(g, mul(y, 2)))]);

/** y = erf x: x̄ = ȳ · 2/√π · e^(−x²) */
export const erfVjp = single<'Erf'>((g, _node, inputs) => {
  const x = at(inputs, 0);
  return [dense(mul(g, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))))];
});

/** y = tanh x: x̄ = ȳ (1 − y²) */
export const tanhVjp = single<'Tanh'>((g, _node, _inputs, y) => [dense(mul(g, sub(1, mul(y, y))))]);

/** y = σ(x): x̄ = ȳ y (1 − y) */
export const sigmoidVjp = single<'Sigmoid'>((g, _node, _inputs, y) => [dense(mul(g, mul(y, sub(1, y))))]);

/** y = max(x, 0): x̄ = ȳ where y > 0 */
export const reluVjp = single<'Relu'>((g, _node, _inputs, y) => [dense(where(greater(y, 0), g, 0))]);

/** y = c ? a : b: ā = ȳ where c, b̄ = ȳ where not c */
export const whereVjp = single<'Where'>((g, _node, inputs) => {
  const condition = at(inputs, 0);
  const zero = filled(g, [], 0);
  return [undefined, ...both(inputs.slice(1), () => where(condition, g, zero), () => where(condition, zero, g))];
});

/** y = x: x̄ = ȳ */
export const identityVjp = single<'Identity'>(g => [dense(g)]);

/** Sums whose terms are all of one shape. */
export function addUp(terms: readonly Value[]): Value | undefined {
  const [first, ...rest] = terms;
  return first === undefined ? undefined : rest.reduce<Value>((total, term) => add(total, term), first);
}

