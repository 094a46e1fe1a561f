/** Which tokens of a text are no text. */
import type { Token } from './trace.ts';

/** Whether a token spells nothing and goes by its name, as vocabularies have it: `</s>`, `<|endoftext|>`, `⟨slot⟩`, `[SEP]`, `[unused1]`. */
export function isSpecialToken(token: string): boolean {
  return /^(<[^<>\s]+>|⟨[^⟨⟩\s]+⟩|\[[A-Za-z_]+\d*\])$/u.test(token);
}

/**
 * Whether a token stands for no text where it is. One of a space alone has no width either, as spans are without the spaces at
 * their ends, but is text; so is the mark that some vocabularies call a space by.
 */
export function isSpecial({ text, start, end }: Token): boolean {
  return start === end && (text === '' || /[^\s▁Ġ]/u.test(text));
}
