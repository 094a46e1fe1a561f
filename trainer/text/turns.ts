/** The turns of a conversation, in a text that somebody wrote and as a model reads them. */
import { proseOf } from '../../protocol/prose.ts';
import type { Token } from '../../protocol/trace.ts';
import { normalizeTraced } from './normalize.ts';
import type { TextTokenizer } from './tokenizer.ts';
import { originOf, sliceTraced, traced, type TracedText } from './traced.ts';

/** Ids of the special tokens of a conversation. */
export interface TurnSpecial {
  /** Stands between two turns. */
  readonly turn: number;
  /** After the last. */
  readonly end: number;
}

/** Normalised turns as one source: parted by a token of their own, the end token last. */
export function encodeTurns(turns: readonly string[], tokenizer: TextTokenizer, special: TurnSpecial): number[] {
  return turns.flatMap((turn, index) => [...tokenizer.encodeIds(turn), index < turns.length - 1 ? special.turn : special.end]);
}

export interface EncodedTurns {
  readonly ids: readonly number[];
  /** One an id; offsets are into the user's text. */
  readonly tokens: readonly Token[];
}

/** As `encodeTurns`, with where each token stands. */
export function encodeTracedTurns(turns: readonly TracedText[], tokenizer: TextTokenizer, special: TurnSpecial): EncodedTurns {
  const tokens = turns.flatMap((turn, index): Token[] => {
    const own = tokenizer.encode(turn.text).spans.map((span): Token => {
      const spelled = turn.text.slice(span.start, span.end);
      return { text: spelled === '' ? ' ' : spelled, ...originOf(turn, span) };
    });
    const end = turn.ends.at(-1) ?? 0;
    const name = tokenizer.nameOf(index < turns.length - 1 ? special.turn : special.end) ?? '';
    return [...own, { text: name, start: end, end }];
  });
  return { ids: encodeTurns(turns.map(({ text }) => text), tokenizer, special), tokens };
}

/** `A:`, `Dr. Who:`, `- `, `> `: who speaks, or that somebody does. */
const speaker = /^(?:[-–—•*>] +)?(?:\p{Lu}[\p{L}\p{N}.'_-]{0,20}(?: \p{L}[\p{L}\p{N}.'_-]{0,20})?: +)?/u;

/**
 * The turns of a text: its lines, or its paragraphs where blank lines part them and some have several lines. Who speaks, at
 * the beginning of one, is no part of it. Normalised; lines without a letter or digit are none.
 * @param languageId VS Code's language id of the document: decides which comment markers are looked through
 */
export function readTurns(text: string, languageId?: string): TracedText[] {
  const prose = traced(proseOf(text, languageId));
  const lines = cut(prose, /\r\n|[\n\r\u2028\u2029]/gu);
  const paragraphs = cut(prose, /(?:(?:\r\n|[\n\r\u2028\u2029])[ \t]*){2,}/gu);
  const filled = (pieces: readonly TracedText[]): TracedText[] => pieces.filter(piece => /[\p{L}\p{N}]/u.test(piece.text));
  const isOfParagraphs = filled(paragraphs).length > 1 && filled(paragraphs).length < filled(lines).length;
  return filled((isOfParagraphs ? paragraphs : lines).map(turnOf));
}

function cut(text: TracedText, between: RegExp): TracedText[] {
  const pieces: TracedText[] = [];
  let from = 0;
  for (const { 0: found, index } of text.text.matchAll(between)) {
    pieces.push(sliceTraced(text, from, index));
    from = index + found.length;
  }
  return [...pieces, sliceTraced(text, from)];
}

function turnOf(piece: TracedText): TracedText {
  const normal = normalizeTraced(piece);
  const trimmed = sliceTraced(normal, normal.text.startsWith(' ') ? 1 : 0, normal.text.endsWith(' ') ? -1 : undefined);
  return sliceTraced(trimmed, speaker.exec(trimmed.text)?.[0].length ?? 0);
}
