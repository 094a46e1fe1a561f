/** A text's tokens, of which some are hidden from the model. */
import { Failure } from '../../protocol/failure.ts';
import type { Span } from '../../protocol/trace.ts';

export interface Masking {
  /** Token ids, and where each stands in the text. */
  readonly ids: readonly number[];
  readonly tokens: readonly Span[];
  /** What is to be masked. */
  readonly spans: readonly Span[];
  /** The id of the model's own mask or unknown token. */
  readonly mask: number | undefined;
  /** Names the model in messages. */
  readonly model: string;
}

/** @throws Failure `bad-argument` where the model has no token for what is hidden */
export function maskedIds({ ids, tokens, spans, mask, model }: Masking): readonly number[] {
  if (spans.length === 0) return ids;
  if (mask === undefined) throw noMask(model);
  return ids.map((id, index) => (isIn(tokens[index], spans) ? mask : id));
}

export function noMask(model: string): Failure {
  return new Failure('bad-argument', `The vocabulary of ${model} has neither a mask nor a token for what is unknown: no word can be masked.`, 'Delete the word, or replace it.');
}

/** A token that stands for no text is in none. */
export function isIn(token: Span | undefined, spans: readonly Span[]): boolean {
  return token !== undefined && spans.some(({ start, end }) => token.start < end && start < token.end);
}
