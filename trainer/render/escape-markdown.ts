import { printableWord } from './printable.ts';

/**
 * Text as it stands on one line of Markdown, in a table's cell too: whatever GitHub's dialect would read as markup gets a
 * backslash, also what would make a heading, a list or a rule of a line's beginning.
 */
export function escapeMarkdown(text: string): string {
  return printableWord(text)
    .trim()
    .replace(/[\\`*_~[\]<>|&$]/gu, '\\$&')
    .replace(/^[#+=-]/u, '\\$&')
    .replace(/^(\d+)(?=[.)](?:\s|$))/u, '$1\\');
}
