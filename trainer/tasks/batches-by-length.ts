/** Batches of what is of similar length: for the tasks whose examples are single sequences. */

/** How many sequences of `length` tokens make a batch of about so many places. */
export const sequencesIn = (tokens: number, length: number): number => Math.max(1, Math.floor(tokens / length));

/** Items that make a batch of a bucket. */
export interface LengthBatch<Item> {
  readonly bucket: number;
  readonly items: readonly Item[];
}

/**
 * Bucket by bucket, each in the order of the items; the last batch of a bucket may have fewer.
 * @param bucketOf the bucket that an item fits into; −1 leaves it out
 * @param buckets the longest length of each
 */
export function inBatches<Item>(
  items: readonly Item[],
  bucketOf: (item: Item) => number,
  { buckets, tokensPerBatch }: { readonly buckets: readonly number[]; readonly tokensPerBatch: number },
): LengthBatch<Item>[] {
  const groups = buckets.map((): Item[] => []);
  for (const item of items) groups[bucketOf(item)]?.push(item);
  return groups.flatMap((group, bucket) => {
    const size = sequencesIn(tokensPerBatch, buckets[bucket] ?? 1);
    return Array.from({ length: Math.ceil(group.length / size) }, (_, part) => ({ bucket, items: group.slice(part * size, (part + 1) * size) }));
  });
}
