/** Two sequences side by side: what they share stands in one place, what only one has in a place of its own. */

/** Where a place is in either sequence; left out where that one has nothing there. */
export interface Place {
  readonly one?: number;
  readonly other?: number;
}

/** Beyond so many on a side, what differs in the middle is not looked through: that grows with the product of both. */
const mostCompared = 2_000;

/** By the longest common subsequence, what only `one` has before what only `other` has. In the order of both. */
export function alongside(one: readonly string[], other: readonly string[]): readonly Place[] {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let tail = 0;
  while (tail < one.length - start && tail < other.length - start && one.at(-1 - tail) === other.at(-1 - tail)) tail++;
  const differing = [one.slice(start, one.length - tail), other.slice(start, other.length - tail)] as const;
  const middle = Math.max(...differing.map(({ length }) => length)) > mostCompared ? apart(...differing) : common(...differing);
  return [
    ...Array.from({ length: start }, (_, at) => ({ one: at, other: at })),
    ...middle.map(({ one: left, other: right }) => ({ ...(left === undefined ? {} : { one: left + start }), ...(right === undefined ? {} : { other: right + start }) })),
    ...Array.from({ length: tail }, (_, at) => ({ one: one.length - tail + at, other: other.length - tail + at })),
  ];
}

/** The same, with what replaces as many others in their place. */
export function inPlace(places: readonly Place[]): readonly Place[] {
  const found: Place[] = [];
  let stretch: Place[] = [];
  const flush = (): void => {
    const [old, fresh] = [stretch.filter(({ other }) => other === undefined), stretch.filter(({ one }) => one === undefined)];
    found.push(...(old.length === fresh.length ? old.map((place, index) => ({ ...place, ...fresh[index] })) : stretch));
    stretch = [];
  };
  for (const place of places) {
    if (place.one === undefined || place.other === undefined) stretch.push(place);
    else {
      flush();
      found.push(place);
    }
  }
  flush();
  return found;
}

function apart(left: readonly string[], right: readonly string[]): Place[] {
  return [...left.map((_, one) => ({ one })), ...right.map((_, other) => ({ other }))];
}

function common(left: readonly string[], right: readonly string[]): Place[] {
  const across = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * across);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i * across + j] = left[i] === right[j]
        ? 1 + (lengths[(i + 1) * across + j + 1] ?? 0)
        : Math.max(lengths[(i + 1) * across + j] ?? 0, lengths[i * across + j + 1] ?? 0);
    }
  }
  const places: Place[] = [];
  let [one, other] = [0, 0];
  while (one < left.length || other < right.length) {
    const [hasOne, hasOther] = [one < left.length, other < right.length];
    if (hasOne && hasOther && left[one] === right[other]) places.push({ one: one++, other: other++ });
    else if (hasOne && (!hasOther || (lengths[(one + 1) * across + other] ?? 0) >= (lengths[one * across + other + 1] ?? 0))) places.push({ one: one++ });
    else places.push({ other: other++ });
  }
  return places;
}
