/** The turns of a conversation, in a text that somebody wrote and as a model reads them. */
import { proseOf } from '../../protocol/prose.ts';
import type { Token } from '../../protocol/trace.ts';
import { normalizeTraced } from './normalize.ts';
import { tokensOf } from './token.ts';
import type { TextTokenizer } from './tokenizer.ts';
import { sliceTraced, traced, type TracedText } from './traced.ts';

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
    const own = tokensOf(turn, tokenizer.encode(turn.text), tokenizer);
    const end = turn.ends.at(-1) ?? 0;
    const name = tokenizer.nameOf(index < turns.length - 1 ? special.turn : special.end) ?? '';
    return [...own, { text: name, start: end, end }];
  });
  return { ids: encodeTurns(turns.map(({ text }) => text), tokenizer, special), tokens };
}

/** Who speaks, `A:` or `Dr. Who:`, perhaps after a bullet. */
const speaker = /^\s*(?:[-–—•*>] +)?\p{Lu}[\p{L}\p{N}.'_-]{0,20}(?: \p{L}[\p{L}\p{N}.'_-]{0,20})?:(?:\s+|$)/u;

const bullet = /^(?:[-–—•*>] +)/u;

const lineEnd = /\r\n|[\n\r\u2028\u2029]/gu;
const blankLine = /(?:(?:\r\n|\r(?!\n)|[\n\u2028\u2029])[ \t]*){2,}/gu;

/**
 * The turns of a text. Where it says who speaks, a turn goes on until the next one does; else its turns are its paragraphs,
 * where some of them have several lines, or its lines. Names and bullets before a turn are no part of it. Normalised; what
 * has no letter or digit is no turn.
 * @param languageId VS Code's language id of the document: decides which comment markers are looked through
 */
export function readTurns(text: string, languageId?: string): TracedText[] {
  const prose = traced(proseOf(text, languageId));
  // Every line end is one here, those too that prose takes for a mere wrap: few who chat end a line with a full stop.
  const lines = cut(prose, text.matchAll(lineEnd));
  const named = lines.filter(line => speaker.test(line.text));
  if (named.length >= 2) return filled(named.map((line, index) => sliceFrom(prose, line, named[index + 1])));
  const paragraphs = cut(prose, prose.text.matchAll(blankLine));
  const turns = filled(paragraphs);
  return turns.length > 1 && turns.length < filled(lines).length ? turns : filled(lines);
}

function filled(pieces: readonly TracedText[]): TracedText[] {
  return pieces.map(turnOf).filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
}

/** `prose` has the origin of every unit at its own place. */
function sliceFrom(prose: TracedText, { starts: [from] }: TracedText, next: TracedText | undefined): TracedText {
  return sliceTraced(prose, from ?? 0, next?.starts[0]);
}

function cut(text: TracedText, between: Iterable<RegExpExecArray>): TracedText[] {
  const pieces: TracedText[] = [];
  let from = 0;
  for (const { 0: found, index } of between) {
    pieces.push(sliceTraced(text, from, index));
    from = index + found.length;
  }
  return [...pieces, sliceTraced(text, from)];
}

function turnOf(piece: TracedText): TracedText {
  const normal = normalizeTraced(piece);
  const trimmed = sliceTraced(normal, normal.text.startsWith(' ') ? 1 : 0, normal.text.endsWith(' ') ? -1 : undefined);
  return sliceTraced(trimmed, (speaker.exec(trimmed.text) ?? bullet.exec(trimmed.text))?.[0].length ?? 0);
}
