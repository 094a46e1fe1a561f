import type { Span } from '../../protocol/trace.ts';

/** Code between backticks; a Markdown link of few words, of more only the address behind them. */
const code = [
  /(?<!`)`[^`]{1,300}`(?!`)/u,
  /(?<!`)``(?!`)(?:[^`]|`(?!`)){1,300}``(?!`)/u,
  /!?\[[^\s[\]]{1,60}(?: [^\s[\]]{1,60}){0,2}\]\([^()\s]{1,300}\)/u,
  /\]\([^()\s]{1,300}\)/u,
];

/** HTML and XML tags and entities; tags of documentation comments. */
const markup = [/<\/?[A-Za-z][^<>]{0,200}>/u, /&(?:#\d{1,7}|#x[\da-fA-F]{1,6}|[A-Za-z]\w{1,20});/u, /\{?@[A-Za-z]\w{0,40}\}?/u];

/** URLs and e-mail addresses, without the punctuation of the sentence around them. */
const addresses = [
  /(?<![\w.+-])(?:[a-z][a-z\d+-]{1,20}:\/\/|www\.)[^\s<>"`]{0,500}[^\s<>"`.,;:!?'’)\]}»]/u,
  /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/u,
];

/** Paths with a leading slash, tilde, dot or drive, or with a file's ending; names of files. */
const paths = [
  /(?<![\w/.-])(?:~|\.{1,2})?(?:\/[\w.@-]{0,80}[\w@-]){1,30}\/?/u,
  /(?<!\w)[A-Za-z]:\\(?:[^\s"<>|]{0,300}\w)?/u,
  /(?<![\w/.@-])[\w@-]{1,80}(?:\/[\w.@-]{0,80}[\w-]){1,30}\.\w{1,8}(?!\w)/u,
  /(?<![\w.-])[\w-]{1,80}(?:\.[\w-]{1,40}){0,4}\.(?:[cm]?[jt]sx?|jsonc?|md|txt|py|rs|go|java|kt|rb|php|cs|cpp|cc|[ch]|hpp|sh|ya?ml|toml|ini|xml|html?|css|svg|png|jpe?g|gif|pdf|zip|gz|csv|tsv|sql|onnx|exe|dll|so)(?![\w-])/u,
];

/** Names in programs: a call, snake_case, camelCase, letters and digits mixed (but no ordinals: 2nd, 1990s). */
const identifiers = [
  /(?<![\w.$])[A-Za-z_$][\w$.]{0,80}\(\)/u,
  /(?<!\w)(?=[A-Za-z\d]{0,80}_)\w{0,80}[A-Za-z]\w{0,80}(?!\w)/u,
  /(?<![\p{L}\p{N}])(?:[a-z]{1,40}|[A-Z][a-z]{1,40})[A-Z][A-Za-z\d]{0,80}(?![\p{L}\p{N}])/u,
  /(?<![\p{L}\p{N}])(?!\d+(?:st|nd|rd|th|s)(?![\p{L}\p{N}]))(?=\p{L}{0,40}\d)(?=\d{0,40}\p{L})[\p{L}\d]{2,80}(?:[.-]\d[\p{L}\d]{0,20}){0,6}(?![\p{L}\p{N}])/u,
];

/** Numbers of two digits or more, with the marks inside them: dates, times, ranges, amounts. */
const numbers = [/(?<![\p{L}\p{N}])[$€£¥]?(?=\d[.,:/\u2013-]?\d)\d+(?:[.,:/\u2013-]\d+)*(?:%|(?![\p{L}\p{N}]))/u];

/** Emoji, with their joiners, skin tones, flags and keycaps. */
const emoji = /(?:\p{Regional_Indicator}{2}|[\d#*]\uFE0F?\u20E3|\p{Extended_Pictographic}[\uFE0F\p{EMod}]?(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{EMod}]?)*)/u;

/**
 * What the model does not read: letters of other scripts than its own, halves of pairs, private characters. Where it is
 * not known what it reads, no letter is held to be foreign.
 */
function foreignTo(scripts: readonly string[] | undefined): string {
  const own = scripts?.map(script => String.raw`\p{Script=${script}}`).join('') ?? String.raw`\p{L}`;
  return String.raw`(?:(?![${own}])[\p{L}\p{Cs}\p{Co}][\p{M}\u200C\u200D]*)+`;
}

/** Words that no one reads: hashes, keys, base64. */
const monsters = /(?<!\S)\S{61,}/u;

const patterns = new Map<string, RegExp>();

function patternFor(scripts: readonly string[] | undefined): RegExp {
  const key = scripts?.join(' ') ?? '';
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const foreign = foreignTo(scripts);
  const pattern = new RegExp(
    [...code, ...markup, ...addresses, ...paths, ...identifiers, ...numbers, emoji, monsters]
      .map(({ source }) => `(?:${source})`)
      .concat(`${foreign}(?: ${foreign})*`)
      .join('|'),
    'gu',
  );
  patterns.set(key, pattern);
  return pattern;
}

/**
 * What in a text passes through a translation untouched: numbers of two digits or more, URLs, e-mail addresses, paths,
 * code, names in programs, tags, emoji, and words in scripts that the model does not read. In order, apart.
 * @param scripts what the model reads (`writingOf`)
 */
export function untouchedIn(text: string, scripts: readonly string[] | undefined): Span[] {
  return Array.from(text.matchAll(patternFor(scripts)), ({ 0: found, index }) => ({ start: index, end: index + found.length }));
}

/** Marks of text layout: they stand for themselves only when a space parts them from the words. */
const layout = '[•·*#|~=+>-]+';
const leading = new RegExp(String.raw`^(?:${emoji.source}|[\p{So}\p{C}\u200D\uFE0F\s]|${layout}(?=\s))+`, 'u');
const trailing = new RegExp(String.raw`(?:${emoji.source}|[\p{So}\p{C}\u200D\uFE0F\s]|(?<=\s)${layout})+$`, 'u');

/** The longest run of symbols around a sentence that is looked for, in UTF-16 units. */
const longestRun = 200;

/** The emoji and symbols around the words of a sentence: how long they are before and after. */
export function symbolsAround(sentence: string): { before: number; after: number } {
  const before = leading.exec(sentence.slice(0, longestRun))?.[0].length ?? 0;
  const rest = sentence.slice(before);
  return { before, after: trailing.exec(rest.slice(-longestRun))?.[0].length ?? 0 };
}
