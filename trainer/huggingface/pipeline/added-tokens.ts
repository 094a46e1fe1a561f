/** Tokens that are found in a text as they are, before it is cut into words. */
import type { Span } from '../../../protocol/trace.ts';
import { Trie } from './trie.ts';
import { whitespace } from './unicode.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Steers the model, and is no text: what a user writes is never taken for one, unless asked. */
  readonly special: boolean;
  /** Looked for after the text was normalised, in its own normalised form. */
  readonly normalized: boolean;
  /** Only where it is no part of a longer word. */
  readonly singleWord: boolean;
  /** Takes the white space before it, after it. */
  readonly leftStrip: boolean;
  readonly rightStrip: boolean;
}

export interface FoundToken extends Span {
  readonly token: AddedToken;
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

/** Finds them, the leftmost first, of those the longest. */
export class TokenFinder {
  readonly #trie = new Trie();
  readonly #tokens: AddedToken[] = [];

  /** @param tokens by how they are written */
  constructor(tokens: Iterable<readonly [content: string, token: AddedToken]>) {
    for (const [content, token] of tokens) {
      this.#trie.add(content, this.#tokens.length);
      this.#tokens.push(token);
    }
  }

  /** @param admit whether a token counts where it stands; one that doesn't hides what lies within it */
  find(text: string, admit: (token: AddedToken, span: Span) => boolean): FoundToken[] {
    const found: FoundToken[] = [];
    if (this.#tokens.length === 0) return found;
    let last = 0;
    for (let index = 0; index < text.length; ) {
      const match = this.#trie.longestAt(text, index);
      const token = match === undefined ? undefined : this.#tokens[match.value];
      if (match === undefined || token === undefined) {
        index++;
        continue;
      }
      const span = { start: index, end: match.end };
      index = match.end;
      if (!admit(token, span) || (token.singleWord && withinWord(text, span)) || span.start < last) continue;
      if (token.leftStrip) while (span.start > last && whitespace.test(text.charAt(span.start - 1))) span.start--;
      if (token.rightStrip) while (span.end < text.length && whitespace.test(text.charAt(span.end))) span.end++;
      found.push({ ...span, token });
      last = span.end;
    }
    return found;
  }
}

function withinWord(text: string, { start, end }: Span): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? '';
  const after = [...text.slice(end, end + 2)].at(0) ?? '';
  return wordCharacter.test(before) || wordCharacter.test(after);
}
