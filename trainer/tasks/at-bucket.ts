/** What belongs to a bucket, by its number. */
export function atBucket<Item>(items: readonly Item[]): (bucket: number) => Item {
  return bucket => {
    const item = items[bucket];
    if (item === undefined) throw new Error(`no bucket ${bucket}`);
    return item;
  };
}
