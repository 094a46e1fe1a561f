/** SentencePiece's normalisation (normalizer.cc): rules by longest match, spaces as `▁`, one before the text, none twice. */
import type { TracedText } from '../../text/traced.ts';
import { CharsMap } from '../pipeline/chars-map.ts';
import { type Normalizer, nothing, TracedBuilder } from '../pipeline/stages.ts';
import { Trie } from '../pipeline/trie.ts';
import type { NormalizerSpec } from './model-file.ts';

export const spaceSign = '▁';

export interface SentencePieceNormalizing extends NormalizerSpec {
  /** Symbols that are left as they are. */
  readonly userDefined: readonly string[];
  /** Whether every stretch between special tokens gets a space before it, or only the beginning of a text, and what had one. */
  readonly prefixEach: boolean;
}

/** What stands at a place, normalised, and for how many units of the text it does. */
interface Step {
  readonly length: number;
  readonly text: string;
}

export function sentencePieceNormalizer(spec: SentencePieceNormalizing, file: string): Normalizer {
  const map = spec.charsMap.length === 0 ? undefined : new CharsMap(spec.charsMap, file);
  const symbols = new Trie();
  for (const symbol of spec.userDefined) symbols.add(symbol, 1);
  const space = spec.escapeWhitespaces ? spaceSign : ' ';
  const stepAt = (text: string, start: number): Step => {
    const symbol = symbols.longestAt(text, start);
    if (symbol !== undefined) return { length: symbol.end - start, text: text.slice(start, symbol.end) };
    const rule = map?.longestAt(text, start);
    if (rule !== undefined) return { length: rule.length, text: rule.replacement };
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    return { length: character.length, text: character };
  };

  return source => {
    const { text, starts, ends } = source;
    let index = 0;
    if (spec.removeExtraWhitespaces) {
      for (; index < text.length; ) {
        const step = stepAt(text, index);
        if (step.text !== ' ') break;
        index += step.length;
      }
    }
    if (index >= text.length) return nothing;
    const built = new TracedBuilder();
    const begins = starts[index] ?? 0;
    const prefixed = spec.addDummyPrefix && (spec.prefixEach || starts[0] === 0 || index > 0);
    if (prefixed && !spec.whitespaceIsSuffix) built.push(space, begins, begins);
    let wasSpace = spec.removeExtraWhitespaces;
    while (index < text.length) {
      const step = stepAt(text, index);
      const end = index + step.length;
      const [from, to] = [starts[index] ?? 0, ends[end - 1] ?? 0];
      let part = step.text;
      // Also spaces that a rule makes in front of what it puts.
      while (wasSpace && part.startsWith(' ')) part = part.slice(1);
      if (part !== '') {
        built.push(spec.escapeWhitespaces ? part.replaceAll(' ', spaceSign) : part, from, to);
        wasSpace = spec.removeExtraWhitespaces && part.endsWith(' ');
      }
      index = end;
    }
    const whole = built.build();
    const trimmed = spec.removeExtraWhitespaces ? withoutLast(whole, space) : whole;
    return prefixed && spec.whitespaceIsSuffix ? followed(trimmed, space) : trimmed;
  };
}

function withoutLast({ text, starts, ends }: TracedText, space: string): TracedText {
  let end = text.length;
  while (end > 0 && text[end - 1] === space) end--;
  return end === text.length ? { text, starts, ends } : { text: text.slice(0, end), starts: starts.slice(0, end), ends: ends.slice(0, end) };
}

function followed({ text, starts, ends }: TracedText, space: string): TracedText {
  const at = ends.at(-1) ?? 0;
  return { text: text + space, starts: [...starts, at], ends: [...ends, at] };
}
