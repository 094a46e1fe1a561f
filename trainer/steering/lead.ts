/** What a model is made to write: how a text begins, and tokens at some of its steps. Between and behind them it goes on by itself. */
import { Failure } from '../../protocol/failure.ts';
import { stepInWords } from '../../protocol/map-name.ts';
import type { Choice, Steering } from './steering.ts';

/** The token that is to come after so many. */
export type Led = (length: number) => number | undefined;

/** What a search found. */
export interface Found {
  readonly ids: readonly number[];
}

/** A text that is written, or a sentence of one. */
export interface LedText<Written extends Found> {
  /** Tokens that were written before it. */
  readonly first: number;
  /** Ids that spell a text where one begins. */
  readonly encode: (text: string) => readonly number[];
  /** How many hypotheses are kept. */
  readonly width: number;
  /** @param isTrial whether it is only to tell what comes before a choice */
  readonly search: (led: Led, isTrial: boolean) => Promise<Written>;
}

export class Lead {
  readonly #prefix: string;
  /** Those that no text has come to yet. */
  #choices: readonly Choice[];
  #hasBegun = false;

  constructor({ prefix, chosen }: Pick<Steering, 'prefix' | 'chosen'>) {
    this.#prefix = prefix;
    this.#choices = chosen;
  }

  /** What the next text begins with; nothing from the second on. */
  takePrefix(): string {
    const prefix = this.#hasBegun ? '' : this.#prefix;
    this.#hasBegun = true;
    return prefix;
  }

  /** The token to be written at a step, of a text of one hypothesis. */
  takeChoice(step: number): number | undefined {
    const found = this.#choices.find(choice => choice.step === step);
    this.#choices = this.#choices.filter(choice => choice !== found);
    return found?.token;
  }

  /** Writes a text. Where several hypotheses are kept, what stands before a choice is what was best without it. */
  async write<Written extends Found>({ first, encode, width, search }: LedText<Written>): Promise<Written> {
    const prefix = this.takePrefix();
    const beginning = prefix === '' ? [] : encode(prefix);
    const led = (ids: readonly number[]): Led => length => ids[length];
    if (width === 1) {
      const chosen = new Map(this.#choices.map(({ step, token }) => [step - first, token]));
      // Behind a choice the model goes on by itself.
      const kept = beginning.slice(0, Math.min(beginning.length, ...chosen.keys()));
      const best = await search(length => chosen.get(length) ?? kept[length], false);
      this.#choices = this.#choices.filter(({ step }) => step >= first + best.ids.length);
      return best;
    }
    let ids = beginning;
    for (let [choice] = this.#choices; choice !== undefined; [choice] = this.#choices) {
      const at = choice.step - first;
      const before = at <= ids.length ? ids : (await search(led(ids), true)).ids;
      if (at >= before.length && before !== ids) break;
      ids = [...before.slice(0, at), choice.token];
      this.#choices = this.#choices.slice(1);
    }
    return search(led(ids), false);
  }

  /** What was not written, in words. */
  get missed(): string[] {
    const prefix = this.#hasBegun || this.#prefix === '' ? [] : ['Nothing was written that could begin as it was to.'];
    return [...prefix, ...this.#choices.map(({ step }) => `A token was chosen for ${stepInWords(step)}, and what was written ended before it.`)];
  }
}

/** @throws Failure `bad-argument` where the vocabulary has no token of that number */
export function knownToken({ step, token }: Choice, vocabulary: number): number {
  if (token < vocabulary) return token;
  throw new Failure('bad-argument', `Token ${token} was chosen for ${stepInWords(step)}; the vocabulary has ${vocabulary}, 0 to ${vocabulary - 1}.`, 'Choose another.');
}
