import { describe, expect, it } from 'vitest';
import { bulletLength, proseOf, proseSpan } from './prose.ts';

/** Blank runs as one space, what is nothing as nothing: what a reader reads. */
const read = (text: string, languageId?: string): string =>
  proseOf(text, languageId).replaceAll('\u2060', '').replace(/[ \t]+/g, ' ').trim();

describe('proseOf', () => {
  it.each([
    ['typescript', '// Reads the file.\n// Throws when it is not there.', 'Reads the file.\nThrows when it is not there.'],
    ['typescript', '/**\n * A long line that was wrapped by hand at some column\n * goes on here.\n */', 'A long line that was wrapped by hand at some column goes on here.'],
    ['c', '/* One. */', 'One.'],
    ['c', '\t * mid of a block', 'mid of a block'],
    ['rust', '/// Doc.\n//! Inner.', 'Doc.\nInner.'],
    ['python', '# It was a dark\n# and stormy night.', 'It was a dark and stormy night.'],
    ['python', '"""Says hello.', 'Says hello.'],
    ['sql', '-- Drops all.', 'Drops all.'],
    ['lua', '--- Doc', 'Doc'],
    ['clojure', ';; Why not', 'Why not'],
    ['latex', '% Why not', 'Why not'],
    ['html', '<!-- Hidden. -->', 'Hidden.'],
    ['markdown', '> > Quoted\n> > words', 'Quoted words'],
    ['markdown', '## A heading\nand text', 'A heading\nand text'],
    ['markdown', 'This is **very** _good_, 2 * 3 * 4.', 'This is very good, 2 * 3 * 4.'],
    ['markdown', '`__init__` and **`code`** here', '`__init__` and `code` here'],
    ['plaintext', '* one\n* two', '* one\n* two'],
    ['plaintext', '#1 of all', '#1 of all'],
    ['', '-- he said', 'he said'],
  ])('%s: %j reads %j', (languageId, text, expected) => {
    expect(read(text, languageId).replace(/ ?\n ?/g, '\n').trim()).toBe(expected);
  });

  it('keeps short lines, list items, tags and finished lines apart', () => {
    expect(read('Hello\nWorld')).toBe('Hello\nWorld');
    expect(read('Say hello.\nsay more')).toBe('Say hello.\nsay more');
    expect(read('- buy milk\n- buy bread')).toBe('- buy milk\n- buy bread');
    expect(read(' * Adds two numbers\n * @param a the first', 'java').replace('\n ', '\n')).toBe('Adds two numbers\n@param a the first');
  });

  it('keeps a comment and the code after it apart', () => {
    expect(read('/** A comment as long as the line that comes after it. */\nexport const a = 1;', 'typescript'))
      .toBe('A comment as long as the line that comes after it. \nexport const a = 1;');
    expect(read('# a comment without an end\nand = code', 'python')).toBe('a comment without an end\nand = code');
  });

  it('joins lines that were wrapped at the width of their block, whatever their line end', () => {
    const text = 'When in the course of human events, it becomes\r\nnecessary for one people to dissolve the bands.\r\nThey should declare the causes.\r\n\r\nNext.';
    expect(read(text)).toBe(
      'When in the course of human events, it becomes necessary for one people to dissolve the bands. ' +
      'They should declare the causes.\r\n\r\nNext.');
  });

  it('looks through fenced code', () => {
    expect(read('Before.\n```ts\nconst a = 1;\n```\nAfter.', 'markdown').replace(/\s+/g, ' ')).toBe('Before. After.');
  });

  it('keeps every word at its offset', () => {
    const text = '  // a **b**\r\n\t// c\n```\nx\n```\n# d */\r-- e';
    const prose = proseOf(text);
    expect(prose).toHaveLength(text.length);
    for (const word of ['a', 'c', 'd', 'e']) expect(prose.indexOf(word)).toBe(text.indexOf(word));
  });
});

describe('proseSpan', () => {
  it.each([
    ['c', '  // One.\n  // Two.\n', 'One.\n  // Two.'],
    ['java', '/** One. */', 'One.'],
    ['markdown', '\n- **One**\n', '- **One**'],
    ['plaintext', ' \n', ''],
  ])('%s: %j', (languageId, text, expected) => {
    const { start, end } = proseSpan(text, languageId);
    expect(text.slice(start, end)).toBe(expected);
  });
});

describe('bulletLength', () => {
  it.each([
    ['- a', 2], ['  12. a', 6], ['(b) a', 4], ['- [x] a', 6], ['@param {number} a', 16], ['— a', 2],
    ['-a', 0], ['2024 was', 0], ['A. Smith', 0], ['1.5 is', 0], ['', 0],
  ])('%j: %i', (line, length) => {
    expect(bulletLength(line)).toBe(length);
  });
});
