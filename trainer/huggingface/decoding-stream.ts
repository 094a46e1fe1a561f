/** Decoding while a model still writes: a text grows token by token, and what is shown stays. */
import type { Token } from '../../protocol/trace.ts';
import type { DecodedText } from './tokenizer.ts';

/** What changed: tokens from `from` on and the text from `at` on are replaced. */
export interface DecodedPart {
  readonly from: number;
  readonly at: number;
  readonly text: string;
  /** Offsets are into the whole text. */
  readonly tokens: readonly Token[];
}

interface Decodes {
  decode(ids: readonly number[]): DecodedText;
  nameOf(id: number): string | undefined;
}

/** A character has at most four bytes; a run of broken ones is not waited for longer than this, in tokens. */
const patience = 8;
/** The most tokens that are decoded anew at each step. */
const window = 64;

/**
 * Each step decodes the tokens that came last together with those just before, on which their first space depends; what the
 * latter alone spell was told already.
 */
export class DecodingStream {
  readonly #ids: number[] = [];
  /** The window's first token, and how many tokens were told. */
  #first = 0;
  #told = 0;
  /** What the window's told tokens spell by themselves. */
  #before = '';
  /** Length of all that was told. */
  #length = 0;

  constructor(private readonly tokenizer: Decodes) {}

  /** @returns what to add; `undefined` while a character is not whole */
  push(id: number): DecodedPart | undefined {
    this.#ids.push(id);
    return this.#tell(false);
  }

  /** What was held back. */
  end(): DecodedPart | undefined {
    return this.#told < this.#ids.length ? this.#tell(true) : undefined;
  }

  #tell(last: boolean): DecodedPart | undefined {
    const ids = this.#ids.slice(this.#first);
    const { text, spans } = this.tokenizer.decode(ids);
    if (!last && text.endsWith('\uFFFD') && this.#ids.length - this.#told < patience) return undefined;
    const kept = commonLength(this.#before, text);
    const offset = this.#length - this.#before.length;
    // A later token may take back a space before it: those whose text changed are told again.
    const changed = kept < this.#before.length ? spans.findIndex(({ end }) => end > kept) : -1;
    const since = Math.min(changed < 0 ? ids.length : changed, this.#told - this.#first);
    const tokens = spans.slice(since).map(({ start, end }, index): Token => ({
      text: this.tokenizer.nameOf(ids[since + index] ?? -1) ?? (text.slice(start, end) || ' '),
      start: offset + start,
      end: offset + end,
    }));
    const part = { from: this.#first + since, at: offset + kept, text: text.slice(kept), tokens };
    this.#advance(offset + text.length, text);
    return part;
  }

  /** What was just told becomes what the next tokens are decoded with, if it spells anything. */
  #advance(length: number, text: string): void {
    const latest = this.tokenizer.decode(this.#ids.slice(this.#told)).text;
    const moves = latest !== '' || this.#ids.length - this.#first > window;
    this.#before = moves ? latest : text;
    if (moves) this.#first = this.#told;
    this.#told = this.#ids.length;
    this.#length = length;
  }
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
