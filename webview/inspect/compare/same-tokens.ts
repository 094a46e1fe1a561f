/** The same words in two texts that differ: what is pointed at in one is shown in the other. */
import type { Axis } from '../../../protocol/inspection.ts';
import { type Named, sameNames } from '../../../protocol/same-names.ts';
import type { TokenRange } from '../../../protocol/trace.ts';
import { tokenName } from '../names.ts';

/** Of each token of one text the one in another, and of those the other way about. */
interface Links {
  readonly there: ReadonlyMap<number, number>;
  readonly back: ReadonlyMap<number, number>;
}

/** Pairs of texts are few, and each is looked through once. */
const known = new WeakMap<Axis, WeakMap<Axis, Links>>();

/**
 * @param minus which of both is taken from the other: of several ways to lay them side by side, that of the difference
 * @returns `undefined` where the other text has none of them
 */
export function tokensIn(tokens: TokenRange, from: Axis, to: Axis, minus: Axis): TokenRange | undefined {
  if (from === to) return tokens;
  const places = to === minus ? linksOf(to, from).back : linksOf(from, to).there;
  const found = Array.from({ length: tokens.end - tokens.first }, (_, at) => places.get(tokens.first + at)).filter(place => place !== undefined);
  const [first, last] = [found[0], found.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, end: last + 1 };
}

function linksOf(one: Axis, other: Axis): Links {
  const ofOne = known.get(one) ?? new WeakMap<Axis, Links>();
  known.set(one, ofOne);
  const links = ofOne.get(other) ?? linked(one, other);
  ofOne.set(other, links);
  return links;
}

function linked(one: Axis, other: Axis): Links {
  const pairs = sameNames(namesOf(one), namesOf(other)).flatMap(({ one: left, other: right }) => (left === undefined || right === undefined ? [] : [[left, right] as const]));
  return { there: new Map(pairs), back: new Map(pairs.map(([left, right]) => [right, left])) };
}

const namesOf = (axis: Axis): Named[] => axis.tokens.map(token => ({ text: tokenName(axis, token), special: token.special }));
