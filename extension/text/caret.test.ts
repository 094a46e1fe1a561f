import { describe, expect, it } from 'vitest';
import type { Kind } from '../../protocol/outcome.ts';
import { caretWindow, stretchAt } from './caret.ts';

/** What is found in a document, as the editor looks for it. */
function at(document: string, offset: number, kind: Kind): string | undefined {
  const window = caretWindow(offset, document.length);
  const span = stretchAt(document.slice(window.start, window.end), window, document.length, offset, kind, 'plaintext');
  return span && document.slice(span.start, span.end);
}

const sentence = 'It rains in the old town. ';

describe('what stands at a caret', () => {
  it('is a sentence to translate, a paragraph for all else, wherever in a large document', () => {
    const document = `${'Far away.\n\n'.repeat(3000)}It rains. It snows.\n\n${'Far away.\n\n'.repeat(3000)}`;
    const caret = document.indexOf('snows');
    expect([at(document, caret, 'translation'), at(document, caret, 'reply')]).toEqual(['It snows.', 'It rains. It snows.']);
  });

  it('is told of where it is longer than may be asked about, and not cut in the middle of a word', () => {
    const line = sentence.repeat(2000);
    for (const offset of [0, line.length / 2, line.length]) {
      expect(() => at(line, offset, 'reply')).toThrow('The text at the caret has over 10,000 characters; at most 10,000 can be replied to at a time.');
    }
    expect(at(line, line.length / 2, 'translation')).toBe(sentence.trim());
  });

  it('may be nothing', () => {
    expect(at('\n\n\n', 1, 'reply')).toBeUndefined();
  });
});
