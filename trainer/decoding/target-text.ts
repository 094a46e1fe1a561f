import type { AttentionRow, Span, TargetToken } from '../../protocol/trace.ts';
import { tokenAt } from '../text/token.ts';
import type { DecodedText } from '../text/tokenizer.ts';
import type { Translation } from './model.ts';

/** How a vocabulary spells. */
export interface Spelling {
  /** The text of token ids, each slot's own string in its place; spans by id. */
  readonly decode: (ids: readonly number[], slots: readonly string[]) => DecodedText;
  /** The name of a token that spells nothing in a text (`</s>`). */
  readonly nameOf: (id: number) => string | undefined;
  /** A token as the vocabulary has it. */
  readonly tokenOf: (id: number) => string | undefined;
  readonly isSlot: (id: number) => boolean;
}

/** What an update changed: everything from token `from` and from character `at` on is now this. */
export interface Change {
  readonly from: number;
  readonly at: number;
  readonly text: string;
  readonly tokens: readonly TargetToken[];
  readonly rows: readonly AttentionRow[];
}

/** The translation of a whole text, growing sentence by sentence; within a sentence, token by token or as a beam has it. */
export class TargetText {
  #text = '';
  /** How much of the text was in the changes so far. */
  #told = 0;
  readonly tokens: TargetToken[] = [];
  /** One a token. */
  readonly rows: AttentionRow[] = [];
  /** Where pieces of the source passed through untouched. */
  readonly untouched: Span[] = [];
  /** Where the sentence at work begins. */
  #start = { text: 0, token: 0, untouched: 0, firstSource: 0, slots: [] as readonly string[] };

  constructor(private readonly spelling: Spelling) {}

  get text(): string {
    return this.#text;
  }

  /** Adds text that the model has no part in. */
  append(text: string): void {
    this.#text += text;
  }

  /**
   * Begins a sentence.
   * @param firstSource index of its first source token
   * @param slots the strings of its slots
   */
  begin(firstSource: number, slots: readonly string[]): void {
    this.#start = {
      text: this.#text.length,
      token: this.tokens.length,
      untouched: this.untouched.length,
      firstSource,
      slots,
    };
  }

  /** The translation of the sentence at work is now `hypothesis`. @returns undefined when it was so already */
  update({ ids, logProbs, rows }: Pick<Translation, 'ids' | 'logProbs' | 'rows'>): Change | undefined {
    const { text, token: first, untouched, firstSource, slots } = this.#start;
    const decoded = this.spelling.decode(ids, slots);
    this.#text = this.#text.slice(0, text) + decoded.text;
    this.untouched.splice(untouched);
    const tokens = ids.map((id, index): TargetToken => {
      const span = decoded.spans[index] ?? { start: decoded.text.length, end: decoded.text.length };
      const start = text + span.start;
      const end = text + span.end;
      if (this.spelling.isSlot(id)) this.untouched.push({ start, end });
      const logProb = logProbs[index] ?? -Infinity;
      return { ...tokenAt(this.spelling.nameOf(id) ?? this.#text.slice(start, end), { start, end }, this.spelling.tokenOf(id)), logProb };
    });
    // What was shown before and still holds is not shown again.
    const shown = this.tokens.slice(first);
    const differs = tokens.findIndex(
      // A row can still change when its token does not: a Transformer's is that of the step after it.
      (token, index) => !isSame(token, shown[index]) || !isSameRow(rows[index], this.rows[first + index]?.weights),
    );
    const same = differs < 0 ? tokens.length : differs;
    if (same === tokens.length && same === shown.length) return undefined;
    const at = Math.min(this.#told, text);
    this.#told = this.#text.length;
    const change: Change = {
      from: first + same,
      at,
      text: this.#text.slice(at),
      tokens: tokens.slice(same),
      rows: rows.slice(same).map(weights => ({ firstSource, weights })),
    };
    this.tokens.splice(change.from, Infinity, ...change.tokens);
    this.rows.splice(change.from, Infinity, ...change.rows);
    return change;
  }
}

function isSameRow(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.every((weight, key) => weight === b[key]);
}

function isSame(a: TargetToken, b: TargetToken | undefined): boolean {
  return b !== undefined && a.text === b.text && a.start === b.start && a.end === b.end && a.logProb === b.logProb;
}
