/** What is taken off a count of 1, of 2, and of 3 or more. */
export type Discounts = readonly [one: number, two: number, more: number];

/** Where counts are too few or too even to estimate from: the middle between taking nothing and taking all but a bit. */
const usual: Discounts = [0.5, 1, 1.5];

/**
 * The three discounts of modified Kneser–Ney smoothing for one order, estimated from how many of its n-grams count 1, 2,
 * 3 and 4: Dₖ = k − (k + 1) Y nₖ₊₁ / nₖ with Y = n₁ / (n₁ + 2 n₂) (Chen and Goodman 1998, "An Empirical Study of
 * Smoothing Techniques for Language Modeling", section 3, after Ney, Essen and Kneser 1994). Where some of the four is 0
 * or a discount falls outside 0 … k, as with a small alphabet's single characters, it is 0.5, 1 and 1.5.
 */
export function discountsFrom(countsOfCounts: readonly [number, number, number, number]): Discounts {
  const [n1, n2, n3, n4] = countsOfCounts;
  if (countsOfCounts.includes(0)) return usual;
  const y = n1 / (n1 + 2 * n2);
  const estimated: Discounts = [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  return estimated.every((discount, slot) => discount >= 0 && discount <= slot + 1) ? estimated : usual;
}

/** What is taken off this count, which is 1 or more. */
export function discountOf(count: number, [one, two, more]: Discounts): number {
  return count === 1 ? one : count === 2 ? two : more;
}
