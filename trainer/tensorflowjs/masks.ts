/** Which places of a sequence are more than padding: bool `[batch, time]`, made by Embedding and Masking, passed on by most. */
import { and, equal, greater, not, or } from '../graph/operators/elementwise.ts';
import { at } from '../graph/operators/shape.ts';
import type { Value } from '../graph/value.ts';
import { type Given, type LayerCall, inputsOf, namedTensor } from './call.ts';

/**
 * The mask of a layer's first input, or of another of them: the one that is passed with the call, or else what came with the
 * tensor. Keras 3 passes as arguments what it passes on by itself, too.
 */
export function maskOf(call: LayerCall, input = 0): Value | undefined {
  const given = call.named.get('mask');
  const one: Given | undefined = given?.kind === 'list' ? given.items[input] : input === 0 ? given : undefined;
  return one?.kind === 'tensor' ? asMask(one.tensor.value) : inputsOf(call)[input]?.mask;
}

/** A mask that is passed by a name of its own. */
export function namedMask(call: LayerCall, name: string): Value | undefined {
  const given = namedTensor(call, name);
  return given === undefined ? undefined : asMask(given.value);
}

/** Anything but zero is true. */
export function asMask(value: Value): Value {
  return value.type === 'bool' ? value : not(equal(value, 0));
}

/** Where all of them are true; none is true everywhere. */
export function all(...masks: readonly (Value | undefined)[]): Value | undefined {
  return masks.reduce((both, mask) => (both === undefined || mask === undefined ? (both ?? mask) : and(both, mask)), undefined);
}

/** True at every place of a sequence `[batch, time, …]`. */
export function everywhere(x: Value): Value {
  let first = x;
  while (first.rank > 2) first = at(first, first.rank - 1, 0);
  const positive = first.type === 'bool' ? first : greater(first, 0);
  return or(positive, not(positive));
}
