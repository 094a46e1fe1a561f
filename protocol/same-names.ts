/** Which tokens or words of two texts are the same: where their maps have a row or a column in common, and what is shown in both. */
import { alongside, inPlace, type Place } from './common-subsequence.ts';

/** What stands in a text is another thing than what only goes by that name, such as a `[SEP]` that ends it. */
export interface Named {
  readonly text: string;
  readonly special: boolean;
}

/** Equal ones stand together; what replaces as many others stands in their place. */
export function sameNames(one: readonly Named[], other: readonly Named[]): readonly Place[] {
  return inPlace(alongside(one.map(keyOf), other.map(keyOf)));
}

const keyOf = ({ text, special }: Named): string => `${special ? 'special' : 'word'} ${text}`;
