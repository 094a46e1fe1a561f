/** Two texts in a few words each, which tell one from the other. */
import { fit } from '../display-width.ts';
import { printable } from '../printable.ts';

const longest = 40;
/** Of what both begin with, as much is kept before they differ. */
const shared = 20;

/** From the beginning; of texts that begin alike, from a little before where they differ. */
export function excerpts(one: string, other: string): [string, string] {
  const [first, second] = [one, other].map(text => printable(text.replaceAll(/\s+/gu, ' ').trim())) as [string, string];
  let differs = 0;
  while (differs < first.length && first[differs] === second[differs]) differs++;
  const begin = differs <= shared ? 0 : first.lastIndexOf(' ', differs - shared / 2) + 1;
  const excerpt = (text: string): string => `${begin > 0 ? '… ' : ''}${fit(text.slice(begin), longest)}`;
  return [excerpt(first), excerpt(second)];
}
