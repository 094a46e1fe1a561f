import { describe, expect, it } from 'vitest';
import { proseOf } from './prose.ts';
import { paragraphAt, sentenceAt, sentencesOf } from './sentence.ts';

const split = (text: string): string[] => {
  const prose = proseOf(text);
  return sentencesOf(prose).map(({ start, end }) => prose.slice(start, end));
};

describe('sentencesOf', () => {
  it.each([
    ['Hi. How are you? Fine!', ['Hi.', 'How are you?', 'Fine!']],
    ['Mr. Smith met Dr. Who.', ['Mr. Smith met Dr. Who.']],
    ['Fruit, e.g. Apples. More.', ['Fruit, e.g. Apples.', 'More.']],
    ['No. 5 is here. No. I won\'t.', ['No. 5 is here.', 'No.', "I won't."]],
    ['The U.S. Army and J. Smith left. It is I. Go.', ['The U.S. Army and J. Smith left.', 'It is I.', 'Go.']],
    ['"Go!" he said. “Stay.” She left.', ['"Go!" he said.', '“Stay.”', 'She left.']],
    ['It costs 3.5 dollars. See v1.2. Then.', ['It costs 3.5 dollars.', 'See v1.2.', 'Then.']],
    ['Wait... what? Yes!!! 😀', ['Wait... what?', 'Yes!!! 😀']],
    ['It ends. `code` begins, e.g. `this`. **Bold** too.', ['It ends.', '`code` begins, e.g. `this`.', 'Bold\u2060\u2060 too.']],
    ['Use `a. B` here. Done.', ['Use `a. B` here.', 'Done.']],
    ['See https://a.bc/d?e, or a!b. Done.', ['See https://a.bc/d?e, or a!b.', 'Done.']],
    ['日本語です。はい。', ['日本語です。', 'はい。']],
    ['1. First item. Then.\n2. Second', ['First item.', 'Then.', 'Second']],
    ['a\n\nb\r\nC', ['a', 'b', 'C']],
    ['  \n\t ', []],
    ['', []],
    ['\uD83C. \uDF89!', ['\uD83C. \uDF89!']],
  ])('%j', (text, expected) => {
    expect(split(text)).toEqual(expected);
  });
});

describe('sentenceAt', () => {
  const at = (marked: string, languageId?: string): string => {
    const caret = marked.indexOf('|');
    const text = marked.replace('|', '');
    const { start, end } = sentenceAt(text, caret, languageId);
    return text.slice(start, end);
  };

  it.each([
    ['One. Tw|o! Three?', 'Two!'],
    ['|One. Two!', 'One.'],
    ['One. Two!|', 'Two!'],
    ['One. |Two!', 'Two!'],
    ['One.| Two!', 'One.'],
    ['One.\n\n  |  Two!', 'Two!'],
    ['One.\n|\nTwo!', ''],
    ['- |item one\n- item two', 'item one'],
    ['|- item one', 'item one'],
    ['', ''],
    ['|', ''],
    ['a 🎉|🎉 b. c', 'a 🎉🎉 b. c'],
    ['שלום. עו|לם.', 'עולם.'],
  ])('%j', (marked, sentence) => {
    expect(at(marked)).toBe(sentence);
  });

  it('reaches over wrapped lines and leaves the comment markers at its ends out', () => {
    expect(at('  // It was a dark\n  // and st|ormy night. Rain\n  // fell.', 'cpp')).toBe('It was a dark\n  // and stormy night.');
    expect(at('/** It was a |dark night. */', 'java')).toBe('It was a dark night.');
  });

  it('is quick in a large file, and near its caret', () => {
    const text = 'A short sentence. '.repeat(3_000_000);
    const caret = 30_000_007;
    expect(text.charAt(caret)).toBe(' ');
    const started = process.cpuUsage();
    const { start, end } = sentenceAt(text, caret);
    // The processor's time, not the clock's: other programs may be at work.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(500);
    expect(text.slice(start, end)).toBe('A short sentence.');
    expect(start).toBeLessThanOrEqual(caret);
    expect(end).toBeGreaterThanOrEqual(caret);
  });

  it('takes any offset', () => {
    expect(sentenceAt('One.', -5)).toEqual({ start: 0, end: 4 });
    expect(sentenceAt('One.', 99)).toEqual({ start: 0, end: 4 });
    expect(sentenceAt('One.', 1.5)).toEqual({ start: 0, end: 4 });
  });
});

describe('paragraphAt', () => {
  const at = (text: string, caret: number, languageId?: string): string => {
    const { start, end } = paragraphAt(text, caret, languageId);
    return text.slice(start, end);
  };

  it('is all sentences around the caret, up to a line end that parts them', () => {
    const text = 'Above.\n\nOne. Two!\n- An item. Its end.\n';
    expect(at(text, 10)).toBe('One. Two!');
    expect(at(text, 25)).toBe('An item. Its end.');
    expect(at(text, 7)).toBe('');
  });

  it('goes on over lines that were only wrapped, comment markers looked through', () => {
    const text = '  // A long line that was wrapped by hand at some column\n  // goes on here. The end.\nlet x;';
    expect(at(text, 10, 'typescript')).toBe('A long line that was wrapped by hand at some column\n  // goes on here. The end.');
  });
});
