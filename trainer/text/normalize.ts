import { rewrite, traced, type TracedText } from './traced.ts';

/** Characters that look like nothing: soft hyphen, zero-width space and no-break, word joiner, bidi controls. */
const invisible = '\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF';

/** The typewriter's character for each of its typographic cousins. */
const plain: ReadonlyMap<string, string> = new Map([
  ...Array.from('\u2018\u2019\u201B\u02BC\u2032', mark => [mark, "'"] as const),
  ...Array.from('\u201C\u201D\u201E\u201F\u2033', mark => [mark, '"'] as const),
  ...Array.from('\u2010\u2011', mark => [mark, '-'] as const),
  ['\u2026', '...'],
]);

/** Applied in this order. Composition is last: what stood between a letter and its accent is gone by then. */
const rules: readonly (readonly [RegExp, (found: string) => string])[] = [
  [new RegExp(`[${invisible}]+`, 'gu'), () => ''],
  [/\s+/gu, () => ' '],
  [new RegExp(`[${[...plain.keys()].join('')}]`, 'gu'), found => plain.get(found) ?? found],
  // A base with its marks, a run of Hangul, or one character that may be another's double: nothing composes beyond.
  [/\P{M}?\p{M}+|[\u1100-\u11FF\uA960-\uD7FB]+|[^\0-\u02FF]/gu, found => found.normalize('NFC')],
];

/**
 * What training and inference both do to a text before it is tokenized, so that the model meets each word in one
 * spelling only: NFC; typographic apostrophes, quotes, hyphens and ellipses become the typewriter's; every run of white
 * space (no-break, thin, tabs, line ends) becomes one space; invisible characters go; no space at either end.
 * Idempotent, and never throws, lone surrogates included.
 */
export function normalizeForModel(text: string): string {
  return rules.reduce((normal, [pattern, replace]) => normal.replace(pattern, replace), text).trim();
}

/** As `normalizeForModel`, with the origin of every character; white space at the ends is kept, as one space. */
export function normalizeTraced(source: TracedText | string): TracedText {
  const start = typeof source === 'string' ? traced(source) : source;
  return rules.reduce((normal, [pattern, replace]) => rewrite(normal, pattern, replace), start);
}
