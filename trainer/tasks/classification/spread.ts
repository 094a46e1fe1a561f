/** So many items at even distances, all of them where there are no more: of a file that is sorted by class some of each. */
export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter(item => item !== undefined);
}
