import { cast, exp, mul, sub } from '../operators/elementwise.ts';
import { mean, sum } from '../operators/reduce.ts';
import { dense } from './contribution.ts';
import { at, inputsOf, single, unbroadcast, type Vjp } from './vjp.ts';

/** y = softmax x: x̄ = y (ȳ − Σ ȳ y) */
export const softmaxVjp = single<'Softmax'>((g, node, _inputs, y) => {
  const weighted = mul(g, y);
  return [dense(sub(weighted, mul(y, sum(weighted, [lastAxis(y.rank, node.attributes.axis)]))))];
});

/** y = x − log Σ eˣ: x̄ = ȳ − eʸ Σ ȳ */
export const logSoftmaxVjp = single<'LogSoftmax'>((g, node, _inputs, y) => [
  dense(sub(g, mul(exp(y), sum(g, [lastAxis(y.rank, node.attributes.axis)])))),
]);

/**
 * y = γ x̂ + β with x̂ = (x − μ) ρ, ρ = 1/√(σ² + ε), over the last axis:
 * γ̄ = Σ ȳ x̂, β̄ = Σ ȳ, x̄ = ρ (h − mean h − x̂ mean(h x̂)) with h = ȳ γ.
 * The node's second and third outputs are μ and ρ.
 */
export const layerNormalizationVjp: Vjp<'LayerNormalization'> = (node, [g]) => {
  if (g === undefined) throw new Error('LayerNormalization without a gradient');
  const inputs = inputsOf(node);
  const [x, gain, bias] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
  const [centre, scale] = [cast(at(node.outputs, 1), x.type), cast(at(node.outputs, 2), x.type)];
  const last = [x.rank - 1];
  const normalized = mul(sub(x, centre), scale);
  const h = mul(g, gain);
  const shifted = sub(sub(h, mean(h, last)), mul(normalized, mean(mul(h, normalized), last)));
  return [
    dense(mul(scale, shifted)),
    dense(unbroadcast(mul(g, normalized), gain)),
    dense(unbroadcast(g, bias)),
  ];
};

function lastAxis(rank: number, axis: number): number {
  return axis < 0 ? axis + rank : axis;
}
