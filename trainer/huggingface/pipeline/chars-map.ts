/**
 * SentencePiece's precompiled rules of normalisation: a double-array trie of UTF-8 strings (Aoe 1989, as the library darts
 * lays it out) to places in a block of zero-ended replacements.
 */
import { brokenFile } from '../json.ts';

const utf8 = new TextDecoder();
const encoder = new TextEncoder();

/** A replacement for the first `length` units of what was looked up. */
export interface CharsRule {
  readonly length: number;
  readonly replacement: string;
}

export class CharsMap {
  readonly #units: Uint32Array;
  readonly #normalized: Uint8Array;

  /** @throws Failure `broken-model` where the sizes don't fit */
  constructor(blob: Uint8Array, file: string) {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    const bytes = blob.byteLength < 4 ? -1 : view.getUint32(0, true);
    if (bytes < 4 || bytes % 4 !== 0 || 4 + bytes > blob.byteLength) {
      throw brokenFile(file, `has a precompiled_charsmap of ${blob.byteLength} bytes; a length, and as long a trie of 32-bit units after it, were expected${bytes < 0 ? '' : ` (found a length of ${bytes})`}`);
    }
    this.#units = Uint32Array.from({ length: bytes / 4 }, (_, index) => view.getUint32(4 + index * 4, true));
    this.#normalized = blob.subarray(4 + bytes);
  }

  /** The longest key that stands at `start` of a text: how SentencePiece looks up. */
  longestAt(text: string, start: number): CharsRule | undefined {
    let best: CharsRule | undefined;
    this.#walk(text, start, text.length, (length, place) => {
      best = { length, replacement: this.#replacement(place) };
      return true;
    });
    return best;
  }

  /** What the shortest key that `chunk` begins with is replaced by; all of the chunk then is (so do `tokenizers`). */
  shortest(chunk: string): string | undefined {
    let found: string | undefined;
    this.#walk(chunk, 0, chunk.length, (_, place) => {
      found = this.#replacement(place);
      return false;
    });
    return found;
  }

  /** Follows the bytes of a text; `found` says whether to go on. */
  #walk(text: string, start: number, end: number, found: (length: number, place: number) => boolean): void {
    const units = this.#units;
    const first = units[0] ?? 0;
    let node = offsetOf(first);
    for (let index = start; index < end; ) {
      const code = text.codePointAt(index) ?? 0;
      index += code > 0xffff ? 2 : 1;
      for (const byte of utf8Of(code)) {
        node ^= byte;
        const unit = units[node];
        if (unit === undefined || labelOf(unit) !== byte) return;
        node ^= offsetOf(unit);
        if (((unit >>> 8) & 1) === 1 && !found(index - start, (units[node] ?? 0) & 0x7fffffff)) return;
      }
    }
  }

  #replacement(place: number): string {
    const end = this.#normalized.indexOf(0, place);
    return utf8.decode(this.#normalized.subarray(place, end < 0 ? undefined : end));
  }
}

const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & (1 << 9)) >>> 6);

const known: (Uint8Array | undefined)[] = [];

/** A lone surrogate is U+FFFD. */
function utf8Of(code: number): Uint8Array {
  if (code < 0x80) return (known[code] ??= Uint8Array.of(code));
  return encoder.encode(String.fromCodePoint(code));
}
