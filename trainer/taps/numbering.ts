/** Numbers layers as the model's authors do: by the names they left, or else in the order in which they are computed. */

/** One attention of a kind. */
export interface Named {
  /** Names that may tell the layer, from the surest on; at each place the same sort of name for all. */
  readonly labels: readonly string[];
}

/** @param found in the order in which they are computed, all of one kind; @returns their layers, all different */
export function layersOf(found: readonly Named[]): readonly number[] {
  const depth = found[0]?.labels.length ?? 0;
  for (let label = 0; label < depth; label++) {
    const told = found.map(({ labels }) => numbersIn(labels[label] ?? ''));
    const positions = told.reduce((least, { length }) => Math.min(least, length), Infinity);
    for (let position = 0; position < positions; position++) {
      const numbers = told.map(each => each[position] ?? 0);
      if (new Set(numbers).size === numbers.length) return fromZero(numbers);
    }
  }
  return found.map((_, index) => index);
}

/** `encoder.layer.3`, `h.0`, `blocks/2`, `layer_._4`, `TransformerBlock_1`: the numbers of layers in a name, from the outermost in. */
function numbersIn(name: string): readonly number[] {
  return [...name.matchAll(/(?:layers?|blocks?|(?<![a-z0-9])h|encoder|decoder)[._/]{1,3}(\d{1,4})(?!\d)/gi)].map(([, number]) => Number(number));
}

/** Some count from one. */
function fromZero(numbers: readonly number[]): readonly number[] {
  const inOrder = numbers.toSorted((one, other) => one - other);
  const fromOne = numbers.length > 1 && inOrder.every((number, index) => number === index + 1);
  return fromOne ? numbers.map(number => number - 1) : numbers;
}
