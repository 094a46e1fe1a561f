/**
 * Logarithms of the probabilities that scores stand for, in place where they are scores. What is a distribution already stays one:
 * a model may end in a softmax of its own.
 */
export function logSoftmax(scores: Float32Array): Float32Array {
  if (isDistribution(scores)) return scores.map(Math.log);
  let most = -Infinity;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - most);
  const shift = most + Math.log(sum);
  for (let index = 0; index < scores.length; index++) scores[index] = (scores[index] ?? 0) - shift;
  return scores;
}

function isDistribution(scores: Float32Array): boolean {
  let sum = 0;
  for (const score of scores) {
    if (!(score >= 0)) return false;
    sum += score;
  }
  return Math.abs(sum - 1) < 1e-3;
}
