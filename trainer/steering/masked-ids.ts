/** A text's tokens, of which some are hidden from the model: read as its mask, or looked at by nobody where it has none. */
import { Failure } from '../../protocol/failure.ts';
import type { MapKind, Span } from '../../protocol/trace.ts';

/** A token of the vocabulary that stands for a hidden word: its mask, or what is unknown. */
export interface MaskToken {
  readonly id: number;
  /** As the vocabulary has it: `[MASK]`. */
  readonly name: string;
}

/** Kinds of attention over a text: of a model that writes another one, of one that writes on, and of one that only reads. */
export const sourceKeys = ['encoder', 'cross'] as const satisfies readonly MapKind[];
export const ownKeys = ['decoder'] as const satisfies readonly MapKind[];
export const readerKeys = ['encoder', 'decoder', 'pooling'] as const satisfies readonly MapKind[];

/** A text that a model is about to read. */
export interface Masking {
  /** Token ids, and where each stands in the text. */
  readonly ids: readonly number[];
  readonly tokens: readonly Span[];
  readonly mask: MaskToken | undefined;
  /** Kinds of attention whose keys these tokens are, and which key the first of them is. */
  readonly keysOf: readonly MapKind[];
  readonly first: number;
  /** Names the model in messages. */
  readonly model: string;
}

/** Keys that no query of some kinds of attention looks at. */
export interface HiddenKeys {
  readonly keysOf: readonly MapKind[];
  readonly keys: ReadonlySet<number>;
  /** Names the model in messages. */
  readonly model: string;
}

export const nothingHidden: HiddenKeys = { keysOf: [], keys: new Set(), model: '' };

/** As the text is to be read. @param spans what is to be masked */
export function maskedIds({ ids, tokens, mask, keysOf, first, model }: Masking, spans: readonly Span[]): { readonly ids: readonly number[]; readonly hidden: HiddenKeys } {
  const isMasked = (index: number): boolean => isIn(tokens[index], spans);
  if (mask !== undefined) return { ids: ids.map((id, index) => (isMasked(index) ? mask.id : id)), hidden: nothingHidden };
  return { ids, hidden: { keysOf, model, keys: new Set(ids.flatMap((_, index) => (isMasked(index) ? [first + index] : []))) } };
}

export function both(one: HiddenKeys, other: HiddenKeys): HiddenKeys {
  if (other.keys.size === 0) return one;
  return { ...other, keys: new Set([...one.keys, ...other.keys]) };
}

/** What was done to hide words, in a sentence. @param readers kinds of attention that the model has */
export function maskedInWords({ keysOf, model }: Pick<HiddenKeys, 'keysOf' | 'model'>, readers: ReadonlySet<MapKind>): string {
  const done = `What was masked was hidden from attention, since the vocabulary of ${model} has neither a mask nor a token for what is unknown: nothing looks at it.`;
  if (keysOf === ownKeys) return `${done} If it is the last token, the model still writes on from it.`;
  // A recurrent encoder.
  const isReadOtherwise = keysOf === sourceKeys && !readers.has('encoder');
  return isReadOtherwise ? `${done} The encoder, which does not attend, has still read it.` : done;
}

export const readAs = ({ name }: MaskToken): string => `What was masked was read as “${name}”.`;

export function nothingLooks(model: string): Failure {
  return new Failure('bad-argument', `The vocabulary of ${model} has neither a mask nor a token for what is unknown, and no attention that a word could be hidden from.`, 'Delete the word, or replace it.');
}

/** A token that stands for no text is in none. */
export function isIn(token: Span | undefined, spans: readonly Span[]): boolean {
  return token !== undefined && spans.some(({ start, end }) => token.start < end && start < token.end);
}
