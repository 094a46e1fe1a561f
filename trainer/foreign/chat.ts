/** A conversation as a model was taught to read it, with where each token stands in the text that it was written in. */
import type { Token } from '../../protocol/trace.ts';
import { type ChatTemplate, encodeChat } from '../huggingface/chat-template.ts';
import type { HuggingFaceTokenizer } from '../huggingface/tokenizer.ts';
import { originOf, type TracedText } from '../text/traced.ts';
import { readTurns } from '../text/turns.ts';
import { proseFor, type ReadText } from './tokens.ts';

/** Two lines at least that say who speaks. */
const speakers = /^\s*(?:[-–—•*>] +)?\p{Lu}[\p{L}\p{N}.'_ -]{0,30}:(?:\s+\S|\s*$)/gmu;

/**
 * Reads a text for a model that answers: one that says who speaks, turn by turn, is a conversation, of which the last turn is to be
 * answered; any other is what the user says.
 * @throws Failure `bad-argument` where the model's template refuses it, `broken-model` where that cannot be run
 */
export function readChat(text: string, languageId: string | undefined, template: ChatTemplate, tokenizer: HuggingFaceTokenizer): ReadText {
  const turns = [...text.matchAll(speakers)].length >= 2 ? readTurns(text, languageId) : [proseFor(text, languageId)];
  // The user begins and ends, and the two take turns.
  const kept = turns.slice(turns.length % 2 === 0 ? 1 : 0);
  const chat = template.apply(kept.map((turn, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: turn.text })));
  const { ids, tokens, typeIds } = encodeChat(tokenizer, chat);
  let last = 0;
  const placed = tokens.map((token): Token => {
    const at = chat.spans.findIndex(span => span !== undefined && token.start < token.end && token.start >= span.start && token.end <= span.end);
    const [turn, span] = [kept[at], chat.spans[at]];
    if (turn === undefined || span === undefined) return { text: token.text, start: last, end: last };
    const origin = originIn(turn, chat.text.slice(span.start, span.end), token.start - span.start, token.end - span.start);
    last = origin.end;
    return { text: token.text, ...origin };
  });
  return { ids, tokens: placed, typeIds, before: 0, cut: 0 };
}

/** A template may have cut blanks off the ends of a turn. */
function originIn(turn: TracedText, shown: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const from = Math.max(0, turn.text.indexOf(shown));
  return originOf(turn, { start: from + start, end: from + end });
}
