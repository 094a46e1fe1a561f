/** The scripts (Unicode property values) that a kind of writing, by its ISO 15924 code, is made of. */
const scriptsOf: Readonly<Record<string, readonly string[]>> = {
  Latn: ['Latin'], Cyrl: ['Cyrillic'], Grek: ['Greek'], Arab: ['Arabic'], Hebr: ['Hebrew'], Deva: ['Devanagari'],
  Thai: ['Thai'], Hans: ['Han'], Hant: ['Han'], Jpan: ['Han', 'Hiragana', 'Katakana'], Kore: ['Hangul', 'Han'],
  Armn: ['Armenian'], Geor: ['Georgian'], Beng: ['Bengali'], Taml: ['Tamil'], Telu: ['Telugu'], Ethi: ['Ethiopic'],
};

const letter = /\p{L}/gu;

/**
 * What is wrong when a text is mostly written in letters that a model of `language` cannot have seen; `undefined` when
 * nothing is, when the text has no letters, or when it is not known how the language is written.
 * @param language BCP 47 tag of the language that the model reads
 */
export function scriptProblem(text: string, language: string): string | undefined {
  const expected = writingOf(language);
  if (expected === undefined) return undefined;
  const letters = text.match(letter) ?? [];
  const known = count(letters, expected);
  if (letters.length === 0 || known * 2 >= letters.length) return undefined;
  const [found] = Object.values(scriptsOf)
    .map(scripts => ({ scripts, letters: count(letters, scripts) }))
    .toSorted((one, other) => other.letters - one.letters);
  const name = found === undefined || found.letters === 0 ? 'other' : found.scripts.join(' or ');
  const readable = new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
  return `The text is mostly in ${name} letters, but the model reads ${readable}, which is written in ${expected.join(' or ')} letters.`;
}

/** The scripts a language is usually written in; `undefined` where that is not known. */
export function writingOf(language: string): readonly string[] | undefined {
  try {
    return scriptsOf[new Intl.Locale(language).maximize().script ?? ''];
  } catch {
    return undefined;
  }
}

function count(letters: readonly string[], scripts: readonly string[]): number {
  const written = new RegExp(`^[${scripts.map(script => `\\p{Script=${script}}`).join('')}]$`, 'u');
  return letters.reduce((sum, one) => sum + (written.test(one) ? 1 : 0), 0);
}
