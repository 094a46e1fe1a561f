/** How probable a model holds what it said, when it reads other tokens than those it said it of. */
import type { Task } from '../../protocol/server.ts';
import type { MapKind, Token } from '../../protocol/trace.ts';
import type { MaskToken } from './masked-ids.ts';

/** What the model said. */
export type Said =
  /** Token ids of each sentence. */
  | { readonly kind: 'written'; readonly sentences: readonly (readonly number[])[] }
  | { readonly kind: 'labelled'; readonly label: string }
  /** It read, and said nothing. */
  | { readonly kind: 'read' };

export interface ScoreRequest {
  readonly text: string;
  /** Where in it a second text begins. */
  readonly second?: number | undefined;
  readonly languageId: string;
  readonly task?: Task | undefined;
  readonly said: Said;
}

/** A text, or a sentence that is read by itself. */
export interface ScoredPart {
  /** Token ids as the model reads them, and where each stands in the text. */
  readonly ids: readonly number[];
  readonly tokens: readonly Token[];
  /** Which key of the attention over the text its first token is. */
  readonly first: number;
  /**
   * What the model gives what it said of this part when it reads these ids instead.
   * @param kept which of the part's own they stand for
   * @throws Failure `broken-model`; AbortError
   */
  readonly score: (ids: readonly number[], signal: AbortSignal, kept: readonly number[]) => Promise<number>;
}

export interface Scoring {
  readonly parts: readonly ScoredPart[];
  /** The model's own mask or unknown token. */
  readonly mask: MaskToken | undefined;
  /** Kinds of attention whose keys the text's tokens are. */
  readonly keysOf: readonly MapKind[];
  /** What scores are: log-probabilities; or, of a model that says nothing, the cosine of its vector with that of the whole text. */
  readonly measure: 'log-probability' | 'cosine';
}

export interface Scorer {
  /** @throws Failure as the model does when it is asked; `bad-argument` where it has nothing that could be scored */
  scoring(request: ScoreRequest): Promise<Scoring>;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
