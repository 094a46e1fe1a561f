/** The same words in two texts that differ: what is pointed at in one is shown in the other. */
import { alongside, inPlace } from '../../../protocol/common-subsequence.ts';
import type { Axis } from '../../../protocol/inspection.ts';
import type { TokenRange } from '../../../protocol/trace.ts';

/** By a text and another, of each of its tokens the one there; pairs of texts are few, and each is looked through once. */
const known = new WeakMap<Axis, WeakMap<Axis, ReadonlyMap<number, number>>>();

/** `undefined` where the other text has none of them. */
export function tokensIn(tokens: TokenRange, from: Axis, to: Axis): TokenRange | undefined {
  if (from === to) return tokens;
  const places = placesIn(from, to);
  const found = Array.from({ length: tokens.end - tokens.first }, (_, at) => places.get(tokens.first + at)).filter(place => place !== undefined);
  const [first, last] = [found[0], found.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, end: last + 1 };
}

function placesIn(from: Axis, to: Axis): ReadonlyMap<number, number> {
  const ofFrom = known.get(from) ?? new WeakMap<Axis, ReadonlyMap<number, number>>();
  known.set(from, ofFrom);
  const places = ofFrom.get(to) ?? new Map(inPlace(alongside(from.tokens.map(nameIn(from)), to.tokens.map(nameIn(to)))).flatMap(({ one, other }) => (one === undefined || other === undefined ? [] : [[one, other]])));
  ofFrom.set(to, places);
  return places;
}

function nameIn({ text }: Axis): (token: Axis['tokens'][number]) => string {
  return token => text.slice(token.start, token.end).trim() || token.text;
}
