/** So many items at even distances, all of them where there are no more: of what is sorted, by class or by the alphabet, some of each. */
export function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter(item => item !== undefined);
}
