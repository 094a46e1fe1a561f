import { describe, expect, it } from 'vitest';
import type { Writing } from '../../protocol/outcome.ts';
import { traceOf } from '../annotations/trace.fixture.ts';
import { insertionPoint, insertionText } from './insertion.ts';
import { writtenText } from './written-text.ts';

/** A document after what was written from `source`, which stands in it, was inserted. */
function inserted(kind: Writing, document: string, source: string, written: string, languageId = 'plaintext', eol = '\n'): string {
  const start = document.indexOf(source);
  const at = insertionPoint(source, languageId);
  const begin = document.lastIndexOf('\n', start + at - 1) + 1;
  const line = document.slice(begin).split(/\r?\n/)[0] ?? '';
  const text = insertionText(kind, source, at, written, { line, from: Math.max(0, start - begin), languageId, eol });
  return document.slice(0, start + at) + text + document.slice(start + at);
}

const after = (kind: Writing, source: string, written: string, eol = '\n'): string => inserted(kind, source, source, written, 'plaintext', eol);

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

  it('is indented as the line that the caret was in, whose text alone was asked about', () => {
    expect(inserted('reply', 'Hi.\n  How are you?\n', 'How are you?', 'Fine.\n\nAnd you?')).toBe('Hi.\n  How are you?\n  Fine.\n\n  And you?\n');
    expect(inserted('continuation', '\tThe sun', 'The sun', ' is low.\nIt sets.')).toBe('\tThe sun is low.\n\tIt sets.');
  });
});

describe('what is inserted into code', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['typescript', '  // How are you?\n  run();', '  // How are you?\n  // Fine.\n  // And you?\n  run();'],
    ['typescript', '/**\n * How are you?\n */', '/**\n * How are you?\n * Fine.\n * And you?\n */'],
    ['typescript', '  /** How are you? */', '  /** How are you?\n   * Fine.\n   * And you? */'],
    ['typescript', 'run(); // How are you?', 'run(); // How are you?\n// Fine.\n// And you?'],
    ['python', '  # How are you?\n  run()', '  # How are you?\n  # Fine.\n  # And you?\n  run()'],
    ['python', '  """How are you?"""', '  """How are you?\n  Fine.\n  And you?"""'],
    ['html', '<!-- How are you? -->', '<!-- How are you?\n     Fine.\n     And you? -->'],
    ['markdown', '# How are you?', '# How are you?\nFine.\nAnd you?'],
  ];

  it.each(cases)('is a comment where it replies to one (%s: %j)', (languageId, document, result) => {
    expect(inserted('reply', document, 'How are you?', 'Fine.\nAnd you?', languageId)).toBe(result);
  });

  it('stays within a comment that was selected whole', () => {
    expect(inserted('reply', '/* How are you? */\nrun();', '/* How are you? */\n', 'Fine.', 'c')).toBe('/* How are you?\n * Fine. */\nrun();');
    expect(inserted('reply', '/**\n * Hi.\n */\nrun();', '/**\n * Hi.\n */', 'Hello.', 'c')).toBe('/**\n * Hi.\n * Hello.\n */\nrun();');
  });

  it('a continuation of a comment goes on as one', () => {
    expect(inserted('continuation', '  // The sun', 'The sun', ' is low.\nIt sets.', 'java')).toBe('  // The sun is low.\n  // It sets.');
  });
});

describe('what is empty', () => {
  it('is told of, and not put anywhere', () => {
    expect(() => writtenText({ kind: 'reply', trace: traceOf('Hi.', ' \n', []) })).toThrow('The reply is empty.');
    expect(writtenText({ kind: 'reply', trace: traceOf('Hi.', 'Hello.', []) })).toBe('Hello.');
  });
});
