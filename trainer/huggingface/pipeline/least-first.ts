/** A binary heap. */
export class LeastFirst<Item> {
  readonly #items: Item[] = [];

  /** @param compare negative where the first comes before the second */
  constructor(private readonly compare: (a: Item, b: Item) => number) {}

  push(item: Item): void {
    const items = this.#items;
    let place = items.length;
    items.push(item);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = items[parent];
      if (above === undefined || this.compare(above, item) <= 0) break;
      items[place] = above;
      place = parent;
    }
    items[place] = item;
  }

  /** Takes the least. */
  pop(): Item | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return least;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const [leftItem, rightItem] = [items[left], items[right]];
      if (leftItem === undefined) break;
      const [child, item] = rightItem !== undefined && this.compare(rightItem, leftItem) < 0 ? [right, rightItem] : [left, leftItem];
      if (this.compare(item, last) >= 0) break;
      items[place] = item;
      place = child;
    }
    items[place] = last;
    return least;
  }
}
