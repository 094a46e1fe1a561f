import { normalise } from './normalise.ts';

/**
 * What a layer passes on of each token, where what goes around its attention counts as much as what goes through it:
 * A = 0.5 W + 0.5 I, each row of W made to sum up to 1 (Abnar and Zuidema 2020, "Quantifying Attention Flow in
 * Transformers", section 3). A token that looks at nothing passes on itself. Writes over `weights`, `[token][token]`.
 */
export function withResidual(weights: Float32Array, tokens: number): Float32Array {
  for (let token = 0; token < tokens; token++) {
    const row = normalise(weights.subarray(token * tokens, (token + 1) * tokens), tokens, 'row');
    const own = row.some(weight => weight > 0) ? 0.5 : 1;
    for (let key = 0; key < tokens; key++) row[key] = (row[key] ?? 0) * 0.5;
    row[token] = (row[token] ?? 0) + own;
  }
  return weights;
}
