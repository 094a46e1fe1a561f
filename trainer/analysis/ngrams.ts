/** How often each n-gram of exactly this order occurs. Items are joined by `joiner`, which no item contains. */
export function countNgrams(items: readonly string[], order: number, joiner: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= items.length; start++) {
    const ngram = items.slice(start, start + order).join(joiner);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** The size of the intersection of two bags of n-grams: each counts at most as often as `reference` has it. */
export function countMatches(hypothesis: ReadonlyMap<string, number>, reference: ReadonlyMap<string, number>): number {
  let matches = 0;
  for (const [ngram, count] of hypothesis) matches += Math.min(count, reference.get(ngram) ?? 0);
  return matches;
}
