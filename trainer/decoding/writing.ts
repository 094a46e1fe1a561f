/** A text being written by a language model, token by token. */
import type { Choose } from './sampling.ts';
import type { LanguageModel } from './language-model.ts';
import type { ChosenMap } from './model-maps.ts';
import { atBeginning } from './search-record.ts';
import type { DecoderStep, MapRow } from './step.ts';
import type { WitnessedSentence } from './witness.ts';

export interface ChosenToken {
  readonly id: number;
  /** What the model gave it, whatever it was chosen from. */
  readonly logProb: number;
  /** What the token read last attended to when this one was chosen: `[tokens read]`. */
  readonly row: readonly number[];
}

export interface Wanted {
  /** Bytes that the text is to go on with: what differs from them is forbidden. */
  readonly beginning?: Uint8Array;
  /** How many of them the text has already; left out, all. */
  readonly given?: number;
  /** The one token that may come. */
  readonly only?: number | undefined;
  readonly mayEnd?: boolean;
}

export class Writing {
  readonly #step: DecoderStep;
  /** Tokens that are still to be read; the last one chosen is always among them. */
  #unread: readonly number[];
  #read = 0;
  /** What each token read attended to, where somebody looks on. */
  readonly #seen: MapRow[][] = [];
  #node = atBeginning;

  /**
   * @param prompt token ids, at least one
   * @param map of a decoder that is asked for all its maps where there is a witness
   */
  constructor(
    private readonly model: LanguageModel,
    prompt: readonly number[],
    private readonly choose: Choose,
    private readonly map: ChosenMap,
    private readonly witness?: WitnessedSentence,
  ) {
    this.#step = model.step(map);
    this.#unread = prompt;
  }

  /** How many tokens it has read. */
  get read(): number {
    return this.#read;
  }

  /** `[token read][row]` */
  get seen(): readonly (readonly MapRow[])[] {
    return this.#seen;
  }

  /** @throws Failure `broken-model` when the model computes what are no numbers */
  async next(wanted: Wanted): Promise<ChosenToken> {
    for (const id of this.#unread) {
      if (this.#read > 0) this.#step.advance([0]);
      this.#step.previous[0] = BigInt(id);
      await this.#step.run(1);
      this.#read++;
      if (this.witness !== undefined) this.#seen.push(this.#step.attention(0));
    }
    const logProbs = this.#step.logProbs(0);
    const allowed = logProbs.slice();
    this.#restrict(allowed, wanted);
    const id = wanted.only ?? this.choose(allowed);
    const logProb = logProbs[id] ?? Number.NaN;
    if (!Number.isFinite(logProb)) throw this.model.damaged();
    this.#unread = [id];
    this.#record(logProbs, id, logProb, wanted.given ?? wanted.beginning?.length ?? 0);
    return { id, logProb, row: this.map.rows([this.#step.attention(0)], this.#read)[0] ?? [] };
  }

  /** Of what the model wrote itself: a token that only says what the text says already is a part of that. */
  #record(logProbs: Float32Array, token: number, logProb: number, given: number): void {
    const { length } = this.model.tokenizer.bytesOf(token);
    if (this.witness === undefined || (given > 0 && length <= given)) return;
    const { record } = this.witness;
    record.look(this.#node, logProbs);
    this.#node = record.add(this.#node, { token, logProb }, 'kept');
    record.choose(this.#node);
  }

  /** Forbids by −∞, in place. */
  #restrict(logProbs: Float32Array, { beginning, mayEnd = false }: Wanted): void {
    const { tokenizer, special } = this.model;
    logProbs[special.pad] = -Infinity;
    logProbs[special.start] = -Infinity;
    if (!mayEnd) logProbs[special.end] = -Infinity;
    if (beginning === undefined) return;
    for (let id = 0; id < logProbs.length; id++) {
      if (!agrees(tokenizer.bytesOf(id), beginning)) logProbs[id] = -Infinity;
    }
  }
}

/** Whether one of the two begins with the other. A token of no bytes says nothing. */
function agrees(token: Uint8Array, beginning: Uint8Array): boolean {
  const length = Math.min(token.length, beginning.length);
  for (let index = 0; index < length; index++) if (token[index] !== beginning[index]) return false;
  return length > 0;
}
