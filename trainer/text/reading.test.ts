import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeSentence } from './encode.ts';
import { randomSource } from './fixtures/random.ts';
import { normalizeForModel } from './normalize.ts';
import { readText, type SentenceReading } from './reading.ts';
import { decodeWithSlots, encodePieces } from './slots.ts';
import { TextTokenizer } from './tokenizer.ts';

/** `separator before[text|{slot}]after`, one a sentence. */
function read(text: string, languageId?: string): string[] {
  return readText(text, { language: 'en', languageId }).sentences.map(show);
}

function show({ separator, before, pieces, after }: SentenceReading): string {
  const inner = pieces.map(piece => (piece.kind === 'text' ? piece.text : `{${piece.text}}`)).join('|');
  return `${separator}${before}[${inner}]${after}`;
}

describe('readText', () => {
  it.each<[string, string, string, string[]]>([
    ['sentences', 'plaintext', 'Hi. How are you?', ['[Hi.]', ' [How are you?]']],
    ['comments', 'typescript', '// It was a dark\n// and stormy night. Rain\n// fell.', ['[It was a dark and stormy night.]', ' [Rain fell.]']],
    ['a block comment', 'java', '/**\n * Adds numbers.\n *\n * @param a the first\n */', ['[Adds numbers.]', '\n *\n * @param [a the first]']],
    ['quoted mail', 'plaintext', '> How are\n> you?\n\nFine.', ['[How are you?]', '\n\n[Fine.]']],
    ['Windows line ends', 'plaintext', 'Hello.\r\n\r\nBye.', ['[Hello.]', '\r\n\r\n[Bye.]']],
    ['tabs', 'plaintext', '\tHello\tthere.', ['[Hello there.]']],
    ['a list', 'markdown', '- one\n- [x] two\n\n1. three', ['- [one]', '\n- [x] [two]', '\n\n1. [three]']],
    ['fenced code', 'markdown', 'Run this:\n```sh\nrm -rf /\n```\nDone.', ['[Run this:]', '\n```sh\nrm -rf /\n```\n[Done.]']],
    ['numbers', 'plaintext', 'In 2024 it cost $3.50 or 12%, not 7.', ['[In |{2024}| it cost |{$3.50}| or |{12%}|, not 7.]']],
    ['ordinals', 'plaintext', 'The 2nd in the 1990s.', ['[The 2nd in the 1990s.]']],
    ['addresses', 'plaintext', 'See https://a.bc/d?e=f, or ask me@x.org.', ['[See |{https://a.bc/d?e=f}|, or ask |{me@x.org}|.]']],
    ['code', 'plaintext', 'Call `a. B()` or foo() with snake_case, camelCase.', ['[Call |{`a. B()`}| or |{foo()}| with |{snake_case}|, |{camelCase}|.]']],
    ['links', 'markdown', 'See [the docs](a/b.md) or [what is said in other words](c.md).', ['[See |{[the docs](a/b.md)}| or [what is said in other words|{](c.md)}|.]']],
    ['paths', 'plaintext', 'Open src/main.ts, C:\\a\\b.txt and ~/x/y, either/or.', ['[Open |{src/main.ts}|, |{C:\\a\\b.txt}| and |{~/x/y}|, either/or.]']],
    ['tags', 'html', 'A <b>bold</b> word &amp; more.', ['[A |{<b>}|bold|{</b>}| word |{&amp;}| more.]']],
    ['emoji around', 'plaintext', '🎉 Hello 👋🏽 you! 👨‍👩‍👧', ['🎉 [Hello |{👋🏽}| you!] 👨‍👩‍👧']],
    ['another script', 'plaintext', 'The word שלום עולם is kind.', ['[The word |{שלום עולם}| is kind.]']],
    ['typography', 'plaintext', '“It’s late” — he said…', ['["It\'s late", he said...]']],
    ['nothing to translate', 'plaintext', '12:30\n😀!\n...', ['12:30[]', '\n😀![]', '\n...[]']],
    ['no text', 'plaintext', ' \n\t ', []],
    ['half a pair', 'plaintext', 'a \uD83C b', ['[a |{\uD83C}| b]']],
  ])('%s', (_name, languageId, text, expected) => {
    expect(read(text, languageId)).toEqual(expected);
  });

  it('reads the letters that its language is written in, and no others', () => {
    const pieces = (text: string, language: string): string[] => readText(text, { language }).sentences.map(show);
    expect(pieces('Привет, как дела? NASA здесь.', 'ru')).toEqual(['[Привет, как дела?]', ' [{NASA}| здесь.]']);
    expect(pieces('Привет, как дела?', 'en')).toEqual(['Привет, как дела?[]']);
    expect(pieces('猫がいる。', 'ja')).toEqual(['[猫がいる。]']);
    // Of a language whose writing is not known, everything is read.
    expect(pieces('abc где 猫.', 'tlh')).toEqual(['[abc где 猫.]']);
  });

  it('takes neighbours as one where there are too many, and cuts where that is not enough', () => {
    expect(read('Add 10, 20, 30, 40, 50 and 60.')).toEqual(['[Add |{10, 20, 30, 40, 50}| and |{60}|.]']);
    expect(read('Add 10 to 20, then 30 to 40, then 50 to 60.')).toEqual([
      '[Add |{10}| to |{20}|, then |{30}| to |{40}|,]', ' [then |{50}| to |{60}|.]',
    ]);
  });

  it('cuts long sentences at a comma, else between words', () => {
    const clause = `${'word '.repeat(24)}word,`;
    const lengths = (text: string): number[] =>
      readText(text, { language: 'en' }).sentences.map(({ pieces }) => pieces.map(piece => piece.text).join('').split(' ').length);
    expect(lengths(`${clause} ${clause} ${clause} ${clause}`)).toEqual([50, 50]);
    expect(lengths('word '.repeat(130))).toEqual([60, 60, 10]);
  });

  it('knows where every character stands in the given text', () => {
    const text = '// Un\u00ADder the e\u0301te\u0301 sky,\n// it was 25 °C… 🎉';
    const [sentence] = readText(text, { language: 'en', languageId: 'c' }).sentences;
    const origins = (sentence?.pieces ?? []).map(piece =>
      piece.kind === 'slot' ? text.slice(piece.span.start, piece.span.end)
        : Array.from(piece.text, (_, at) => text.slice(piece.starts[at], piece.ends[at])).join('|'));
    expect(origins).toEqual([
      'U|n|d|e|r| |t|h|e| |e\u0301|t|e\u0301| |s|k|y|,|\n   |i|t| |w|a|s| '.replace('\n   ', '\n// '), '25', ' |°|C|…|…|…',
    ]);
  });

  it('takes any text: in order, within bounds, no letter lost', () => {
    const random = randomSource(11);
    for (let round = 0; round < 400; round++) {
      const text = random.text(40);
      const languageId = random.of(['plaintext', 'markdown', 'typescript', 'python', 'html']);
      let end = 0;
      for (const sentence of readText(text, { language: 'en', languageId }).sentences) {
        expect(sentence.span.start, JSON.stringify(text)).toBeGreaterThanOrEqual(end);
        expect(sentence.span.end).toBeGreaterThan(sentence.span.start);
        end = sentence.span.end;
        let at = sentence.span.start;
        for (const piece of sentence.pieces) {
          const [first = -1, last = -1] =
            piece.kind === 'slot' ? [piece.span.start, piece.span.end] : [piece.starts[0], piece.ends.at(-1)];
          expect(first).toBeGreaterThanOrEqual(at);
          expect(last).toBeGreaterThan(first);
          at = last;
        }
        expect(at).toBeLessThanOrEqual(end);
        const letters = (given: string): string => normalizeForModel(given).replace(/[^\p{L}]/gu, '');
        const all = sentence.before + sentence.pieces.map(piece => piece.text).join('') + sentence.after;
        expect(letters(all), JSON.stringify(text)).toBe(letters(text.slice(sentence.span.start, sentence.span.end)));
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });

  it.each(['a', '`', '/', '.', '-', '*', '_', 'a.', 'a/', '<', '@a', '1', '1,', '🎉', 'א', '\u0301', '\n', '# ', '[x] ', '"', "'s "])(
    'is quick with 20,000 characters of %j', part => {
      const started = process.cpuUsage();
      readText(part.repeat(20_000 / part.length), { language: 'en', languageId: 'markdown' });
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
    });
});

describe('encodeSentence', () => {
  const tokenizer = TextTokenizer.parse(
    JSON.parse(readFileSync(new URL('fixtures/tokenizer.json', import.meta.url), 'utf8')), 'tokenizer.json');
  const special = { end: tokenizer.idOf('</s>'), slots: [1, 2, 3, 4].map(slot => tokenizer.idOf(`<slot${slot}>`)) };

  it('gives tokens their places in the given text', () => {
    const text = ' // It’s   cafe\u0301\n // time at 10:30.';
    const [sentence] = readText(text, { language: 'en', languageId: 'c' }).sentences;
    if (sentence === undefined) throw new Error('a sentence was expected');
    const { ids, tokens, slots } = encodeSentence(sentence, tokenizer, special);
    expect(ids.at(-1)).toBe(special.end);
    expect(slots).toEqual(['10:30']);
    expect(tokens.at(-1)).toEqual({ text: '</s>', start: text.length, end: text.length });
    const words = text.match(/[^\s/]+/g)?.join('');
    let covered = 0;
    expect(tokens.map(({ start, end }) => {
      const part = text.slice(Math.max(start, covered), end);
      covered = end;
      return part;
    }).join('')).toBe(words);
  });

  it('encodes as training does, and decodes to what was read', () => {
    const random = randomSource(12);
    for (let round = 0; round < 300; round++) {
      const text = random.text(20);
      let last = 0;
      for (const sentence of readText(text, { language: 'en' }).sentences) {
        const { ids, tokens, slots } = encodeSentence(sentence, tokenizer, special);
        expect(ids).toEqual([...encodePieces(sentence.pieces, tokenizer, special.slots), special.end]);
        expect(tokens.map(({ text: spelled, piece = spelled }) => piece)).toEqual(ids.map(id => tokenizer.tokenOf(id)));
        for (const { start, end } of tokens) {
          expect(start, JSON.stringify(text)).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThanOrEqual(start);
          last = start;
        }
        if (slots.length > 4) continue;
        const decoded = decodeWithSlots(ids, tokenizer, special.slots, slots).text;
        const given = sentence.pieces.map(piece => (piece.kind === 'slot' ? piece.text : piece.text.replace(/\p{Cs}/gu, '\uFFFD'))).join('');
        expect(decoded.replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
      }
    }
  });
});
