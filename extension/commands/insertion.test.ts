import { describe, expect, it } from 'vitest';
import { insertionFor } from './insertion.ts';

const after = (kind: 'reply' | 'continuation', source: string, written: string, eol = '\n'): string => {
  const { at, text } = insertionFor(kind, source, written, eol);
  return source.slice(0, at) + text + source.slice(at);
};

describe('what is inserted', () => {
  it('a continuation goes on behind the last word, and before the line end that was selected with it', () => {
    expect(after('continuation', 'The sun', ' is low.')).toBe('The sun is low.');
    expect(after('continuation', 'The su', 'n is low.')).toBe('The sun is low.');
    expect(after('continuation', 'The sun ', 'is low.')).toBe('The sun is low. ');
    expect(after('continuation', 'The sun\n', ' is low.\n')).toBe('The sun is low.\n');
    expect(after('continuation', 'One', ' two\nthree', '\r\n')).toBe('One two\r\nthree');
  });

  it('a reply begins a line of its own, indented as the last', () => {
    expect(after('reply', 'How are you?', ' Fine.')).toBe('How are you?\nFine.');
    expect(after('reply', 'Hi.\n  How are you?\n', 'Fine.\nAnd you?')).toBe('Hi.\n  How are you?\n  Fine.\n  And you?\n');
    expect(after('reply', 'Hi.', 'Hello.', '\r\n')).toBe('Hi.\r\nHello.');
  });
});
