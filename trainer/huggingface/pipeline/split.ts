/** Cutting words at what a pattern finds, in the five ways of Hugging Face's `tokenizers`. */
import type { Span } from '../../../protocol/trace.ts';
import type { Finder } from './pattern.ts';
import type { Words } from './stages.ts';

export const splitBehaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
/** What becomes of the stretches that are found: dropped, words of their own, or part of a neighbour. */
export type SplitBehavior = (typeof splitBehaviors)[number];

interface Stretch extends Span {
  readonly found: boolean;
}

/** @param invert what is not found counts as found, and the other way round */
export function split({ text, words }: Words, find: Finder, behavior: SplitBehavior, invert = false): Words {
  const cut: Span[] = [];
  for (const { start, end } of words) {
    const stretches = stretchesOf(text.text.slice(start, end), find, invert);
    for (const part of arranged(stretches, behavior)) {
      if (part.end > part.start) cut.push({ start: start + part.start, end: start + part.end });
    }
  }
  return { text, words: cut };
}

/** Finds single characters. */
export function each(is: (character: string) => boolean): Finder {
  return function* (text) {
    let index = 0;
    for (const character of text) {
      if (is(character)) yield [index, index + character.length];
      index += character.length;
    }
  };
}

function stretchesOf(text: string, find: Finder, invert: boolean): Stretch[] {
  const stretches: Stretch[] = [];
  let last = 0;
  for (const [start, end] of find(text)) {
    if (start > last) stretches.push({ start: last, end: start, found: invert });
    stretches.push({ start, end, found: !invert });
    last = end;
  }
  if (last < text.length) stretches.push({ start: last, end: text.length, found: invert });
  return stretches;
}

function arranged(stretches: readonly Stretch[], behavior: SplitBehavior): readonly Span[] {
  switch (behavior) {
    case 'Removed':
      return stretches.filter(({ found }) => !found);
    case 'Isolated':
      return stretches;
    case 'Contiguous':
      return merged(stretches, (stretch, before) => stretch.found === before.found);
    case 'MergedWithPrevious':
      return merged(stretches, (stretch, before) => stretch.found && !before.found);
    case 'MergedWithNext':
      return merged(stretches, (stretch, before) => before.found && !stretch.found);
  }
}

/** Joins each stretch to the one before it, if `joins` says so. */
function merged(stretches: readonly Stretch[], joins: (stretch: Stretch, before: Stretch) => boolean): Span[] {
  const parts: Span[] = [];
  let before: Stretch | undefined;
  for (const stretch of stretches) {
    const last = before !== undefined && joins(stretch, before) ? parts.pop() : undefined;
    parts.push({ start: last?.start ?? stretch.start, end: stretch.end });
    before = stretch;
  }
  return parts;
}
