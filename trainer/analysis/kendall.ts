/**
 * How far two rankings of the same things agree: Kendall's τ-b, 1 where they are the same and −1 where one is the other
 * backwards (Kendall 1945, "The Treatment of Ties in Ranking Problems"). Pairs that are tied in either count for neither
 * side: τ = (agreeing − disagreeing) / √((pairs − ties in x)(pairs − ties in y)).
 * @param x as many numbers as `y`
 * @returns `null` where one of them ranks nothing, since all in it are equal or there are under two
 */
export function kendallTau(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) throw new RangeError(`${x.length} numbers are ranked beside ${y.length}`);
  let [balance, untiedX, untiedY] = [0, 0, 0];
  x.forEach((one, index) => {
    for (let other = 0; other < index; other++) {
      const [signX, signY] = [Math.sign(one - (x[other] ?? 0)), Math.sign((y[index] ?? 0) - (y[other] ?? 0))];
      balance += signX * signY;
      untiedX += Math.abs(signX);
      untiedY += Math.abs(signY);
    }
  });
  return untiedX === 0 || untiedY === 0 ? null : balance / Math.sqrt(untiedX * untiedY);
}
