import type { Writing } from '../../protocol/outcome.ts';

/**
 * What to insert after a text that was continued or replied to, and at which offset of it. A continuation goes on right
 * behind the last word; a reply begins a line of its own, indented as the last one.
 * @param eol the document's line end
 */
export function insertionFor(kind: Writing, source: string, written: string, eol: string): { readonly at: number; readonly text: string } {
  const at = source.trimEnd().length;
  if (kind === 'reply') {
    const lastLine = source.slice(0, at).split(/\r\n?|\n/).at(-1) ?? '';
    const indentation = /^[ \t]*/.exec(lastLine)?.[0] ?? '';
    return { at, text: `${eol}${indentation}${lines(written.trim(), eol + indentation)}` };
  }
  // Without a space of its own it ends a word that was begun, unless white space followed that word already.
  const space = at < source.length && !/^\s/u.test(written) ? ' ' : '';
  return { at, text: space + lines(written.trimEnd(), eol) };
}

function lines(text: string, eol: string): string {
  return text.replace(/\r\n?|\n/g, eol);
}
