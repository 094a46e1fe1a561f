/** Labels that had to be moved together: how many, and the mean of where their first would start. */
interface Block {
  sum: number;
  count: number;
}

/**
 * Moves labels apart so that neighbours are at least `gap` from each other and all lie within `from` … `to`, by as little
 * as possible in the sum of squares; their order stays. Least squares under an order is isotonic regression, which pooling
 * of adjacent violators solves (Barlow et al. 1972, "Statistical Inference under Order Restrictions"). Answers in the
 * order of `wanted`. Where there is no room for all, they run over `to`.
 */
export function spreadLabels(wanted: readonly number[], gap: number, from: number, to: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  // With each label's own share of gaps taken off, what is asked of the places is just that they ascend.
  const blocks: Block[] = [];
  order.forEach((index, rank) => {
    let block: Block = { sum: (wanted[index] ?? 0) - rank * gap, count: 1 };
    for (let before = blocks.at(-1); before !== undefined && meanOf(before) > meanOf(block); before = blocks.at(-1)) {
      block = { sum: before.sum + block.sum, count: before.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });

  const last = to - (wanted.length - 1) * gap;
  const starts = blocks.flatMap(block => new Array<number>(block.count).fill(Math.max(from, Math.min(last, meanOf(block)))));
  const places = new Array<number>(wanted.length).fill(from);
  order.forEach((index, rank) => {
    places[index] = (starts[rank] ?? from) + rank * gap;
  });
  return places;
}

function meanOf({ sum, count }: Block): number {
  return sum / count;
}
